import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type Anchor, readLatestAnchors } from './anchor-store.ts';
import { readLatestCovered } from './meta-log-store.ts';

/** What bears on what is left open: of whom, over how much. A checkpoint that only lies in the meta-log is not outside; one whose meta-log somebody signed is. */
interface StandingAnchor extends Pick<Anchor, 'kind' | 'size' | 'signature'> {
  /** Somebody signed the meta-log, and not this ledger's checkpoint itself. */
  readonly isOfMetaLog?: boolean;
}

/** What the anchors of a ledger leave open now, those of the meta-log that holds its checkpoints included. */
export async function readLeftOpen(q: Queryable, workspaceId: WorkspaceId): Promise<readonly string[]> {
  const own = await readLatestAnchors(q, workspaceId);
  const covered = (await readLatestCovered(q, workspaceId)).map((anchor) => ({ ...anchor, isOfMetaLog: true }));
  return leftOpen([...own, ...covered]);
}

/** What the anchors of a ledger leave open, in sentences for whoever relies on it. Never empty: the time since the last anchor always is. */
function leftOpen(anchors: readonly StandingAnchor[]): readonly string[] {
  const kinds = new Set(anchors.map(({ kind }) => kind));
  if (kinds.size === 0) {
    return [
      'Nobody outside has time-stamped, countersigned or kept a checkpoint. Whoever holds both the database and the signing key could write another ledger, until a checkpoint has been handed out: keep those that you were given, and compare.',
    ];
  }
  const anchored = Math.max(...anchors.map(({ size }) => size));
  return [
    `Records after the last anchored checkpoint (over ${anchored} records) could still be rewritten by whoever holds both the database and the signing key.`,
    ...(kinds.has('rfc3161') || kinds.has('witness')
      ? []
      : ['No time-stamping authority has signed a checkpoint: nothing outside confirms when a record was written.']),
    ...(anchors.some(({ isOfMetaLog = false, kind }) => kind === 'witness' && !isOfMetaLog)
      ? []
      : [
          'No witness has cosigned a checkpoint: whether everybody is shown the same ledger, only those learn who compare the checkpoints that they were given.',
        ]),
    ...(anchors.some(({ signature }) => signature === 'unchecked')
      ? [
          'Nobody has verified here that the time stamps are signed by the authority: give its root certificate to "rollcall verify --tsa-ca", or to "openssl ts -verify".',
        ]
      : []),
    ...(kinds.has('rfc3161') || kinds.has('webhook') || kinds.has('witness') ? [] : [kinds.has('bucket') ? IN_A_BUCKET : IN_A_DIRECTORY]),
  ];
}

const IN_A_DIRECTORY =
  'The checkpoints that are kept outside lie in a directory of the operator’s: whoever reaches that, the database and the signing key could rewrite all three.';
/** What providers say of mode COMPLIANCE: nothing undoes it but the end of the account. */
const IN_A_BUCKET =
  'The checkpoints that are kept outside lie in a bucket of the operator’s under object lock: nobody deletes or overwrites them before their time, by the word of the bucket’s provider; closing the account ends them.';
