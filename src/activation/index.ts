/**
 * activation: turning the SCIM switch. The gate (I4: single sign-on proven first), the preview of who appears and disappears
 * (I6), who may enter by whose word, and the diagnosis of why somebody is not provisioned. In come app, which hands `mayEnter` and `readScimStanding` to
 * `sso` and `workspace`, and later rooms that ask by whose authority somebody is synced.
 */
export { readScimStanding } from './activation-read-model.ts';
export { activationRoutes } from './activation-routes.ts';
export type { CheckId, DiagnosisCheck } from './diagnosis.ts';
export { mayEnter } from './may-enter.ts';
export { ACTIVE_EXPRESSION } from './review-mapping.ts';
export { readAuthorityBands } from './synced-read-model.ts';
