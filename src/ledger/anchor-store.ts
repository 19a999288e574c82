import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';

/** Who outside has a checkpoint: a time-stamping authority that signed it, a directory that keeps it, an auditor's server that took it, a witness that cosigned it, a bucket that lets nobody take it away; and the meta-log, which others sign. */
export const anchorKinds = ['rfc3161', 'file', 'webhook', 'witness', 'bucket', 'meta'] as const;

export type AnchorKind = (typeof anchorKinds)[number];

/** One place of a kind. */
export interface AnchorPlace {
  readonly kind: AnchorKind;
  /** The verifier key of a witness; empty for kinds of which there is one place. */
  readonly place: string;
}

export interface Anchor {
  readonly id: string;
  readonly kind: AnchorKind;
  readonly size: number;
  readonly place: string;
  readonly anchoredAt: Instant;
  /** By the clock of the authority or the witness; null where nobody attests a time. */
  readonly attestedAt: Instant | null;
  /** Of a time stamp: whether its signature was verified here, under the roots that the operator gave. A witness's always was. Null where nobody signs. */
  readonly signature: 'verified' | 'unchecked' | null;
  /** In a bucket: under which key, in which version, and until when nobody can take it away. Null elsewhere. */
  readonly objectKey: string | null;
  readonly versionId: string | null;
  readonly retainUntil: Instant | null;
  /** The record `ledger.anchored`. */
  readonly recordId: LedgerRecordId;
}

/** With what is verified: the checkpoint that was anchored, behind it the cosignature of a witness, and what an authority answered. */
export interface WholeAnchor extends Anchor {
  readonly note: string;
  readonly token: Buffer | null;
}

/** How anchoring a ledger in one place goes. */
export interface AnchorSchedule extends AnchorPlace {
  /** From when on it is anchored there. */
  readonly since: Instant;
  readonly nextAt: Instant;
  readonly lastTriedAt: Instant | null;
  readonly lastSucceededAt: Instant | null;
  readonly lastSize: number | null;
  /** Why the last attempt failed; null when it did not. */
  readonly lastProblem: string | null;
}

const anchorColumns = `anchor.id, anchor.kind, anchor.size, anchor.place, anchor.anchored_at as "anchoredAt",
  anchor.attested_at as "attestedAt", anchor.record_id as "recordId",
  anchor.object_key as "objectKey", anchor.version_id as "versionId", anchor.retain_until as "retainUntil",
  case when anchor.is_verified then 'verified' when anchor.kind = 'rfc3161' then 'unchecked' end as signature`;

/** Anchors, and what was put into the meta-log, whose table has no more than each anchor has. */
const everyAnchor = `(
         select anchored.workspace_id, anchored.id, anchored.kind, anchored.size, anchored.place, anchored.anchored_at, anchored.attested_at, anchored.token,
                anchored.record_id, anchored.is_verified, anchored.object_key, anchored.version_id, anchored.retain_until
           from ledger_anchor as anchored
          union all
         select entry.workspace_id, entry.id, 'meta', entry.size, entry.place, entry.anchored_at, null, null,
                entry.record_id, false, null, null, null
           from ledger_meta_entry as entry)`;

