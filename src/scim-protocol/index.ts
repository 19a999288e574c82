/**
 * scim-protocol: SCIM 2.0 itself, and the ways in which Entra speaks it: schemas, filters, PATCH, discovery, errors.
 * Pure. A request that says "inactive" is planned to end so, whatever else it carries (I1), and what was sent is shown (I13).
 * `scim` comes in.
 */
export { asksForDeactivation } from './asks-for-deactivation.ts';
export { resolveReferences } from './bulk-reference.ts';
export { describeResourceTypes, describeSchemas, describeService, findResourceType, findSchema } from './discovery.ts';
export type { AttributePath, Comparison, Filter, Operator, Presence } from './filter.ts';
export type { GroupPlan, MemberChange } from './group-plan.ts';
export { groupType } from './group-type.ts';
export type { CanonicalOperation } from './canonical-operation.ts';
export { asIgnored, type Ignored, MAX_LISTED, type Mode, noFindings, storable, type Tolerated } from './oddity.ts';
export { resourceScope } from './filter-scope.ts';
export { parseFilter, parseSharedFilter } from './parse-filter.ts';
export { creatorsOf, orderOperations } from './order-operations.ts';
export { type BulkOperation, type BulkRequest, parseBulk } from './parse-bulk.ts';
export { planGroupPatch } from './plan-group-patch.ts';
export { planUserPatch } from './plan-user-patch.ts';
export { planUserReplacement } from './plan-user-replacement.ts';
export { planGroupReplacement, readNewGroup } from './read-group.ts';
export { readNewUser } from './read-new-user.ts';
export { RefusedDeactivation } from './refused-deactivation.ts';
export { type BulkResult, renderBulk } from './render-bulk.ts';
export { renderError } from './render-error.ts';
export { type RoleClaim, type RoleSource, roleClaims, roleSources } from './role-claims.ts';
export { type Attribute, qualifiedName, type ResourceType } from './schema.ts';
export { ScimError, type ScimErrorCode, scimErrorCodes } from './scim-error.ts';
export { readSelection, type Selection, selectedSubAttributes, selects, selectText } from './select-attributes.ts';
export { CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_USER_URN, LIST_RESPONSE_URN, ROLLCALL_USER_URN } from './urn.ts';
export type { UserPlan, UserPlanOptions } from './user-plan.ts';
export { userType } from './user-type.ts';
