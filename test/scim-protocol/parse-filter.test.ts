import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ENTERPRISE_USER_URN as ENT,
  groupType,
  noFindings,
  parseFilter,
  parseSharedFilter,
  printFilter,
  userType,
} from '../../src/scim-protocol/index.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

function reprint(text: string): string {
  return printFilter(userType, parseFilter(userType, text, noFindings()));
}

describe('parsing a filter', () => {
  it.each([
    // RFC 7644 §3.4.2.2, figure 2
    ['userName eq "bjensen"', 'userName eq "bjensen"'],
    ['name.familyName co "O\'Malley"', 'name.familyName co "O\'Malley"'],
    ['userName sw "J"', 'userName sw "J"'],
    [`${CORE}:userName sw "J"`, 'userName sw "J"'],
    ['title pr', 'title pr'],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', 'meta.lastModified gt "2011-05-13T04:42:34.000Z"'],
    ['meta.lastModified ge "2011-05-13T04:42:34+02:00"', 'meta.lastModified ge "2011-05-13T02:42:34.000Z"'],
    ['title pr and userType eq "Employee"', 'title pr and userType eq "Employee"'],
    ['title pr or userType eq "Intern"', 'title pr or userType eq "Intern"'],
    [`schemas eq "${ENT}"`, `schemas eq "${ENT}"`],
    [
      'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
      'userType eq "Employee" and (emails.value co "example.com" or emails.value co "example.org")',
    ],
    [
      'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
      'userType ne "Employee" and not (emails.value co "example.com" or emails.value co "example.org")',
    ],
    ['userType eq "Employee" and (emails.type eq "work")', 'userType eq "Employee" and emails.type eq "work"'],
    [
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
      'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    ],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    ],
    // RFC 7644 §3.4.2.2: and binds closer than or, not closest
    ['title pr or active eq true and nickName pr', 'title pr or active eq true and nickName pr'],
    ['(title pr or active eq true) and nickName pr', '(title pr or active eq true) and nickName pr'],
    ['not (title pr) and nickName pr', 'not (title pr) and nickName pr'],
    ['((((title pr))))', 'title pr'],
    ['title eq null', 'title eq null'],
    // names and operators in any case (RFC 7643 §2.1)
    ['USERNAME Eq "Ada" AND Title PR', 'userName eq "Ada" and title pr'],
    ['userName   eq\t"a"', 'userName eq "a"'],
    ['displayName eq "a\\"b\\\\c\\u00e9 [] () and"', 'displayName eq "a\\"b\\\\cé [] () and"'],
    // entra-scim-client §1.2: what Entra sends and Microsoft's pages print
    ['externalId eq jyoung', 'externalId eq "jyoung"'],
    [`${ENT}:employeeNumber eq "7"`, `${ENT}:employeeNumber eq "7"`],
    ['employeeNumber eq 7', `${ENT}:employeeNumber eq "7"`],
    ['emails[type eq "work"].value eq "x"', 'emails[type eq "work" and value eq "x"]'],
    ['emails[type eq "work"] eq "x"', 'emails[type eq "work" and value eq "x"]'],
    ['active eq "True"', 'active eq true'],
    ['roles[primary eq "True"].value eq "25"', 'roles[primary eq true and value eq "25"]'],
    ['id eq "1" and manager eq "2"', `id eq "1" and ${ENT}:manager.value eq "2"`],
    ['name.FamilyName eq Employee and (emails.Value co example.com)', 'name.familyName eq "Employee" and emails.value co "example.com"'],
    ['meta.Created gt 2015-10-10T14:38:21.8617979-07:00', 'meta.created gt "2015-10-10T21:38:21.861Z"'],
  ])('reads %s', (text, expected) => {
    expect(reprint(text)).toBe(expected);
  });

  it('reads the reference check on members (entra-scim-client §1.2)', () => {
    const filter = parseFilter(groupType, 'id eq "x" and members eq "y"', noFindings());
    expect(printFilter(groupType, filter)).toBe('id eq "x" and members.value eq "y"');
  });

  it('takes the attributes of another type in a search over several (RFC 7644 §3.4.2.1)', () => {
    const filter = parseSharedFilter(groupType, [userType], 'userName eq "x" or displayName eq "y"', noFindings());
    expect(printFilter(groupType, filter)).toContain('displayName eq "y"');
    expect(() => parseSharedFilter(groupType, [userType], 'shoeSize eq "x"', noFindings())).toThrow('not known here');
  });

  it.each([
    ['', 'ends where an attribute was expected'],
    ['and', 'not known here: and'],
    ['userName', 'ends where an operator was expected'],
    ['userName eq', 'ends where a value was expected'],
    ['userName is "a"', 'has "is" where one of eq'],
    ['userName eq "a" "b"', 'where "and", "or" or the end was expected'],
    ['not userName eq "a"', 'not known here: not'],
    ['(userName eq "a"', 'not closed'],
    ['userName eq "a")', 'has ")" where'],
    ['userName eq "a', 'without its pair'],
    ['userName eq "\\x"', 'not a JSON string'],
    ['shoeSize eq "7"', 'not known here: shoeSize'],
    ['emails[type eq "work"', 'not closed'],
    ['emails[size eq "x"]', 'not known here: size'],
    ['emails[type eq "work"].size eq "x"', 'no sub-attribute size'],
    ['userName[type eq "x"]', 'brackets'],
    ['name eq "x"', 'name.formatted'],
    ['userName gt null', 'eq and ne alone'],
    ['active gt true', 'is a boolean'],
    ['active co "t"', 'is a boolean'],
    ['active eq "perhaps"', 'true or false'],
    ['x509Certificates.value sw "M"', 'is a binary'],
    ['meta.lastModified co "2011"', 'is a dateTime'],
    ['meta.lastModified gt "yesterday"', 'date and time'],
    [`userName eq "${'x'.repeat(5000)}"`, 'longer than'],
    [`${'('.repeat(30)}title pr${')'.repeat(30)}`, 'nests deeper'],
    [Array.from({ length: 101 }, () => 'title pr').join(' or '), 'more than 100'],
  ])('refuses %s, and says why', (text, why) => {
    const refusal = expect.objectContaining({ code: 'invalidFilter', message: expect.stringContaining(why) as unknown as string });
    expect(() => parseFilter(userType, text, noFindings())).toThrow(refusal);
  });

  it('keeps its nodes from being changed', () => {
    const filter = parseFilter(userType, 'userName eq "a" and not (active eq true or emails[type pr])', noFindings());
    const nodes: unknown[] = [filter];
    for (const node of nodes) {
      if (typeof node !== 'object' || node === null || 'description' in node) continue;
      expect(Object.isFrozen(node)).toBe(true);
      nodes.push(...Object.values(node));
    }
    expect(nodes.length).toBeGreaterThan(10);
  });
});

const literal = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', '"', '\\', ' and ', '[x]', '()', '\u0000', 'é'),
);
const textOperator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le');
const comparison = fc.oneof(
  fc
    .tuple(fc.constantFrom('userName', 'name.givenName', 'emails.value', `${ENT}:department`, 'meta.version'), textOperator, literal)
    .map(([name, operator, value]) => `${name} ${operator} ${JSON.stringify(value)}`),
  fc.constantFrom('active eq true', 'title pr', 'title eq null', 'meta.created lt "2026-01-01T00:00:00.000Z"', `${ENT}:manager pr`),
  literal.map((value) => `emails[type eq "work" and not (value sw ${JSON.stringify(value)} or display pr)]`),
);
const { filter: anyFilter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    tie('filter').map((inner) => `not (${inner})`),
  ),
}));

describe('printing a filter', () => {
  it('is undone by parsing it (RFC 7644 §3.4.2.2)', () => {
    fc.assert(
      fc.property(anyFilter, (text) => {
        const filter = parseFilter(userType, text, noFindings());
        const printed = printFilter(userType, filter);
        expect(parseFilter(userType, printed, noFindings())).toEqual(filter);
        expect(reprint(printed)).toBe(printed);
      }),
      { numRuns: 500 },
    );
  });
});
