/**
 * sso: how administrators sign in. A configuration is a candidate until a real sign-in has gone through it, then may become
 * active; it is never edited (I4). Who may enter is asked of a port that app hands in. `activation` asks what is active.
 */
export { chooseOidcAdapter } from './choose-oidc-adapter.ts';
export { signInRoutes } from './sign-in-routes.ts';
export { ssoRoutes } from './sso-routes.ts';
export { findActiveConnection, type SsoConnection } from './sso-store.ts';
export { warnOfExpiryTask } from './warn-of-expiry.ts';
