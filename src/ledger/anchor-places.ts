import { type Instant, type LedgerRecordId, newId, type WorkspaceId } from '../kernel/index.ts';
import type { Database, OutboundHttp, SecretBox } from '../platform/index.ts';
import { type Certificate, parseCheckpoint, parseNote } from '../tlog/index.ts';
import { type Anchor, type AnchorKind, readLastLocked, readWebhook } from './anchor-store.ts';
import type { CheckpointBucket, LockedObject } from './checkpoint-bucket.ts';
import { cosignCheckpoint } from './cosign-checkpoint.ts';
import { type CheckpointShelf } from './checkpoint-shelf.ts';
import type { Checkpoint } from './ledger-read-model.ts';
import { generationOf, logOrigin } from './log-origin.ts';
import { collectCheckpoint } from './meta-log.ts';
import type { Witness } from './read-witnesses.ts';
import { type SealedWebhook, sendCheckpoint } from './send-checkpoint.ts';
import { webhookContext } from './set-webhook.ts';
import { stampCheckpoint } from './stamp-checkpoint.ts';

/** Where every ledger of this installation is anchored, as its operator set it. */
export interface AnchorSettings {
  /** Of the time-stamping authority. */
  readonly tsaUrl: string | undefined;
  /** Under which its signatures are verified; undefined: they are not, here. */
  readonly tsaRoots: readonly Certificate[] | undefined;
  readonly directory: string | undefined;
  readonly witnesses: readonly Witness[];
  /** The bucket, as it is shown; left out: none. */
  readonly bucket?: string | undefined;
  /** Whether authority and witnesses are asked about the meta-log alone, which holds the checkpoints of all; left out: they are not. */
  readonly metaLog?: boolean;
  readonly everyMinutes: number;
}

export interface AnchorDeps {
  readonly database: Database;
  readonly outbound: OutboundHttp;
  readonly secretBox: SecretBox;
  readonly settings: AnchorSettings;
  readonly shelf: CheckpointShelf | undefined;
  /** Left out: none. */
  readonly bucket?: CheckpointBucket | undefined;
}

/** What an anchor came to; `id` names it. */
export interface Anchored extends Pick<Anchor, 'id' | 'place' | 'attestedAt' | 'signature'> {
  readonly token: Buffer | null;
  /** Where it lies under object lock. */
  readonly locked?: LockedObject;
  /** What is wrong with the anchor before it, in a sentence. */
  readonly lost?: string | undefined;
  /** Of the meta-log. */
  readonly metaRecordId?: LedgerRecordId;
}

const unsigned = { token: null, attestedAt: null, signature: null };

export interface CheckpointToAnchor {
  readonly checkpoint: Checkpoint;
  readonly at: Instant;
  /** Which of several places of the kind. */
  readonly place: string;
}

type PutCheckpoint = (deps: AnchorDeps, workspaceId: WorkspaceId, what: CheckpointToAnchor) => Promise<Anchored | undefined>;

/** How a checkpoint gets to each kind of place; undefined when the place was taken away meanwhile. Throws what says why it did not get there. */
export const anchorPlaces: Readonly<Record<AnchorKind, PutCheckpoint>> = {
  rfc3161: async ({ outbound, settings: { tsaRoots, tsaUrl } }, _workspaceId, { at, checkpoint }) => {
    if (tsaUrl === undefined) return undefined;
    return { id: newId(at), place: tsaUrl, ...(await stampCheckpoint(outbound, { url: tsaUrl, roots: tsaRoots }, checkpoint.note)) };
  },
  file: async ({ settings: { directory }, shelf }, workspaceId, { at, checkpoint }) => {
    if (shelf === undefined || directory === undefined) return undefined;
    await shelf.keep(workspaceId, { generation: generationIn(workspaceId, checkpoint), size: checkpoint.size, note: checkpoint.note });
    return { id: newId(at), place: directory, ...unsigned };
  },
  webhook: async ({ database, outbound, secretBox }, workspaceId, { at, checkpoint }) => {
    const webhook = await readWebhook(database, workspaceId);
    if (webhook === undefined) return undefined;
    const secret = JSON.parse(secretBox.open(webhook.sealed, webhookContext(workspaceId)).toString('utf8')) as SealedWebhook;
    const id = newId(at);
    await sendCheckpoint(outbound, secret, { id, at, workspaceId, checkpoint });
    return { id, place: webhook.address, ...unsigned };
  },
  witness: async ({ database, outbound, settings: { witnesses } }, workspaceId, { at, checkpoint, place }) => {
    const witness = witnesses.find(({ cosigner }) => cosigner.vkey === place);
    if (witness === undefined) return undefined;
    return { id: newId(at), place, ...(await cosignCheckpoint({ database, outbound }, workspaceId, { witness, checkpoint, at })) };
  },
  bucket: async ({ bucket, database }, workspaceId, { at, checkpoint }) => {
    if (bucket === undefined) return undefined;
    const { note, size } = checkpoint;
    const locked = await bucket.keep(workspaceId, { generation: generationIn(workspaceId, checkpoint), size, note });
    const before = await readLastLocked(database, workspaceId, bucket.place);
    const lost = before && (await bucket.problemWith(before, before.note));
    return { id: newId(at), place: bucket.place, ...unsigned, locked, lost };
  },
  meta: async ({ database, settings: { metaLog } }, _workspaceId, { at, checkpoint }) => {
    const collected = metaLog === true ? await collectCheckpoint(database, { checkpoint, at }) : undefined;
    return collected && { id: newId(at), place: logOrigin(collected.metaLog), metaRecordId: collected.recordId, ...unsigned };
  },
};

function generationIn(workspaceId: WorkspaceId, { note }: Checkpoint): number {
  const generation = generationOf(workspaceId, parseCheckpoint(parseNote(note)?.text ?? '')?.origin ?? '');
  if (generation === undefined) throw new Error('a checkpoint in the database is no checkpoint of its ledger');
  return generation;
}
