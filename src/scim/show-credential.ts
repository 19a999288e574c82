import type { Instant } from '../kernel/index.ts';
import { expiryOf } from './credential-expiry.ts';
import type { ScimCredential } from './scim-credential.ts';

/** A credential as the API shows it: all of it, and how near its end is. No secret is known here. */
export function showCredential(credential: ScimCredential, at: Instant): ScimCredential & ReturnType<typeof expiryOf> {
  return { ...credential, ...expiryOf(credential, at) };
}
