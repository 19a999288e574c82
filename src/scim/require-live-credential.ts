import { unauthenticated } from './pass-gate.ts';
import type { StepContext } from './pipeline-step.ts';
import type { ScimCall } from './scim-request.ts';

/** RFC 7644 §2. Nothing of the request's body has been read when this refuses. */
export function requireLiveCredential(_context: StepContext, call: ScimCall): ScimCall {
  if (!call.credential?.isLive) throw unauthenticated();
  return call;
}
