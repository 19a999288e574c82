import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** For how long a workspace keeps personal data beside records, and reports, and how far that was carried out. */
export interface Retention {
  readonly months: number;
  /** For how long the files of a report are kept after its seal; null: for good. */
  readonly reportMonths: number | null;
  /** Null while nobody set anything: seven years. */
  readonly setAt: Instant | null;
  readonly setBy: string | null;
  readonly lastPurgedAt: Instant | null;
}

/** Seven years: what most who audit ask for. */
const USUAL_MONTHS = 84;

export async function readRetention(q: Queryable, workspaceId: WorkspaceId): Promise<Retention> {
  const { rows } = await q.query<Retention>(
    `select retention.months, retention.report_months as "reportMonths", retention.set_at as "setAt", retention.set_by as "setBy", retention.last_purged_at as "lastPurgedAt"
       from ledger_retention as retention
      where retention.workspace_id = $1`,
    [workspaceId],
  );
  return rows[0] ?? { months: USUAL_MONTHS, reportMonths: null, setAt: null, setBy: null, lastPurgedAt: null };
}

/** Until when evidence of `at` is to be held: so many days, and no shorter than the workspace keeps its own. */
export async function readRetainUntil(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, days }: { readonly at: Instant; readonly days: number },
): Promise<Instant> {
  const { months } = await readRetention(q, workspaceId);
  const { rows } = await q.query<{ until: Instant }>(
    'select greatest($1::timestamptz + make_interval(days => $2::int), $1::timestamptz + make_interval(months => $3::int)) as until',
    [at, days, months],
  );
  return rows[0]?.until ?? at;
}

export async function writeRetention(
  tx: Queryable,
  workspaceId: WorkspaceId,
  retention: Pick<Retention, 'months' | 'reportMonths'> & { readonly at: Instant; readonly actor: string },
): Promise<void> {
  await tx.query(
    `insert into ledger_retention (workspace_id, months, report_months, set_at, set_by) values ($1, $2, $3, $4, $5)
         on conflict (workspace_id) do update
           set months = excluded.months, report_months = excluded.report_months, set_at = excluded.set_at, set_by = excluded.set_by`,
    [workspaceId, retention.months, retention.reportMonths, retention.at, retention.actor],
  );
}

/** Where a purge is to begin and what it may take: the retention's row, held until the transaction ends. */
export interface PurgePlan {
  readonly before: Instant;
  readonly purgedLeaves: number;
}

/** Makes the row where there is none. `at` less the months is by the calendar. */
export async function lockRetention(tx: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<PurgePlan> {
  await tx.query('insert into ledger_retention (workspace_id) values ($1) on conflict (workspace_id) do nothing', [workspaceId]);
  const { rows } = await tx.query<PurgePlan>(
    `select $2::timestamptz - make_interval(months => retention.months) as before, retention.purged_leaves as "purgedLeaves"
       from ledger_retention as retention
      where retention.workspace_id = $1
        for update`,
    [workspaceId, at],
  );
  return rows[0] ?? { before: at, purgedLeaves: 0 };
}

/** The records of the next leaves in their order, as many as are older than `before` and follow each other. */
export async function readExpiredLeaves(
  q: Queryable,
  workspaceId: WorkspaceId,
  { before, from, limit }: { readonly before: Instant; readonly from: number; readonly limit: number },
): Promise<readonly LedgerRecordId[]> {
  const { rows } = await q.query<{ id: LedgerRecordId; isExpired: boolean }>(
    `select leaf.record_id as id, record.recorded_at < $2 as "isExpired"
       from ledger_leaf as leaf
       join ledger_record as record on record.workspace_id = leaf.workspace_id and record.id = leaf.record_id
      where leaf.workspace_id = $1 and leaf.leaf_index >= $3 and leaf.leaf_index < $3 + $4
      order by leaf.leaf_index`,
    [workspaceId, before, from, limit],
  );
  const end = rows.findIndex(({ isExpired }) => !isExpired);
  return (end < 0 ? rows : rows.slice(0, end)).map(({ id }) => id);
}

export async function notePurged(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, purgedLeaves }: { readonly at: Instant; readonly purgedLeaves: number },
): Promise<void> {
  await tx.query('update ledger_retention set purged_leaves = $2, last_purged_at = $3 where ledger_retention.workspace_id = $1', [
    workspaceId,
    purgedLeaves,
    at,
  ]);
}

/** Erases what these records disclose. Returns how many values went. */
export async function eraseOfRecords(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, recordIds }: { readonly at: Instant; readonly recordIds: readonly LedgerRecordId[] },
): Promise<number> {
  const { count } = await tx.query(
    `update ledger_disclosure set value = null, erased_at = $3
      where ledger_disclosure.workspace_id = $1 and ledger_disclosure.record_id = any($2::uuid[]) and ledger_disclosure.erased_at is null`,
    [workspaceId, recordIds, at],
  );
  return count;
}

/** Erases what the records about these subjects disclose. Returns how many values went, of how many records. */
export async function eraseOfSubjects(
  tx: Queryable,
  workspaceId: WorkspaceId,
  { at, subjectIds }: { readonly at: Instant; readonly subjectIds: readonly string[] },
): Promise<{ readonly values: number; readonly records: number }> {
  const { rows } = await tx.query<{ values: number; records: number }>(
    `with erased as (
       update ledger_disclosure set value = null, erased_at = $3
         from ledger_record
        where ledger_record.workspace_id = $1 and ledger_record.subject_id = any($2::uuid[])
          and ledger_disclosure.workspace_id = ledger_record.workspace_id and ledger_disclosure.record_id = ledger_record.id
          and ledger_disclosure.erased_at is null
        returning ledger_disclosure.record_id)
     select count(*)::int as values, count(distinct erased.record_id)::int as records from erased`,
    [workspaceId, subjectIds, at],
  );
  return rows[0] ?? { values: 0, records: 0 };
}
