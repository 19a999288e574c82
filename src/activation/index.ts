/**
 * activation: turning the SCIM switch. The gate (I4: single sign-on proven first), the preview of who appears and disappears
 * (I6), the history of whose word counts, and who may enter by it. In come app, which hands `mayEnter` to `sso`, and later
 * rooms that ask by whose authority somebody is synced.
 */
export { activationRoutes } from './activation-routes.ts';
export { mayEnter } from './may-enter.ts';
