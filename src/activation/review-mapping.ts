import { type Json, type JsonObject, listAt, memberAt, objectAt, textAt } from './json-reading.ts';

/** What a synchronisation schema can get wrong for Rollcall (entra-scim-client §7, §7.1). */
export type MappingFault =
  | 'user-mapping-missing'
  | 'user-mapping-disabled'
  | 'actions-unticked'
  | 'scoping-filter'
  | 'match-attribute-missing'
  | 'active-missing'
  | 'active-from-account-enabled'
  | 'external-id-not-object-id'
  | 'role-mapping-missing'
  | 'role-attribute-undefined'
  | 'attribute-without-function';

export interface MappingFinding {
  readonly code: MappingFault;
  readonly detail: string;
  readonly remedy: string;
  /** Whether the mended schema has it no more. */
  readonly isMended: boolean;
}

export interface MappingReview {
  readonly findings: readonly MappingFinding[];
  /** The whole schema, to be imported: as it was, with what could be mended. */
  readonly mended: JsonObject;
  /** What is different, a line each. */
  readonly changes: readonly string[];
}

export interface MappingWanted {
  /** The extension's attribute that carries the role. */
  readonly roleAttribute: string;
  /** What a user without an app role is given; undefined: there is no role that the directory may grant. */
  readonly leastRoleId: string | undefined;
}

const SOURCES = ['Microsoft Entra ID', 'Azure Active Directory'];
/** Names of the user object on the side of SCIM, as provisioning logs and Microsoft's validator have them. */
const USER_OBJECTS = ['user', 'core', 'ent'];
const ALL_ACTIONS = 'Add, Update, Delete';

/** A review of an exported schema, and the schema mended. Throws an Error, for a person, when it is no such schema. */
export function reviewMapping(exported: Json, wanted: MappingWanted): MappingReview {
  const schema = structuredClone(exported);
  const { mapping, rule } = findUserMapping(schema);
  if (!isObject(schema)) throw new Error('An exported schema is a JSON object with "synchronizationRules" and "directories".');
  if (mapping === undefined) return { findings: [noUserMapping], mended: schema, changes: [] };
  const review: Draft = { findings: [], changes: [] };
  reviewActions(review, mapping);
  const attributes = listAt(mapping, 'attributeMappings').filter(isObject);
  reviewMatching(review, attributes);
  reviewActive(review, attributes);
  reviewExternalId(review, attributes);
  reviewAppRoles(review, attributes);
  reviewRole(review, { mapping, attributes, target: targetObject(schema, rule, textAt(mapping, 'targetObjectName')) }, wanted);
  return { ...review, mended: schema };
}

interface Draft {
  readonly findings: MappingFinding[];
  readonly changes: string[];
}

const noUserMapping: MappingFinding = {
  code: 'user-mapping-missing',
  detail: 'No mapping of the schema provisions users from Microsoft Entra ID.',
  remedy: 'Export the schema of the provisioning job: Attribute mapping → Show advanced options → Review your schema here.',
  isMended: false,
};

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findUserMapping(schema: Json): { readonly rule?: JsonObject; readonly mapping?: JsonObject } {
  const rules = listAt(schema, 'synchronizationRules').filter(isObject);
  if (rules.length === 0) throw new Error('An exported schema has a list "synchronizationRules"; this is none.');
  for (const rule of rules.filter((one) => SOURCES.includes(textAt(one, 'sourceDirectoryName') ?? ''))) {
    const mapping = listAt(rule, 'objectMappings')
      .filter(isObject)
      .find(
        (one) =>
          (textAt(one, 'sourceObjectName') ?? '').toLowerCase() === 'user' &&
          USER_OBJECTS.includes((textAt(one, 'targetObjectName') ?? '').split(':').at(-1)?.toLowerCase() ?? ''),
      );
    if (mapping !== undefined) return { rule, mapping };
  }
  return {};
}

/** Where the attributes of SCIM's users are defined. */
function targetObject(schema: Json, rule: JsonObject | undefined, name: string | undefined): JsonObject | undefined {
  const directory = listAt(schema, 'directories')
    .filter(isObject)
    .find((one) => textAt(one, 'name') === textAt(rule ?? {}, 'targetDirectoryName'));
  return listAt(directory ?? {}, 'objects')
    .filter(isObject)
    .find((one) => textAt(one, 'name') === name);
}

function mend(review: Draft, finding: Omit<MappingFinding, 'isMended'>, change: string): void {
  review.findings.push({ ...finding, isMended: true });
  review.changes.push(change);
}

function leave(review: Draft, finding: Omit<MappingFinding, 'isMended'>): void {
  review.findings.push({ ...finding, isMended: false });
}

function reviewActions(review: Draft, mapping: JsonObject): void {
  if (memberAt(mapping, 'enabled') === false) {
    mapping['enabled'] = true;
    const detail = 'The mapping of users is switched off: nobody is provisioned.';
    mend(
      review,
      { code: 'user-mapping-disabled', detail, remedy: 'Provision Microsoft Entra ID Users → Enabled: Yes.' },
      '+ users: enabled',
    );
  }
  const ticked = (textAt(mapping, 'flowTypes') ?? '').split(',').map((action) => action.trim().toLowerCase());
  const missing = ALL_ACTIONS.split(', ').filter((action) => !ticked.includes(action.toLowerCase()));
  if (missing.length > 0) {
    mapping['flowTypes'] = ALL_ACTIONS;
    const detail = `Not ticked among the target object actions: ${missing.join(', ')}. Without Update nobody is ever deactivated.`;
    mend(review, { code: 'actions-unticked', detail, remedy: 'Tick Create, Update and Delete.' }, `+ users: flowTypes ${ALL_ACTIONS}`);
  }
  const groups = listAt(objectAt(mapping, 'scope') ?? {}, 'groups');
  if (groups.length > 0) {
    const detail = 'A scoping filter leaves some of those out who are assigned.';
    leave(review, { code: 'scoping-filter', detail, remedy: 'See under Source object scope whether it means what it should.' });
  }
}

