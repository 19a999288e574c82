/**
 * scim: the SCIM data plane: credentials, users, groups, members, wire log. A deactivation is never lost (I1), no membership
 * change is (I2), each change and its evidence are one statement (I3), an outage is 503 (I8), workspaces are apart (I12).
 * `activation`, `reconciliation` and `evidence` come in to ask; app mounts the listener and the routes.
 */
export { ROLLCALL_USER_URN as SCIM_ROLE_URN } from '../scim-protocol/index.ts';
export { createScim, type Scim } from './create-scim.ts';
export { createEntraKeys, type EntraKeys } from './entra-keys.ts';
export { hasLiveCredential } from './credential-store.ts';
export { exchangeRoutes } from './exchange-routes.ts';
export { lastActivityBefore } from './activity-read-model.ts';
export { issueCredential } from './issue-credential.ts';
export { type ProvisioningSign, readProvisioningSign } from './provisioning-sign-read-model.ts';
export type { RoleReason } from './role-read-model.ts';
export { isScimAddress, scimTenantUrl } from './scim-address.ts';
export type { ScimObserver } from './scim-observer.ts';
export { scimRoutes } from './scim-routes.ts';
export { seedUsers } from './seed-users-store.ts';
export { tokenRoutes } from './token-routes.ts';
export { trimWireLogTask } from './trim-wire-log.ts';
