import { type Instant, newId, refuse, type SsoConnectionId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, constraintOf, type Database, type Log, type Queryable, type Transaction } from '../platform/index.ts';
import { lockSwitch, turnSwitch } from '../workspace/index.ts';
import { type ActivationPreviewId, findPreview, insertAuthorityChange } from './activation-store.ts';
import { decideActivation, type GateFacts, type GateRefusal } from './decide-activation.ts';
import { readStanding } from './gate-facts.ts';
import { computePreview } from './make-preview.ts';
import { isFresh, previewDigest } from './preview.ts';

export interface TurnInput {
  readonly turnTo: 'off' | 'on';
  /** The digest of the preview that was read and acknowledged. */
  readonly acknowledged: Buffer | undefined;
  readonly reason: string;
  readonly actor: string;
}

interface Acknowledgement {
  readonly fact: GateFacts['preview'];
  readonly previewId: ActivationPreviewId | undefined;
  readonly digest: Buffer;
}

interface Turn extends TurnInput {
  readonly at: Instant;
  readonly ssoConnectionId: SsoConnectionId | null;
  readonly previewId: ActivationPreviewId;
  readonly digest: Buffer;
}

/**
 * Turns the SCIM switch, through the gate: everything is looked at again inside the transaction that turns it, with the
 * switch locked. Turning it to where it stands does nothing.
 * Throws DomainError `activation-blocked` with all `refusals`, or `preview-stale` when that alone is wrong.
 */
export async function turnActivation(
  deps: { readonly database: Database; readonly clock: Clock; readonly log: Log },
  workspaceId: WorkspaceId,
  input: TurnInput,
): Promise<void> {
  const at = deps.clock.now();
  try {
    const hasTurned = await deps.database.transaction((tx) => turn(tx, workspaceId, { input, at }));
    if (hasTurned) deps.log.warn('scim.switch.turned', { workspaceId, state: input.turnTo });
  } catch (error) {
    if (constraintOf(error)?.startsWith('scim_switch_')) {
      refuse('activation-blocked', {
        detail: 'Something that the switch stands on was taken away at this very moment.',
        next: 'GET activation says what is missing now.',
      });
    }
    throw error;
  }
}

async function turn(tx: Transaction, workspaceId: WorkspaceId, { input, at }: { input: TurnInput; at: Instant }): Promise<boolean> {
  const { state } = await lockSwitch(tx, workspaceId);
  if (state === input.turnTo) return false;
  const { facts, ssoConnectionId } = await readStanding(tx, workspaceId, at);
  const { fact, previewId, digest } = await readAcknowledgement(tx, workspaceId, { input, at });
  const verdict = decideActivation(input.turnTo, { ...facts, preview: fact });
  if (verdict.kind === 'refused') return refuseTurn(verdict.because);
  if (previewId === undefined) throw new Error('a preview that is present has an id');
  await write(tx, workspaceId, { ...input, at, ssoConnectionId, previewId, digest });
  return true;
}

async function readAcknowledgement(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, input }: { readonly input: TurnInput; readonly at: Instant },
): Promise<Acknowledgement> {
  const digest = previewDigest(await computePreview(tx, workspaceId, { turnTo: input.turnTo, at }));
  if (input.acknowledged === undefined) return { fact: 'none', previewId: undefined, digest };
  const shown = input.acknowledged.equals(digest) ? await findPreview(tx, workspaceId, digest) : undefined;
  if (shown === undefined) return { fact: 'stale', previewId: undefined, digest };
  return isFresh(shown.at, at) ? { fact: 'present', previewId: shown.id, digest } : { fact: 'expired', previewId: undefined, digest };
}

function refuseTurn(because: readonly [GateRefusal, ...GateRefusal[]]): never {
  const [first] = because;
  const isStaleOnly = because.length === 1 && first.code === 'preview-stale';
  const next = because.length === 1 ? first.next : 'Each refusal says what to do; all of them have to be met.';
  return refuse(isStaleOnly ? 'preview-stale' : 'activation-blocked', { detail: first.detail, next, extra: { refusals: because } });
}

async function write(tx: Queryable, workspaceId: WorkspaceId, turn: Turn): Promise<void> {
  const { turnTo, at, actor, previewId, digest, reason } = turn;
  const isOn = turnTo === 'on';
  const ssoConnectionId = isOn ? turn.ssoConnectionId : null;
  await turnSwitch(tx, workspaceId, { state: turnTo, changedAt: at, changedBy: actor, ssoConnectionId, previewDigest: digest });
  const [authority, former] = isOn ? (['scim', 'scope'] as const) : (['scope', 'scim'] as const);
  await insertAuthorityChange(tx, workspaceId, { id: newId(at), authority, at, actor, previewId, previewDigest: digest, reason });
  const subject = { kind: 'workspace', id: workspaceId };
  const detail = { previewId, previewDigest: digest.toString('hex'), ...(ssoConnectionId === null ? {} : { ssoConnectionId }) };
  await append(tx, workspaceId, [
    { type: isOn ? 'scim.enabled' : 'scim.disabled', at, actor, subject, detail, disclose: { reason } },
    { type: 'scope.authority.changed', at, actor, subject, before: { authority: former }, after: { authority } },
  ]);
}