function reviewMatching(review: Draft, attributes: readonly JsonObject[]): void {
  if (attributes.some((one) => Number(memberAt(one, 'matchingPriority') ?? 0) > 0)) return;
  const detail = 'No attribute is matched by, so that Entra finds nobody who is there already.';
  leave(review, { code: 'match-attribute-missing', detail, remedy: 'Match by userName, with precedence 1.' });
}

const targets = (attributes: readonly JsonObject[], name: string) =>
  attributes.find((one) => (textAt(one, 'targetAttributeName') ?? '').toLowerCase() === name.toLowerCase());

const sourceOf = (mapping: JsonObject) => textAt(objectAt(mapping, 'source') ?? {}, 'expression') ?? '';

/** What `active` is to be mapped from: it is false for whoever is disabled, deleted or no longer assigned (evidence §4.5 S06). */
export const ACTIVE_EXPRESSION = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")';

function reviewActive(review: Draft, attributes: readonly JsonObject[]): void {
  const active = targets(attributes, 'active');
  const remedy = `Map active by the expression ${ACTIVE_EXPRESSION}; Entra's editor makes its parts.`;
  if (active === undefined) {
    const detail = 'active is not mapped: whoever leaves is deleted, or stays as they are.';
    leave(review, { code: 'active-missing', detail, remedy });
  } else if (!sourceOf(active).includes('IsSoftDeleted')) {
    const detail = 'active does not come from IsSoftDeleted: whoever is no longer assigned, or was deleted, stays active.';
    leave(review, { code: 'active-from-account-enabled', detail, remedy });
  }
}

function reviewExternalId(review: Draft, attributes: readonly JsonObject[]): void {
  const externalId = targets(attributes, 'externalId');
  if (externalId === undefined || sourceOf(externalId) === '[objectId]') return;
  const before = sourceOf(externalId) || 'nothing';
  externalId['source'] = { expression: '[objectId]', name: 'objectId', parameters: [], type: 'Attribute' };
  const detail = `externalId comes from ${before}, not from objectId: an account that is renamed is no longer matched.`;
  mend(
    review,
    { code: 'external-id-not-object-id', detail, remedy: 'Map externalId from objectId.' },
    `~ externalId: ${before} → [objectId]`,
  );
}

function reviewAppRoles(review: Draft, attributes: readonly JsonObject[]): void {
  for (const one of attributes.filter((each) => sourceOf(each) === '[appRoleAssignments]')) {
    const detail = `appRoleAssignments is mapped to ${textAt(one, 'targetAttributeName') ?? 'nothing'} without a function, which Entra does not support.`;
    leave(review, { code: 'attribute-without-function', detail, remedy: 'SingleAppRoleAssignment([appRoleAssignments]).' });
  }
}

interface Place {
  readonly mapping: JsonObject;
  readonly attributes: readonly JsonObject[];
  readonly target: JsonObject | undefined;
}

function reviewRole(review: Draft, { attributes, mapping, target }: Place, { leastRoleId, roleAttribute }: MappingWanted): void {
  const isMapped = targets(attributes, roleAttribute) !== undefined;
  // A role may come by another source, such as userType or roles: then it is there already.
  if (!isMapped && attributes.some((one) => sourceOf(one).includes('[appRoleAssignments]'))) return;
  const isDefined = listAt(target ?? {}, 'attributes').some((one) => textAt(one, 'name')?.toLowerCase() === roleAttribute.toLowerCase());
  if (target !== undefined && !isDefined) {
    target['attributes'] = [...listAt(target, 'attributes'), attributeDefinition(roleAttribute)];
    const detail = `The schema does not define ${roleAttribute}, so that no mapping can write it.`;
    mend(
      review,
      { code: 'role-attribute-undefined', detail, remedy: 'Show advanced options → Edit attribute list.' },
      `+ attribute ${roleAttribute}`,
    );
  }
  if (isMapped) return;
  const detail = `Nothing is mapped to ${roleAttribute}: everybody has the least role.`;
  const remedy = 'Add a mapping of type Expression: SingleAppRoleAssignment([appRoleAssignments]).';
  mapping['attributeMappings'] = [...listAt(mapping, 'attributeMappings'), roleMapping(roleAttribute, leastRoleId ?? null)];
  const otherwise = leastRoleId === undefined ? '' : `, else "${leastRoleId}"`;
  mend(
    review,
    { code: 'role-mapping-missing', detail, remedy },
    `+ ${roleAttribute}: SingleAppRoleAssignment([appRoleAssignments])${otherwise}`,
  );
}

function attributeDefinition(name: string): JsonObject {
  return {
    anchor: false,
    caseExact: true,
    defaultValue: null,
    metadata: [],
    multivalued: false,
    mutability: 'ReadWrite',
    name,
    required: false,
    referencedObjects: [],
    type: 'String',
  };
}

function roleMapping(targetAttributeName: string, defaultValue: string | null): JsonObject {
  const assignments = { expression: '[appRoleAssignments]', name: 'appRoleAssignments', parameters: [], type: 'Attribute' };
  return {
    defaultValue,
    exportMissingReferences: false,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority: 0,
    source: {
      expression: 'SingleAppRoleAssignment([appRoleAssignments])',
      name: 'SingleAppRoleAssignment',
      type: 'Function',
      parameters: [{ key: 'source', value: assignments }],
    },
    targetAttributeName,
  };
}
