import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/activation/json-reading.ts';
import { lintExpression } from '../../src/activation/lint-expression.ts';
import { parseExpression } from '../../src/activation/mapping-expression.ts';
import { reviewMapping } from '../../src/activation/review-mapping.ts';

const known = {
  roles: [
    { id: 'admin', directoryMayGrant: false },
    { id: 'auditor', directoryMayGrant: true },
    { id: 'employee', directoryMayGrant: true },
  ],
  appRoles: ['Auditors', 'Admins'],
};
const single = 'SingleAppRoleAssignment([appRoleAssignments])';

describe('an expression that is to yield a role', () => {
  it.each([
    { name: 'one that is right', source: `IIF(${single}="Auditors","auditor","employee")`, expected: [] },
    { name: "the app role's own value", source: single, expected: [] },
    { name: 'a Switch that is right', source: `Switch(${single}, "employee", "Auditors", "auditor")`, expected: [] },
    { name: 'a role that is not in the catalogue', source: `IIF(${single}="Auditors","auditors","employee")`, expected: ['unknown-role'] },
    {
      name: 'a role that the directory may not grant',
      source: `IIF(${single}="Admins","admin","employee")`,
      expected: ['role-not-grantable'],
    },
    { name: 'an app role that nobody has', source: `IIF(${single}="Auditor","auditor","employee")`, expected: ['unknown-app-role'] },
    {
      name: 'a key of Switch that is no app role',
      source: `Switch(${single}, "employee", "Boss", "auditor")`,
      expected: ['unknown-app-role'],
    },
    { name: 'no default', source: `IIF(${single}="Auditors","auditor","")`, expected: ['missing-default'] },
    { name: 'a Switch without its default', source: `Switch(${single}, , "Auditors", "auditor")`, expected: ['missing-default'] },
    {
      name: 'a fault deep inside',
      source: `IIF(${single}="Auditors","auditor",IIF(${single}="Admins","boss",))`,
      expected: ['unknown-role', 'missing-default'],
    },
    { name: 'several app roles', source: 'AppRoleAssignmentsComplex([appRoleAssignments])', expected: ['several-app-roles'] },
    { name: 'the bare attribute', source: '[appRoleAssignments]', expected: ['attribute-without-function'] },
    { name: 'a comparison alone', source: `${single}="Auditors"`, expected: ['no-role'] },
    { name: 'a parenthesis that is not closed', source: `IIF(${single}="Auditors","auditor"`, expected: ['unreadable'] },
    { name: 'something behind the end', source: '"auditor" "employee"', expected: ['unreadable'] },
    { name: 'no expression', source: '{}', expected: ['unreadable'] },
    { name: 'a depth that nobody writes', source: `${'IIF('.repeat(200)}"x"`, expected: ['unreadable'] },
  ])('is judged: $name', ({ source, expected }) => {
    const findings = lintExpression(source, known);
    expect(findings.map(({ code }) => code)).toEqual(expected);
    for (const { detail, remedy } of findings) for (const text of [detail, remedy]) expect(text.length).toBeGreaterThan(10);
  });

  it('of app roles that nobody knows is not judged by them', () => {
    expect(lintExpression(`IIF(${single}="Whoever","auditor","employee")`, { ...known, appRoles: undefined })).toEqual([]);
  });

  it('is read, whatever it is, or refused in words', () => {
    const word = fc.constantFrom('IIF', 'Switch', '(', ')', ',', '=', '[a]', '"b"', ' ', '\\', '"', '[', single);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
          fc.string(),
        ),
        (source) => {
          try {
            expect(parseExpression(source)).toHaveProperty('kind');
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect((error as Error).constructor).toBe(Error);
          }
          expect(Array.isArray(lintExpression(source, known))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const ROLE = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User:rbac_role_id';
const attribute = (name: string) => ({ expression: `[${name}]`, name, parameters: [], type: 'Attribute' });
const mapped = (targetAttributeName: string, source: object, matchingPriority = 0) => ({
  defaultValue: null,
  exportMissingReferences: false,
  flowBehavior: 'FlowWhenChanged',
  flowType: 'Always',
  matchingPriority,
  source,
  targetAttributeName,
});
const isSoftDeleted = {
  expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  name: 'Switch',
  parameters: [],
  type: 'Function',
};
const roleMapping = mapped(ROLE, { expression: single, name: 'SingleAppRoleAssignment', parameters: [], type: 'Function' });

interface Given {
  readonly enabled?: boolean;
  readonly flowTypes?: string;
  readonly scope?: object | null;
  readonly mappings?: readonly object[];
  readonly attributes?: readonly string[];
  readonly sourceName?: string;
  readonly targetObject?: string;
}

const right = [
  mapped('userName', attribute('userPrincipalName'), 1),
  mapped('active', isSoftDeleted),
  mapped('externalId', attribute('objectId')),
  roleMapping,
];

/** A schema as Entra exports it, as far as it matters, with a group mapping and something of which nobody knows. */
function exported(given: Given = {}): JsonObject {
  const { attributes = ['userName', ROLE], enabled = true, flowTypes = 'Add, Update, Delete', mappings = right, scope = null } = given;
  const { sourceName = 'Microsoft Entra ID', targetObject = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' } = given;
  const user = {
    attributeMappings: mappings,
    enabled,
    flowTypes,
    name: 'Users',
    scope,
    sourceObjectName: 'User',
    targetObjectName: targetObject,
  };
  const group = {
    attributeMappings: [],
    enabled: true,
    flowTypes,
    name: 'Groups',
    scope: null,
    sourceObjectName: 'Group',
    targetObjectName: 'Group',
  };
  return {
    id: 'customappsso.1',
    version: 'v1.2',
    unknownToUs: { kept: [1, null] },
    directories: [
      { name: sourceName, objects: [{ name: 'User', attributes: [] }] },
      { name: 'customappsso', objects: [{ name: targetObject, attributes: attributes.map((name) => ({ name })) }] },
    ],
    synchronizationRules: [
      { name: 'USER_OUTBOUND_USER', sourceDirectoryName: sourceName, targetDirectoryName: 'customappsso', objectMappings: [group, user] },
    ],
  } as unknown as JsonObject;
}

const wanted = { roleAttribute: ROLE, leastRoleId: 'employee' };
const codesOf = (schema: Json) => reviewMapping(schema, wanted).findings.map(({ code }) => code);

describe('an exported synchronisation schema', () => {
  it('whose roles come by another source needs no mapping of its own for them', () => {
    const byUserType = mapped('userType', { expression: single, name: 'SingleAppRoleAssignment', parameters: [], type: 'Function' });
    expect(codesOf(exported({ mappings: [...right.slice(0, 3), byUserType], attributes: ['userName'] }))).toEqual([]);
  });

  it('that is right comes back as it was', () => {
    const schema = exported();
    expect(reviewMapping(schema, wanted)).toEqual({ findings: [], changes: [], mended: schema });
  });

  it.each<{ name: string; given: Given; expected: string; isMended: boolean }>([
    { name: 'users switched off', given: { enabled: false }, expected: 'user-mapping-disabled', isMended: true },
    { name: 'Update unticked', given: { flowTypes: 'Add, Delete' }, expected: 'actions-unticked', isMended: true },
    { name: 'a scoping filter', given: { scope: { groups: [{ clauses: [] }] } }, expected: 'scoping-filter', isMended: false },
    {
      name: 'nothing to match by',
      given: { mappings: [mapped('userName', attribute('userPrincipalName')), ...right.slice(1)] },
      expected: 'match-attribute-missing',
      isMended: false,
    },
    {
      name: 'active not mapped',
      given: { mappings: right.filter(({ targetAttributeName }) => targetAttributeName !== 'active') },
      expected: 'active-missing',
      isMended: false,
    },
    {
      name: 'active from accountEnabled',
      given: {
        mappings: [
          ...right.filter(({ targetAttributeName }) => targetAttributeName !== 'active'),
          mapped('active', attribute('accountEnabled')),
        ],
      },
      expected: 'active-from-account-enabled',
      isMended: false,
    },
    {
      name: 'externalId from mailNickname',
      given: {
        mappings: [
          ...right.filter(({ targetAttributeName }) => targetAttributeName !== 'externalId'),
          mapped('externalId', attribute('mailNickname')),
        ],
      },
      expected: 'external-id-not-object-id',
      isMended: true,
    },
    { name: 'no mapping of the role', given: { mappings: right.slice(0, 3) }, expected: 'role-mapping-missing', isMended: true },
    { name: 'the role not defined', given: { attributes: ['userName'] }, expected: 'role-attribute-undefined', isMended: true },
    {
      name: 'app roles without a function',
      given: { mappings: [...right, mapped('roles', attribute('appRoleAssignments'))] },
      expected: 'attribute-without-function',
      isMended: false,
    },
    { name: 'no mapping of users', given: { targetObject: 'Contact' }, expected: 'user-mapping-missing', isMended: false },
  ])('with $name is told so, and mended where that can be', ({ given, expected, isMended }) => {
    const schema = exported(given);
    const { changes, findings, mended } = reviewMapping(schema, wanted);
    expect(findings).toEqual([{ code: expected, detail: expect.any(String), remedy: expect.any(String), isMended }]);
    expect(changes).toHaveLength(isMended ? 1 : 0);
    expect(codesOf(mended)).toEqual(isMended ? [] : [expected]);
    expect(mended['unknownToUs']).toEqual({ kept: [1, null] });
    // What was handed in is the caller's.
    expect(schema).toEqual(exported(given));
  });

  it.each(['User', 'CORE', 'ENT', 'urn:ietf:params:scim:schemas:core:2.0:User'])(
    'is understood with users called %s, and the source by its older name',
    (targetObject) => {
      expect(codesOf(exported({ targetObject, sourceName: 'Azure Active Directory' }))).toEqual([]);
    },
  );

  it('is given a role mapping whose default is the least role that the directory may grant', () => {
    const { mended } = reviewMapping(exported({ mappings: right.slice(0, 3) }), wanted);
    expect(JSON.stringify(mended)).toContain('"defaultValue":"employee"');
    expect(JSON.stringify(mended)).toContain(single);
  });

  it.each([null, 7, 'schema', [], {}, { synchronizationRules: [] }, { synchronizationRules: 'x' }])(
    'is refused in words when it is %j',
    (schema) => {
      expect(() => reviewMapping(schema as Json, wanted)).toThrow(/exported schema/);
    },
  );

  it('of any shape is reviewed or refused in words, and a mended one needs no mending', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('directories', 'synchronizationRules'), (value, name) => {
        const schema = { ...exported(), [name]: value } as Json;
        try {
          const { mended } = reviewMapping(schema, wanted);
          expect(reviewMapping(mended, wanted).changes).toEqual([]);
        } catch (error) {
          expect((error as Error).message).toMatch(/exported schema/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
