import { describe, expect, it } from '@jest/globals';
import { ENTERPRISE_USER_URN as ENT, type Filter, groupType, noFindings, parseFilter, userType } from '../../src/scim-protocol/index.ts';

/** A filter as a short text, so that a row shows what was understood. */
function show(filter: Filter): string {
  switch (filter.kind) {
    case 'comparison': {
      const { attribute, sub } = filter.path;
      return `${attribute.name}${sub ? `.${sub.name}` : ''} = ${JSON.stringify(filter.value.text)}`;
    }
    case 'and':
      return filter.terms.map(show).join(' & ');
    default:
      return `${filter.attribute.name}[${show(filter.filter)}]`;
  }
}

describe('parsing a filter', () => {
  it.each([
    ['userName eq "ada@contoso.example"', 'userName = "ada@contoso.example"'],
    ['USERNAME Eq "Ada"', 'userName = "Ada"'],
    ['externalId eq jyoung', 'externalId = "jyoung"'],
    ['active eq true', 'active = "true"'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a"', 'userName = "a"'],
    [`${ENT}:employeeNumber eq "7"`, 'employeeNumber = "7"'],
    ['name.familyName eq "L"', 'name.familyName = "L"'],
    ['emails.value eq "x"', 'emails.value = "x"'],
    ['emails[type eq "work"].value eq "x"', 'emails[type = "work" & value = "x"]'],
    ['emails[type eq "work"] eq "x"', 'emails[type = "work" & value = "x"]'],
    ['emails[type eq "work" and value eq "x"]', 'emails[type = "work" & value = "x"]'],
    ['userName eq "a" and active eq "True" and title eq "t"', 'userName = "a" & active = "True" & title = "t"'],
    ['displayName eq "a\\"b\\\\c\\u00e9 [] () and"', 'displayName = "a\\"b\\\\cé [] () and"'],
    ['userName   eq\t"a"', 'userName = "a"'],
  ])('reads %s', (text, expected) => {
    expect(show(parseFilter(userType, text, noFindings()))).toBe(expected);
  });

  it('reads the reference check on members', () => {
    expect(show(parseFilter(groupType, 'id eq "x" and members eq "y"', noFindings()))).toBe('id = "x" & members = "y"');
  });

  it.each([
    ['', 'ends before it is complete'],
    ['and', 'not known here: and'],
    ['userName', 'ends before it is complete'],
    ['userName eq', 'ends before it is complete'],
    ['userName co "a"', '"co" is not supported'],
    ['userName pr', '"pr" is not supported'],
    ['userName eq "a" or userName eq "b"', '"or"'],
    ['not (userName eq "a")', '"not" is not supported'],
    ['(userName eq "a")', 'without parentheses'],
    ['userName eq "a', 'without its pair'],
    ['userName eq "\\x"', 'not a JSON string'],
    ['shoeSize eq "7"', 'not known here: shoeSize'],
    ['emails[type eq "work"', 'not closed'],
    ['emails[size eq "x"]', 'not known here: size'],
    ['emails[type eq "work"].size eq "x"', 'no sub-attribute size'],
    ['userName[type eq "x"]', 'brackets'],
    ['userName eq null', 'null'],
    [`userName eq "${'x'.repeat(5000)}"`, 'longer than'],
  ])('refuses %s, and says why', (text, why) => {
    const refusal = expect.objectContaining({ code: 'invalidFilter', message: expect.stringContaining(why) as unknown as string });
    expect(() => parseFilter(userType, text, noFindings())).toThrow(refusal);
  });

  it('keeps its nodes from being changed', () => {
    const filter = parseFilter(userType, 'userName eq "a" and active eq true', noFindings());
    expect(Object.isFrozen(filter)).toBe(true);
  });
});
