/**
 * scim-protocol: SCIM 2.0 itself, and the ways in which Entra speaks it: schemas, filters, PATCH, discovery, errors.
 * Pure. A request that says "inactive" is planned to end so, whatever else it carries (I1), and what was sent is shown (I13).
 * `scim` comes in.
 */
export { describeResourceTypes, describeSchemas, describeService, findResourceType, findSchema } from './discovery.ts';
export type { AttributePath, Comparison, Filter, Operator, Presence } from './filter.ts';
export { groupType } from './group-type.ts';
export { type CanonicalOperation, type Ignored, MAX_LISTED, noFindings, storable, type Tolerated } from './oddity.ts';
export { resourceScope } from './filter-scope.ts';
export { parseFilter, parseSharedFilter } from './parse-filter.ts';
export { printFilter } from './print-filter.ts';
export { type GroupPlan, type MemberChange, planGroupPatch, readNewGroup } from './plan-group-patch.ts';
export { planUserPatch, type UserPatchOptions, type UserPatchPlan } from './plan-user-patch.ts';
export { readNewUser } from './read-new-user.ts';
export { renderError } from './render-error.ts';
export { renderList } from './render-resource.ts';
export { type Attribute, qualifiedName, type ResourceType } from './schema.ts';
export { ScimError } from './scim-error.ts';
export { readSelection, type Selection, selectedSubAttributes, selects, selectText } from './select-attributes.ts';
export { CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_USER_URN, LIST_RESPONSE_URN, ROLLCALL_USER_URN } from './urn.ts';
export { userType } from './user-type.ts';
