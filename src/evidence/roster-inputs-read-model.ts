import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { disclosedFileName, speaksOfEverybody, toldRejections } from '../roster/index.ts';
import type { RosterInput, RosterTotals } from './report-sources.ts';

interface Asked {
  readonly start: Instant;
  /** The report's as-of. */
  readonly end: Instant;
  /** The employment periods of those who left. */
  readonly periodIds: readonly string[];
}

/** The imports that a report on `[start, end)` rests on: what spoke of everybody last before it, what came since, and what spoke of a leaver's employment before. */
export async function readRosterInputs(
  q: Queryable,
  workspaceId: WorkspaceId,
  { end, periodIds, start }: Asked,
): Promise<readonly RosterInput[]> {
  const { rows } = await q.query<RosterInput>(
    `with speaking as (
       select distinct (convert_from(record.leaf, 'UTF8')::jsonb #>> '{detail,import}')::uuid as id
         from unnest($4::uuid[]) as left_period (id)
         join ledger_record as record
           on record.workspace_id = $1 and record.subject_id = left_period.id and record.type like 'hr.period.%' and record.recorded_at <= $3
     )
     select roster_import.id as "importId", roster_import.source, roster_import.imported_at as "importedAt",
            roster_import.imported_by as "importedBy",
            ${disclosedFileName('roster_import.record_id')}, encode(roster_import.file_sha256, 'hex') as sha256, roster_import.file_bytes as bytes,
            roster_import.full_roster as "isFull", case when not roster_import.partial then 'everybody' when roster_import.else_unchanged then 'changes-and-no-others' else 'changes' end as tells,
            coalesce(roster_import.received_at, roster_import.imported_at) as "toldAt", roster_import.row_count as rows, roster_import.added, roster_import.changed,
            roster_import.ended, roster_import.rehired, roster_import.unchanged, roster_import.rejected, roster_import.dropped,
            roster_import.file_format as format, roster_import.mapping, roster_import.record_id as "recordId", rejections.told as rejections
       from roster_import
       cross join lateral (${toldRejections('roster_import.id')}
       ) as rejections
      where roster_import.workspace_id = $1
        and roster_import.imported_at <= $3
        and (roster_import.imported_at >= coalesce(
              (select max(earlier.imported_at) from roster_import as earlier
                where earlier.workspace_id = $1 and earlier.imported_at < $2 and ${speaksOfEverybody('earlier')}), $2)
          or roster_import.id in (select speaking.id from speaking))
      order by roster_import.imported_at, roster_import.id`,
    [workspaceId, start, end, periodIds],
  );
  return rows;
}

export async function readRosterTotals(q: Queryable, workspaceId: WorkspaceId, until: Instant): Promise<RosterTotals> {
  const sum = (column: string, name = column) => `coalesce(sum(roster_import.${column}), 0)::int as ${name}`;
  const { rows } = await q.query<RosterTotals>(
    `select count(*)::int as imports, ${sum('row_count', 'rows')}, ${sum('added')}, ${sum('changed')}, ${sum('ended')}, ${sum('rehired')},
            ${sum('unchanged')}, ${sum('rejected')}
       from roster_import
      where roster_import.workspace_id = $1 and roster_import.imported_at <= $2`,
    [workspaceId, until],
  );
  const [totals] = rows;
  if (totals === undefined) throw new Error('a sum without grouping has a row');
  return totals;
}
