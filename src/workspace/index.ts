/**
 * workspace: the unit of tenancy; who may administer it (owners, administrators, sessions, API tokens), its role catalogue,
 * and the SCIM switch, which `activation` alone turns. At least one owner remains (I5); no row of another workspace is seen (I12).
 * In come `sso` (admits and opens sessions), `activation` (the switch), every room that asks for the switch, and app.
 */
export { admitAdministrator, type SignInIdentity } from './admit-administrator.ts';
export { answerOnce } from './answer-once-routes.ts';
export { authenticate } from './authenticate-routes.ts';
export type { AccessPolicy } from './access-policy-store.ts';
export { readAccessPolicy } from './access-policy-store.ts';
export { createOwner } from './create-owner.ts';
export { createWorkspace } from './create-workspace.ts';
export type { Entry, EntryAsked, MayEnter } from './entry.ts';
export { forgetIdempotencyKeysTask } from './forget-idempotency-keys.ts';
export { linkIdentity } from './link-identity.ts';
export { openSession, SESSION_LIFE_MS } from './open-session.ts';
export type { PersonInput } from './name-owner-person.ts';
export { isOwnerRole } from './owner-role.ts';
export { isOwner, lastOwnerUse, listOwners } from './owner-store.ts';
export {
  alarmOfOwnerAttempt,
  type OwnerAttempt,
  type OwnerAttempted,
  ownerAttemptRecord,
  ownerAttempts,
  recordOwnerAttempt,
} from './record-owner-attempt.ts';
export { recoverOwner } from './recover-owner.ts';
export { requireSecondPerson } from './require-second-person.ts';
export { listRoles } from './role-store.ts';
export { readCookie, sessionCookie } from './session-cookie.ts';
export { countSwitches, lockSwitch, readSwitch, turnSwitch } from './switch-store.ts';
export { workspaceRoutes } from './workspace-routes.ts';
export { findWorkspace, findWorkspaceBySlug } from './workspace-store.ts';
