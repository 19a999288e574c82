import type { CanonicalObject } from '../kernel/index.ts';
import type { Mode } from './oddity.ts';
import { planUserPatch } from './plan-user-patch.ts';
import { planUserReplacement } from './plan-user-replacement.ts';
import { RefusedDeactivation } from './refused-deactivation.ts';
import { ScimError } from './scim-error.ts';

/** Anybody: what a request asks for does not depend on whom it is about. */
const someUser: CanonicalObject = { userName: 'user', active: true };

const plans: Readonly<Record<string, typeof planUserPatch>> = { PATCH: planUserPatch, PUT: planUserReplacement };

/** Whether a request about a user says that the user is to be inactive, be it by a body that strict mode would refuse (I1). */
export function asksForDeactivation(method: string, body: unknown, mode: Mode): boolean {
  if (method === 'DELETE') return true;
  try {
    return plans[method]?.(someUser, body, { mode }).deactivates ?? false;
  } catch (error) {
    if (error instanceof ScimError) return error instanceof RefusedDeactivation;
    throw error;
  }
}
