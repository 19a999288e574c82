import { createHash } from 'node:crypto';
import { type CanonicalObject, canonicalJson, isUuid } from '../kernel/index.ts';
import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt, storableValue, textAt } from './json-shape.ts';

/** What is read of who may do what, in this order: permissions after the service principals that hold them. */
export const accessSources = [
  'role-definitions',
  'role-assignments',
  'role-schedules',
  'role-eligibilities',
  'service-principals',
  'app-permissions',
  'delegated-permissions',
  'licences',
  'security-defaults',
  'policies',
] as const;

export type AccessSource = (typeof accessSources)[number];

interface SourceDescription {
  /** The application permission that it takes (microsoft-graph §1.5). */
  readonly permission: string;
  readonly gives: string;
}

export const accessSourceTable: Readonly<Record<AccessSource, SourceDescription>> = {
  'role-definitions': { permission: 'Directory.Read.All', gives: 'directory roles' },
  'role-assignments': { permission: 'Directory.Read.All', gives: 'who holds which directory role' },
  'role-schedules': { permission: 'RoleManagement.Read.Directory', gives: 'for how long a directory role is held' },
  'role-eligibilities': { permission: 'RoleManagement.Read.Directory', gives: 'who may activate a directory role' },
  'service-principals': { permission: 'Directory.Read.All', gives: 'applications in the tenant' },
  'app-permissions': { permission: 'Directory.Read.All', gives: 'application permissions that were granted' },
  'delegated-permissions': { permission: 'Directory.Read.All', gives: 'delegated permissions that were granted' },
  licences: { permission: 'Directory.Read.All', gives: 'licences of the tenant' },
  'security-defaults': { permission: 'Policy.Read.All', gives: 'whether security defaults are on' },
  policies: { permission: 'Policy.Read.All', gives: 'Conditional Access policies' },
};

/** What is kept of an object; all of a policy, since a condition that is not known may narrow it. */
const kept: Readonly<Record<AccessSource, (item: JsonObject) => JsonObject>> = {
  'role-definitions': (item) => pick(item, ['templateId', 'displayName', 'isBuiltIn', 'isEnabled']),
  'role-assignments': (item) => ({
    ...pick(item, ['principalId', 'roleDefinitionId', 'directoryScopeId', 'appScopeId']),
    principalType: textAt(asObject(item['principal']) ?? {}, '@odata.type')?.replace('#microsoft.graph.', '') ?? null,
  }),
  'role-schedules': (item) =>
    pick(item, ['principalId', 'roleDefinitionId', 'directoryScopeId', 'startDateTime', 'endDateTime', 'assignmentType', 'memberType']),
  'role-eligibilities': (item) =>
    pick(item, ['principalId', 'roleDefinitionId', 'directoryScopeId', 'startDateTime', 'endDateTime', 'memberType']),
  'service-principals': (item) => ({
    ...pick(item, ['appId', 'displayName', 'accountEnabled', 'appOwnerOrganizationId', 'servicePrincipalType']),
    appRoles: listAt(item, 'appRoles').map((role) => pick(asObject(role) ?? {}, ['id', 'value'])),
  }),
  'app-permissions': (item) => pick(item, ['principalId', 'resourceId', 'resourceDisplayName', 'appRoleId', 'createdDateTime']),
  'delegated-permissions': (item) => pick(item, ['clientId', 'consentType', 'principalId', 'resourceId', 'scope']),
  // How many are in use changes with every hire, and says nothing here.
  licences: (item) => ({
    ...pick(item, ['skuPartNumber', 'capabilityStatus']),
    servicePlans: listAt(item, 'servicePlans').map((plan) =>
      pick(asObject(plan) ?? {}, ['servicePlanId', 'servicePlanName', 'provisioningStatus']),
    ),
  }),
  'security-defaults': (item) => pick(item, ['isEnabled']),
  policies: (item) => item,
};

/** Whose fact it is, by the property that says so. */
const principalProperties: Partial<Record<AccessSource, string>> = {
  'role-assignments': 'principalId',
  'role-schedules': 'principalId',
  'role-eligibilities': 'principalId',
  'app-permissions': 'principalId',
  'delegated-permissions': 'clientId',
};

/** One object of a source as it is kept. */
export interface AccessFact {
  readonly source: AccessSource;
  /** Its id at Graph. */
  readonly key: string;
  readonly principalId: string | null;
  readonly body: CanonicalObject;
  /** SHA-256 of the body's canonical JSON. */
  readonly bodyHash: Buffer;
}

/** Throws GraphFailure `unexpected-answer` for an object without id, or one that cannot be kept. */
export function readAccessFact(source: AccessSource, item: JsonObject): AccessFact {
  const key = keyOf(source, textAt(item, 'id') ?? '');
  const body = canonicalOf(kept[source](item));
  if (key === undefined || body === undefined) throw new GraphFailure('unexpected-answer', { said: `${source}-object` });
  const principal = textAt(item, principalProperties[source] ?? '');
  const principalId = principal !== undefined && isUuid(principal) ? principal.toLowerCase() : null;
  return { source, key, principalId, body, bodyHash: createHash('sha256').update(canonicalJson(body)).digest() };
}

const uuidKeyed: readonly AccessSource[] = ['role-definitions', 'service-principals', 'security-defaults', 'policies'];

/** Ids that are no UUID are of Graph's own making, and tell upper case from lower case. */
function keyOf(source: AccessSource, id: string): string | undefined {
  if (isUuid(id)) return id.toLowerCase();
  return !uuidKeyed.includes(source) && /^[\w-]{1,200}$/.test(id) ? id : undefined;
}

function canonicalOf(object: JsonObject): CanonicalObject | undefined {
  const value = storableValue(object);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as CanonicalObject) : undefined;
}

function pick(item: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, item[name] ?? null]));
}
