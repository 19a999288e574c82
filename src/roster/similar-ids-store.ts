import type { RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** An employee id that differs from another in case, leading zeros or a decimal zero alone. They are two people: nobody merges them. */
export interface SimilarId {
  /** Of the file, or the place in the list: the first row that has it. */
  readonly line: number;
  readonly employeeId: string;
  readonly likeEmployeeId: string;
  /** Null where the roster does not name it, and rosters before did. */
  readonly likeLine: number | null;
}

export interface SimilarIds {
  readonly total: number;
  /** The first, in the order of the file. */
  readonly ids: readonly SimilarId[];
}

/** A report of what is hardly meant is for a person to read. */
const MOST_SHOWN = 100;

/** Case, leading zeros and the decimal zero of a program that took ids for numbers aside. ASCII alone is folded for certain: so ids are written, and it is only a warning. */
const likeness = (id: string) => `ltrim(lower(case when ${id} like '%.0' then left(${id}, -2) else ${id} end), '0')`;

/** Ids of the staged rows that are like another one of them, or, where they are new, like one that is known. */
export async function findSimilarIds(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<SimilarIds> {
  const { rows } = await tx.query<SimilarId & { total: number }>(
    `with named as materialized (
       select stage.employee_id, min(stage.line) as line, ${likeness('stage.employee_id')} as likeness
       from roster_stage as stage
       where stage.workspace_id = $1 and stage.import_id = $2 and stage.employee_id <> ''
       group by stage.employee_id
     ),
     within as (
       select named.likeness, min(named.line) as first_line from named group by named.likeness having count(*) > 1
     ),
     pairs as (
       select named.line, named.employee_id, twin.employee_id as like_id, twin.line as like_line
       from within
       join named on named.likeness = within.likeness and named.line <> within.first_line
       join named as twin on twin.likeness = within.likeness and twin.line = within.first_line
       union all
       select named.line, named.employee_id, known.employee_id, null
       from named
       join person as known on known.workspace_id = $1 and ${likeness('known.employee_id')} = named.likeness and known.employee_id <> named.employee_id
       where not exists (select from person as same where same.workspace_id = $1 and same.employee_id = named.employee_id)
         and not exists (select from named as other where other.employee_id = known.employee_id)
     )
     select pairs.line, pairs.employee_id as "employeeId", pairs.like_id as "likeEmployeeId", pairs.like_line as "likeLine", count(*) over () as total
     from pairs
     order by pairs.line, pairs.like_id
     limit ${MOST_SHOWN}`,
    [workspaceId, importId],
  );
  return { total: rows[0]?.total ?? 0, ids: rows.map(({ total: _all, ...similar }) => similar) };
}
