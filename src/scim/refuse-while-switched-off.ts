import { switchedOff, unauthenticated } from './pass-gate.ts';
import type { StepContext } from './pipeline-step.ts';
import type { ScimCall } from './scim-request.ts';

/** Spares the body of a write that its statement would refuse anyway. */
export function refuseWhileSwitchedOff({ deps }: StepContext, call: ScimCall): ScimCall {
  if (call.workspaceId === undefined) throw unauthenticated();
  if (call.credential?.switchState === 'off') throw switchedOff(deps.publicUrl, call.workspaceId);
  return call;
}
