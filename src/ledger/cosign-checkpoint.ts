import { createHash } from 'node:crypto';
import { epochMs, type Instant, instantOf, MINUTE_MS, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Database, OutboundHttp } from '../platform/index.ts';
import { type Cosigner, parseCheckpoint, parseNote, verifyCosignature } from '../tlog/index.ts';
import { readSchedule } from './anchor-store.ts';
import { proveConsistency } from './consistency-proof.ts';
import { type Checkpoint, readLatestCheckpoint, readVkeys } from './ledger-read-model.ts';
import type { Witness } from './read-witnesses.ts';

/** A witness answers within a second or two, with a line or a few of them. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;

/** How far a witness's clock may be from ours. A cosignature is made for the request; one of another time is an old one, or dated falsely. */
const MAX_SKEW_MS = 5 * MINUTE_MS;

/** With what we remember, with what the witness says it has, and once more where somebody came in between. */
const MAX_REQUESTS = 3;

export interface Cosignature {
  /** The signature line, as it stands in a note. */
  readonly token: Buffer;
  readonly attestedAt: Instant;
  readonly signature: 'verified';
}

export interface CosignatureWanted {
  readonly witness: Witness;
  readonly checkpoint: Checkpoint;
  readonly at: Instant;
}

interface Deps {
  readonly database: Database;
  readonly outbound: OutboundHttp;
}

/**
 * Has a witness cosign the checkpoint (C2SP tlog-witness, `add-checkpoint`): sends it with the proof that it goes on from what the witness saw last, and verifies the cosignature.
 * Throws WitnessContradictsError when the witness has seen another tree of this ledger, or more of it than there is; RefutedCosignatureError when what
 * comes is not its cosignature of this checkpoint, made now; DomainError `outbound-failed` for any other answer.
 */
export async function cosignCheckpoint(deps: Deps, workspaceId: WorkspaceId, wanted: CosignatureWanted): Promise<Cosignature> {
  const { checkpoint, witness } = wanted;
  const schedule = await readSchedule(deps.database, workspaceId, { kind: 'witness', place: witness.cosigner.vkey });
  let old = schedule?.lastSize ?? 0;
  for (let request = 0; request < MAX_REQUESTS; request += 1) {
    if (old > checkpoint.size) await refuseLarger(deps, workspaceId, { old, wanted });
    const answer = await addCheckpoint(deps, workspaceId, { old, wanted });
    if (answer.status === 200) return readCosignature(await answer.text(), wanted);
    old = (await sizeIn(answer)) ?? (await refuseAnswer(deps, workspaceId, { answer, old, wanted }));
  }
  return refuse('outbound-failed', { detail: 'The witness named another size each time it was asked.' });
}

interface Attempt {
  /** The size that the witness is taken to have cosigned last; 0 where it has none. */
  readonly old: number;
  readonly wanted: CosignatureWanted;
}

async function addCheckpoint({ database, outbound }: Deps, workspaceId: WorkspaceId, { old, wanted }: Attempt): Promise<Response> {
  const { checkpoint, witness } = wanted;
  const { size } = checkpoint;
  const { hashes } = old === 0 ? { hashes: [] } : await proveConsistency(database, workspaceId, { checkpoint, from: old, to: size });
  const proof = hashes.map((hash) => Buffer.from(hash).toString('base64'));
  return await outbound.fetch(`${witness.url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: [`old ${old}`, ...proof, '', checkpoint.note].join('\n'),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
}

/** What the witness cosigned last, where it says that this is another size than the one it was sent. */
async function sizeIn(answer: Response): Promise<number | undefined> {
  if (answer.status !== 409 || answer.headers.get('content-type')?.split(';')[0] !== 'text/x.tlog.size') return undefined;
  const size = /^(0|[1-9]\d{0,14})\n$/.exec(await answer.text())?.[1];
  return size === undefined ? undefined : Number(size);
}

/** More than this checkpoint: by another process of ours, which was faster, or by somebody who shows the witness another ledger than ours. */
async function refuseLarger({ database }: Deps, workspaceId: WorkspaceId, { old, wanted }: Attempt): Promise<never> {
  const latest = await readLatestCheckpoint(database, workspaceId);
  if (latest !== undefined && latest.size >= old)
    return refuse('outbound-failed', { detail: 'The witness has cosigned a later checkpoint meanwhile.' });
  throw new WitnessContradictsError(
    `it has cosigned ${old} records of this ledger, of which there are ${latest?.size ?? 0} here: keep its checkpoint (${addressOf(wanted)}), and hold the ledger to it with "rollcall ledger fork"`,
  );
}

async function refuseAnswer(
  { database }: Deps,
  workspaceId: WorkspaceId,
  { answer, old, wanted }: Attempt & { readonly answer: Response },
) {
  const { checkpoint, witness } = wanted;
  if (answer.status === 422 && old > 0) {
    throw new WitnessContradictsError(
      `the first ${old} records that it has cosigned are not those of this ledger: keep its checkpoint (${addressOf(wanted)}), one of the two was rewritten`,
    );
  }
  const vkeys = (await readVkeys(database, workspaceId)).filter((vkey) => vkey.startsWith(`${originOf(checkpoint)}+`)).join(' ');
  const why =
    answer.status === 404
      ? `does not know this ledger: have its operator add ${vkeys}`
      : answer.status === 403
        ? `knows this ledger by another key: have its operator add ${vkeys}`
        : `answered ${answer.status}`;
  return refuse('outbound-failed', { detail: `The witness ${witness.cosigner.name} ${why}.` });
}

function readCosignature(lines: string, { at, checkpoint, witness }: CosignatureWanted): Cosignature {
  const note = parseNote(checkpoint.note + lines);
  const verdict = note && verifyCosignature(note, witness.cosigner);
  if (verdict === undefined) return refuse('outbound-failed', { detail: 'The witness answered with what is no signature.' });
  if (verdict.kind === 'none') throw new RefutedCosignatureError(witness.cosigner, 'no line of the answer is by its key');
  if (verdict.kind === 'bad') throw new RefutedCosignatureError(witness.cosigner, 'its key did not sign this checkpoint');
  const attestedAt = instantOf(verdict.atMs);
  if (Math.abs(verdict.atMs - epochMs(at)) > MAX_SKEW_MS)
    throw new RefutedCosignatureError(witness.cosigner, `it is of ${attestedAt}, and was asked for at ${at}`);
  return { token: Buffer.from(verdict.line, 'utf8'), attestedAt, signature: 'verified' };
}

/** Where a witness shows what it cosigned last (C2SP tlog-witness: SHOULD, below the monitoring prefix, which may be another than this one). */
function addressOf({ checkpoint, witness }: CosignatureWanted): string {
  const hash = createHash('sha256').update(originOf(checkpoint), 'utf8').digest('hex');
  return `${witness.url.replace(/\/$/, '')}/${hash}/checkpoint`;
}

function originOf({ note }: Checkpoint): string {
  return parseCheckpoint(parseNote(note)?.text ?? '')?.origin ?? '';
}

/** Somebody answers in the witness's place, or it vouches for something else, or for another time. */
export class RefutedCosignatureError extends Error {
  override readonly name = 'RefutedCosignatureError';

  constructor({ name }: Cosigner, because: string) {
    super(`The cosignature is not one of ${name} over this checkpoint: ${because}.`);
  }
}

/** The witness was shown another ledger under this name than the one in the database: a restore, or a fork. */
export class WitnessContradictsError extends Error {
  override readonly name = 'WitnessContradictsError';

  constructor(because: string) {
    super(`The witness contradicts this ledger: ${because}.`);
  }
}
