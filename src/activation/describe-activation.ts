import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database, Transaction } from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { findPreview, hasPreview } from './activation-store.ts';
import { decideActivation, type GateFacts, type GateRefusal } from './decide-activation.ts';
import { readStanding } from './gate-facts.ts';
import { computePreview } from './make-preview.ts';
import { isFresh, previewDigest } from './preview.ts';

export interface ActivationDescription {
  readonly state: 'off' | 'on';
  readonly since: Instant;
  readonly changedBy: string;
  /** Whether the switch could be turned now, to the other state; and all that stands in the way. */
  readonly gate: { readonly turnTo: 'off' | 'on'; readonly allowed: boolean; readonly refusals: readonly GateRefusal[] };
}

/** How the switch stands, and whether it could be turned. */
export async function describeActivation(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
): Promise<ActivationDescription> {
  const at = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const { state, changedAt, changedBy } = await readSwitch(tx, workspaceId);
    const turnTo = state === 'on' ? 'off' : 'on';
    const { facts } = await readStanding(tx, workspaceId, at);
    const verdict = decideActivation(turnTo, { ...facts, preview: await previewFact(tx, workspaceId, { turnTo, at }) });
    const refusals = verdict.kind === 'refused' ? verdict.because : [];
    return { state, since: changedAt, changedBy, gate: { turnTo, allowed: verdict.kind === 'allowed', refusals } };
  });
}

/** Whether a preview has been made of what would happen now, lately enough. */
async function previewFact(
  tx: Transaction,
  workspaceId: WorkspaceId,
  asked: { readonly turnTo: 'off' | 'on'; readonly at: Instant },
): Promise<GateFacts['preview']> {
  if (!(await hasPreview(tx, workspaceId, asked.turnTo))) return 'none';
  const shown = await findPreview(tx, workspaceId, previewDigest(await computePreview(tx, workspaceId, asked)));
  if (shown === undefined) return 'stale';
  return isFresh(shown.at, asked.at) ? 'present' : 'expired';
}
