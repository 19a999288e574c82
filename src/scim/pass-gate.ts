import type { WorkspaceId } from '../kernel/index.ts';
import { ScimError } from '../scim-protocol/index.ts';

/** 401 with the challenge of RFC 6750 §3. */
export function unauthenticated(): ScimError {
  return new ScimError(
    'unauthenticated',
    'The request carries no valid SCIM credential of this workspace; check the secret token in Entra.',
    {
      'www-authenticate': 'Bearer realm="rollcall"',
    },
  );
}

/** 403 that tells the customer's administrator, who reads it in Entra's provisioning log, what to do. */
export function switchedOff(publicUrl: string, workspaceId: WorkspaceId): ScimError {
  return new ScimError(
    'forbidden',
    `The SCIM switch of this workspace is off, so nothing is provisioned yet. Turn it on at ${publicUrl}/api/v1/workspaces/${workspaceId}/activation once single sign-on is verified.`,
  );
}

/**
 * Judges what a statement found at its gate: the credential's row, read by the statement itself.
 * Throws ScimError `unauthenticated` when the credential has ended since it was looked up, `forbidden` when the switch is off.
 */
export function passGate(state: 'off' | 'on' | undefined, publicUrl: string, workspaceId: WorkspaceId): void {
  if (state === undefined) throw unauthenticated();
  if (state === 'off') throw switchedOff(publicUrl, workspaceId);
}