/** Newest first; `after` is the id of an anchor. */
export async function readAnchors(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly Anchor[]> {
  const { rows } = await q.query<Anchor>(
    `select ${anchorColumns}
       from ${everyAnchor} as anchor
      where anchor.workspace_id = $1 and ($2::uuid is null or anchor.id < $2::uuid)
      order by anchor.id desc
      limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

export async function readAnchor(q: Queryable, workspaceId: WorkspaceId, id: string): Promise<WholeAnchor | undefined> {
  const { rows } = await q.query<WholeAnchor>(
    `select ${anchorColumns}, case when anchor.kind = 'rfc3161' then anchor.token end as token,
            checkpoint.note || case when anchor.kind = 'witness' then convert_from(anchor.token, 'UTF8') else '' end as note
       from ${everyAnchor} as anchor
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = anchor.workspace_id and checkpoint.size = anchor.size
      where anchor.workspace_id = $1 and anchor.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The anchors of checkpoints over at least so many records, oldest first; `after` is the id of an anchor. */
export async function readAnchorsFrom(
  q: Queryable,
  workspaceId: WorkspaceId,
  { page, size }: { readonly size: number; readonly page: Page },
): Promise<readonly Anchor[]> {
  const { rows } = await q.query<Anchor>(
    `select ${anchorColumns}
       from ${everyAnchor} as anchor
      where anchor.workspace_id = $1 and anchor.size >= $2 and ($3::uuid is null or anchor.id > $3::uuid)
      order by anchor.id
      limit $4`,
    [workspaceId, size, page.after ?? null, page.limit],
  );
  return rows;
}

/** A time stamp with the exact bytes that were stamped. */
export interface StampedCheckpoint {
  readonly id: string;
  readonly size: number;
  readonly note: string;
  /** The authority's whole answer (RFC 3161 TimeStampResp). */
  readonly token: Buffer;
}

/** As many as bound a year to a day each, at some kilobytes. */
const MAX_DAILY_STAMPS = 366;

/** The last time stamp of each day (UTC) from an instant on, oldest first; where there are too many, the latest of them. */
export async function readDailyStamps(q: Queryable, workspaceId: WorkspaceId, from: Instant): Promise<readonly StampedCheckpoint[]> {
  const { rows } = await q.query<StampedCheckpoint>(
    `with daily as (
       select distinct on (date_trunc('day', anchor.anchored_at, 'UTC')) anchor.id
         from ledger_anchor as anchor
        where anchor.workspace_id = $1 and anchor.kind = 'rfc3161' and anchor.anchored_at >= $2
        order by date_trunc('day', anchor.anchored_at, 'UTC') desc, anchor.id desc
        limit $3
     )
     select anchor.id, anchor.size, checkpoint.note, anchor.token
       from daily
       join ledger_anchor as anchor on anchor.workspace_id = $1 and anchor.id = daily.id
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = $1 and checkpoint.size = anchor.size
      order by anchor.id`,
    [workspaceId, from, MAX_DAILY_STAMPS],
  );
  return rows;
}

/** The latest anchor of each kind. */
export async function readLatestAnchors(q: Queryable, workspaceId: WorkspaceId): Promise<readonly Anchor[]> {
  const { rows } = await q.query<Anchor>(
    `select distinct on (anchor.kind) ${anchorColumns}
       from ledger_anchor as anchor
      where anchor.workspace_id = $1
      order by anchor.kind, anchor.id desc`,
    [workspaceId],
  );
  return rows;
}

/** The checkpoint that was last put into that bucket, and where it lies. */
export async function readLastLocked(
  q: Queryable,
  workspaceId: WorkspaceId,
  place: string,
): Promise<{ readonly key: string; readonly versionId: string; readonly until: Instant; readonly note: string } | undefined> {
  const { rows } = await q.query<{ key: string; versionId: string; until: Instant; note: string }>(
    `select anchor.object_key as key, anchor.version_id as "versionId", anchor.retain_until as until, checkpoint.note
       from ledger_anchor as anchor
       join ledger_checkpoint as checkpoint on checkpoint.workspace_id = anchor.workspace_id and checkpoint.size = anchor.size
      where anchor.workspace_id = $1 and anchor.kind = 'bucket' and anchor.place = $2
      order by anchor.id desc
      limit 1`,
    [workspaceId, place],
  );
  return rows[0];
}

/** `token`: what the authority answered, or the witness. */
export async function insertAnchor(tx: Queryable, workspaceId: WorkspaceId, anchor: Omit<WholeAnchor, 'note'>): Promise<void> {
  await tx.query(
    `insert into ledger_anchor (workspace_id, id, kind, size, place, anchored_at, attested_at, token, record_id, is_verified,
                                object_key, version_id, retain_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      workspaceId,
      anchor.id,
      anchor.kind,
      anchor.size,
      anchor.place,
      anchor.anchoredAt,
      anchor.attestedAt,
      anchor.token,
      anchor.recordId,
      anchor.signature === 'verified',
      anchor.objectKey,
      anchor.versionId,
      anchor.retainUntil,
    ],
  );
}

/** What is put into the meta-log is scheduled beside the rest, in a table of the same columns. */
const scheduleTables = ['ledger_anchor_schedule', 'ledger_meta_schedule'] as const;

const scheduleTableOf = (kind: AnchorKind) => (kind === 'meta' ? 'ledger_meta_schedule' : 'ledger_anchor_schedule');

const scheduleColumns = `schedule.kind, schedule.place, schedule.since, schedule.next_at as "nextAt", schedule.last_tried_at as "lastTriedAt",
  schedule.last_succeeded_at as "lastSucceededAt", schedule.last_size as "lastSize", schedule.last_problem as "lastProblem"`;

export async function readSchedules(q: Queryable, workspaceId: WorkspaceId): Promise<readonly AnchorSchedule[]> {
  const { rows } = await q.query<AnchorSchedule>(
    `select ${scheduleColumns} from ledger_anchor_schedule as schedule where schedule.workspace_id = $1
      union all
     select ${scheduleColumns} from ledger_meta_schedule as schedule where schedule.workspace_id = $1
      order by kind, place`,
    [workspaceId],
  );
  return rows;
}

export async function readSchedule(
  q: Queryable,
  workspaceId: WorkspaceId,
  { kind, place }: AnchorPlace,
): Promise<AnchorSchedule | undefined> {
  return (await readSchedules(q, workspaceId)).find((schedule) => schedule.kind === kind && schedule.place === place);
}

/** A place of the operator's, and which ledgers are anchored in it: left out, all of them. */
export interface OperatorsPlace extends AnchorPlace {
  readonly only?: WorkspaceId;
  readonly except?: WorkspaceId;
}

const wantedPlaces = `ledger cross join unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[]) as wanted (kind, place, only_id, except_id)
      where (wanted.only_id is null or wanted.only_id = ledger.workspace_id)
        and (wanted.except_id is null or wanted.except_id <> ledger.workspace_id)`;

/** Sees to it that every ledger is scheduled in the operator's places, and in none that are there no more. */
export async function scheduleEverywhere(tx: Queryable, places: readonly OperatorsPlace[], at: Instant): Promise<void> {
  for (const table of scheduleTables) {
    const own = places.filter(({ kind }) => scheduleTableOf(kind) === table);
    const wanted = [
      own.map(({ kind }) => kind),
      own.map(({ place }) => place),
      own.map(({ only }) => only ?? null),
      own.map(({ except }) => except ?? null),
    ];
    await tx.query(
      `insert into ${table} (workspace_id, kind, place, since, next_at)
       select ledger.workspace_id, wanted.kind, wanted.place, $5, $5
         from ${wantedPlaces}
           on conflict do nothing`,
      [...wanted, at],
    );
    await tx.query(
      `delete from ${table} as schedule
        where schedule.kind <> 'webhook'
          and (schedule.workspace_id, schedule.kind, schedule.place) not in (select ledger.workspace_id, wanted.kind, wanted.place from ${wantedPlaces})`,
      wanted,
    );
  }
}

/** Schedules one ledger in the one place of a kind, at once. */
export async function schedule(tx: Queryable, workspaceId: WorkspaceId, kind: AnchorKind, at: Instant): Promise<void> {
  await tx.query(
    `insert into ledger_anchor_schedule (workspace_id, kind, since, next_at) values ($1, $2, $3, $3)
         on conflict (workspace_id, kind, place) do update set since = excluded.since, next_at = excluded.next_at, last_problem = null,
            last_tried_at = null, last_succeeded_at = null, last_size = null`,
    [workspaceId, kind, at],
  );
}

export async function unschedule(tx: Queryable, workspaceId: WorkspaceId, kind: AnchorKind): Promise<void> {
  await tx.query('delete from ledger_anchor_schedule where workspace_id = $1 and kind = $2', [workspaceId, kind]);
}

/** Takes what is due by `at`, each for one of the processes that ask; it is due again at `nextAt`, what is put into the meta-log at `nextTogetherAt`. */
export async function takeDueAnchors(
  tx: Queryable,
  { at, nextAt, nextTogetherAt }: { readonly at: Instant; readonly nextAt: Instant; readonly nextTogetherAt: Instant },
): Promise<readonly (AnchorPlace & { readonly workspaceId: WorkspaceId })[]> {
  const taken: (AnchorPlace & { readonly workspaceId: WorkspaceId })[] = [];
  for (const table of scheduleTables) {
    const { rows } = await tx.query<AnchorPlace & { readonly workspaceId: WorkspaceId }>(
      `update ${table} as schedule set next_at = $2
        where schedule.next_at <= $1
        returning schedule.workspace_id as "workspaceId", schedule.kind, schedule.place`,
      [at, table === 'ledger_meta_schedule' ? nextTogetherAt : nextAt],
    );
    taken.push(...rows);
  }
  return taken;
}

/** Has a ledger anchored everywhere as soon as may be. */
export async function hastenAnchors(tx: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<void> {
  for (const table of scheduleTables)
    await tx.query(`update ${table} set next_at = $2 where workspace_id = $1 and next_at > $2`, [workspaceId, at]);
}

export interface AnchorAttempt extends AnchorPlace {
  readonly at: Instant;
  /** What was anchored; null where nothing was. */
  readonly size: number | null;
  /** Where something was anchored: what is wrong all the same. */
  readonly problem: string | null;
  /** Left out: as it is scheduled. */
  readonly nextAt?: Instant;
}

export async function noteAnchorAttempt(tx: Queryable, workspaceId: WorkspaceId, attempt: AnchorAttempt): Promise<void> {
  await tx.query(
    `update ${scheduleTableOf(attempt.kind)} as schedule
        set last_tried_at = $3, last_problem = $4, next_at = coalesce($6, schedule.next_at),
            last_size = coalesce($5, schedule.last_size),
            last_succeeded_at = case when $5::bigint is null then schedule.last_succeeded_at else $3 end
      where schedule.workspace_id = $1 and schedule.kind = $2 and schedule.place = $7`,
    [workspaceId, attempt.kind, attempt.at, attempt.problem, attempt.size, attempt.nextAt ?? null, attempt.place],
  );
}

/** Since when each kind has anchored nothing anywhere, by the ledger that waits the longest; without kinds that nobody uses. */
export async function readAnchorAges(q: Queryable): Promise<readonly { readonly kind: AnchorKind; readonly oldestAt: Instant }[]> {
  const { rows } = await q.query<{ kind: AnchorKind; oldestAt: Instant }>(
    `select schedule.kind, min(coalesce(schedule.last_succeeded_at, schedule.since)) as "oldestAt"
       from (select kind, last_succeeded_at, since from ledger_anchor_schedule
              union all
             select kind, last_succeeded_at, since from ledger_meta_schedule) as schedule
      group by schedule.kind`,
  );
  return rows;
}

/** Where an auditor takes checkpoints, as it is shown: origin and path. */
export interface LedgerWebhook {
  readonly address: string;
  readonly setAt: Instant;
  readonly setBy: string;
}

export async function readWebhook(
  q: Queryable,
  workspaceId: WorkspaceId,
): Promise<(LedgerWebhook & { readonly sealed: Buffer }) | undefined> {
  const { rows } = await q.query<LedgerWebhook & { sealed: Buffer }>(
    `select webhook.address, webhook.set_at as "setAt", webhook.set_by as "setBy", webhook.sealed
       from ledger_webhook as webhook
      where webhook.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0];
}

export async function writeWebhook(
  tx: Queryable,
  workspaceId: WorkspaceId,
  webhook: LedgerWebhook & { readonly sealed: Buffer },
): Promise<void> {
  await tx.query(
    `insert into ledger_webhook (workspace_id, address, sealed, set_at, set_by) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id) do update
        set address = excluded.address, sealed = excluded.sealed, set_at = excluded.set_at, set_by = excluded.set_by`,
    [workspaceId, webhook.address, webhook.sealed, webhook.setAt, webhook.setBy],
  );
}

/** Whether there was one. */
export async function deleteWebhook(tx: Queryable, workspaceId: WorkspaceId): Promise<boolean> {
  const { count } = await tx.query('delete from ledger_webhook where ledger_webhook.workspace_id = $1', [workspaceId]);
  return count === 1;
}
