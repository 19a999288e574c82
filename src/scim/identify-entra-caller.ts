import { DomainError, type Instant, isUuid, type WorkspaceId } from '../kernel/index.ts';
import { RETRY_AFTER_SECONDS } from '../platform/index.ts';
import { ScimError } from '../scim-protocol/index.ts';
import { type Enrolment, findEnrolment, isTenantShared, noteSeenCaller } from './enrolment-store.ts';
import type { EntraKeys } from './entra-keys.ts';
import { type EntraTokenRefusal, judgeEntraToken } from './judge-entra-token.ts';
import type { Caller, FoundCredential } from './scim-credential.ts';
import type { ScimDeps } from './scim-deps.ts';
import { type Claims, type SignatureVerdict, type SignedToken, textClaim, verifyToken } from './signed-token.ts';

interface Asked {
  readonly workspaceId: WorkspaceId;
  readonly signed: SignedToken;
  readonly at: Instant;
}

type Refusal =
  | EntraTokenRefusal
  | Extract<SignatureVerdict, { kind: 'refused' }>['because']
  | 'unknown-key'
  | 'caller-unconfirmed'
  | 'tenant-shared';

/**
 * The enrolment that a token of Entra's belongs to (the secret was left blank); undefined for a token that this workspace does
 * not take. Off by default: without an enrolment nothing is asked of anybody. Throws ScimError `unavailable` when the tenant's
 * keys cannot be had, since a 401 would quarantine the provisioning job for an outage.
 */
export async function identifyEntraCaller(deps: ScimDeps, asked: Asked): Promise<FoundCredential | undefined> {
  const { workspaceId, signed, at } = asked;
  const tenantId = textClaim(signed.unverified, 'tid')?.toLowerCase() ?? '';
  if (deps.entraKeys === undefined || signed.kid === undefined || !isUuid(tenantId)) return undefined;
  const enrolment = await findEnrolment(deps.database, workspaceId, tenantId, at);
  if (enrolment === undefined) return undefined;
  const key = await findKey(deps.entraKeys, enrolment, signed.kid);
  if (key === undefined) return refused(deps, asked, 'unknown-key');
  const verdict = verifyToken(signed, key, at);
  if (verdict.kind === 'refused') return refused(deps, asked, verdict.because);
  return admit(deps, asked, enrolment, verdict.claims);
}

async function admit(deps: ScimDeps, asked: Asked, enrolment: Enrolment, claims: Claims): Promise<FoundCredential | undefined> {
  const verdict = judgeEntraToken(enrolment, claims);
  if (verdict.kind === 'refused') return refused(deps, asked, verdict.because);
  if (verdict.kind === 'unconfirmed') {
    await offerCaller(deps, asked, enrolment, verdict.caller);
    return refused(deps, asked, 'caller-unconfirmed');
  }
  const isShared = await isTenantShared(deps.database, asked.workspaceId, enrolment.tenantId);
  if (isShared) refused(deps, asked, 'tenant-shared');
  const { id, mode, switchState, endsAt } = enrolment;
  return { id, mode, switchState, endsAt, isLive: enrolment.isLive && !isShared };
}

async function offerCaller(deps: ScimDeps, { workspaceId, at }: Asked, enrolment: Enrolment, caller: Caller): Promise<void> {
  if (enrolment.isLive && enrolment.seenCaller === null) await noteSeenCaller(deps.database, workspaceId, enrolment.id, { ...caller, at });
}

async function findKey(keys: EntraKeys, { cloud, tenantId }: Enrolment, kid: string) {
  try {
    return await keys.find({ cloud, tenantId, version: 1 }, kid);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'identity-provider-unavailable') throw error;
    throw new ScimError('unavailable', error.message, { 'retry-after': String(RETRY_AFTER_SECONDS) });
  }
}

/** Says why, for an administrator who wonders; the caller is told no more than that the token is none. */
function refused({ log }: ScimDeps, { workspaceId }: Asked, because: Refusal): undefined {
  log.info('scim.entra_token.refused', { workspaceId, because });
}
