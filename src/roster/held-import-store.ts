import type { Instant, LedgerRecordId, PersonId, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import type { Brake } from './decide-brake.ts';
import type { StatedEnd } from './ended-person.ts';
import type { RosterMapping } from './roster-mapping.ts';
import { omissions } from './omission-store.ts';
import { disclosedFileName } from './roster-read-model.ts';
import { stagedFile } from './roster-stage-store.ts';
import type { ImportCounts, ImportFacts } from './roster-records.ts';

export type HeldState = 'held' | 'released' | 'rejected' | 'superseded' | 'expired';

/** Why a roster was held: it would end so many that two people are asked, or it was fetched and has rows that cannot be taken. */
export type HeldBecause = 'ends-many' | 'rows-rejected';

/** A roster that waits for somebody to release it, or waited. */
export interface HeldImport extends Omit<Brake, 'holds'> {
  readonly id: RosterImportId;
  readonly state: HeldState;
  readonly because: readonly HeldBecause[];
  readonly heldAt: Instant;
  readonly importedBy: string;
  /** Who answers for it: whoever sent it, or set from where it is fetched. */
  readonly requestedBy: string;
  readonly source: ImportFacts['source'];
  readonly full: boolean;
  readonly partial: boolean;
  readonly elseUnchanged: boolean;
  readonly allowRejected: boolean;
  readonly fileSha256: string;
  readonly fileBytes: number;
  /** As its record discloses it; null where nobody said, or it was erased. */
  readonly fileName: string | null;
  readonly counts: ImportCounts;
  readonly expiresAt: Instant;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
}

/** With how it was read. */
export interface MappedHeldImport extends HeldImport {
  readonly mapping: RosterMapping;
  readonly mappingRecordId: string | null;
}

const columns = `held.id, held.state,
  array_remove(array[case when held.ends > held.most then 'ends-many' end,
    case when not held.allow_rejected and (held.counts -> 'rejected')::integer > 0 then 'rows-rejected' end], null) as because, held.held_at as "heldAt", held.imported_by as "importedBy", held.requested_by as "requestedBy", held.source,
  held.full_roster as "full", held.partial, held.else_unchanged as "elseUnchanged", held.allow_rejected as "allowRejected", encode(held.file_sha256, 'hex') as "fileSha256",
  held.file_bytes as "fileBytes", ${disclosedFileName('held.record_id')}, held.counts, held.ends, held.employed, held.most, held.expires_at as "expiresAt",
  held.decided_at as "decidedAt", held.decided_by as "decidedBy"`;

/** Marks where an import is undone to when it turns out that it is held; the lock of the roster stays. */
export async function markBeforeTaking(tx: Queryable): Promise<void> {
  await tx.query('savepoint before_taking');
}

export async function undoTaking(tx: Queryable): Promise<void> {
  await tx.query('rollback to savepoint before_taking');
}

/** How many people the rosters that were taken say to be employed on a day, or later. */
export async function countEmployed(q: Queryable, workspaceId: WorkspaceId, today: string): Promise<number> {
  const { rows } = await q.query<{ count: number }>(
    `select count(distinct period.person_id) as count
     from employment_period as period
     where period.workspace_id = $1 and period.ended_to is null
       and coalesce(period.last_day, period.end_date, 'infinity'::date) >= $2::date`,
    [workspaceId, today],
  );
  return rows[0]?.count ?? 0;
}

export async function insertHeld(
  tx: Queryable,
  workspaceId: WorkspaceId,
  held: {
    readonly facts: ImportFacts;
    readonly brake: Brake;
    readonly requestedBy: string;
    readonly allowRejected: boolean;
    readonly expiresAt: Instant;
    readonly recordId: LedgerRecordId;
  },
): Promise<void> {
  const { facts, brake } = held;
  await tx.query(
    `insert into roster_held_import (workspace_id, id, held_at, imported_by, requested_by, source, full_roster, partial, allow_rejected, mapping,
                                     file_sha256, file_bytes, sealed_file, counts, ends, employed, most, expires_at, record_id, else_unchanged, mapping_record_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, decode($11, 'hex'), $12, ${stagedFile}, $13, $14, $15, $16, $17, $18, $19, $20)`,
    [
      workspaceId,
      facts.id,
      facts.at,
      facts.actor,
      held.requestedBy,
      facts.source,
      facts.full,
      facts.partial,
      held.allowRejected,
      JSON.stringify(facts.mapping),
      facts.fileSha256,
      facts.fileBytes,
      JSON.stringify(facts.counts),
      brake.ends,
      brake.employed,
      brake.most,
      held.expiresAt,
      held.recordId,
      facts.elseUnchanged,
      facts.mappingRecordId,
    ],
  );
}

export async function insertStatedEnds(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  ends: readonly StatedEnd[],
): Promise<void> {
  await tx.query(
    `insert into roster_held_end (workspace_id, import_id, person_id, because, end_date, last_day, line)
     select $1::uuid, $2::uuid, row."personId", 'stated', row."endDate", row."lastDay", row.line
     from jsonb_to_recordset($3::jsonb) as row ("personId" uuid, "endDate" date, "lastDay" date, line integer)`,
    [workspaceId, importId, JSON.stringify(ends)],
  );
}

/** Everybody on the stage whom the import leaves out. */
export async function insertOmittedEnds(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<void> {
  await tx.query(
    `insert into roster_held_end (workspace_id, import_id, person_id, because)
     select distinct $1::uuid, $2::uuid, staged.person_id, 'omitted'
     from roster_stage_omission as staged
     where staged.workspace_id = $1 and staged.import_id = $2 and ${omissions.ending}
     on conflict do nothing -- whom a row of it ends, too`,
    [workspaceId, importId],
  );
}

/** How many people on the stage a held roster leaves out, and was not shown to end. */
export async function countUnshownOmitted(tx: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(distinct staged.person_id) as count
     from roster_stage_omission as staged
     where staged.workspace_id = $1 and staged.import_id = $2 and ${omissions.ending} and not exists (
       select from roster_held_end as shown
       where shown.workspace_id = $1 and shown.import_id = $2 and shown.person_id = staged.person_id
     )`,
    [workspaceId, importId],
  );
  return rows[0]?.count ?? 0;
}

/** How many of these people a held roster was not shown to end. */
export async function countUnshown(
  tx: Queryable,
  workspaceId: WorkspaceId,
  importId: RosterImportId,
  people: readonly string[],
): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) as count
     from unnest($3::uuid[]) as ended (person_id)
     where not exists (
       select from roster_held_end as shown
       where shown.workspace_id = $1 and shown.import_id = $2 and shown.person_id = ended.person_id
     )`,
    [workspaceId, importId, people],
  );
  return rows[0]?.count ?? 0;
}

/** The one that waits, if any. Call it under the roster's lock. */
export async function presentHeld(tx: Queryable, workspaceId: WorkspaceId): Promise<MappedHeldImport | undefined> {
  const { rows } = await tx.query<MappedHeldImport>(
    `select ${columns}, held.mapping, held.mapping_record_id as "mappingRecordId"
       from roster_held_import as held
      where held.workspace_id = $1 and held.state = 'held'`,
    [workspaceId],
  );
  return rows[0];
}

export async function findHeld(q: Queryable, workspaceId: WorkspaceId, id: RosterImportId): Promise<HeldImport | undefined> {
  const { rows } = await q.query<HeldImport>(
    `select ${columns} from roster_held_import as held where held.workspace_id = $1 and held.id = $2`,
    [workspaceId, id],
  );
  return rows[0];
}

/** The file of a released one goes where those of all other imports are. */
export async function endHeld(
  tx: Queryable,
  workspaceId: WorkspaceId,
  ended: {
    readonly id: RosterImportId;
    readonly state: Exclude<HeldState, 'held'>;
    readonly at: Instant;
    readonly actor: string;
    readonly recordId: LedgerRecordId;
  },
): Promise<void> {
  await tx.query(
    `update roster_held_import as held
     set state = $3, decided_at = $4, decided_by = $5, decision_record_id = $6,
         sealed_file = case when $3 <> 'released' then held.sealed_file end
     where held.workspace_id = $1 and held.id = $2 and held.state = 'held'`,
    [workspaceId, ended.id, ended.state, ended.at, ended.actor, ended.recordId],
  );
}

/** Workspaces whose held roster has waited too long, by `at`. */
export async function workspacesWithOverdueHeld(q: Queryable, at: Instant): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ id: WorkspaceId }>(
    `select held.workspace_id as id from roster_held_import as held where held.state = 'held' and held.expires_at <= $1`,
    [at],
  );
  return rows.map(({ id }) => id);
}

/** All that were ever held, latest first. */
export async function listHeld(q: Queryable, workspaceId: WorkspaceId, { after, limit }: Page): Promise<readonly HeldImport[]> {
  const { rows } = await q.query<HeldImport>(
    `select ${columns}
     from roster_held_import as held
     where held.workspace_id = $1 and ($2::uuid is null or held.id < $2::uuid)
     order by held.id desc
     limit $3`,
    [workspaceId, after ?? null, limit],
  );
  return rows;
}

/** Somebody whom a held roster would end, and by what. */
export interface HeldEnd {
  readonly personId: PersonId;
  readonly employeeId: string;
  readonly displayName: string | null;
  /** By a row that names a day, or since a roster of everybody leaves them out. */
  readonly because: 'stated' | 'omitted';
  readonly endDate: string | null;
  readonly lastDay: string | null;
  /** Of the file; null where it has none for them. */
  readonly line: number | null;
}

/** Whom a held roster would end, in order of their id. */
export async function listHeldEnds(
  q: Queryable,
  workspaceId: WorkspaceId,
  { importId, after, limit }: Page & { readonly importId: RosterImportId },
): Promise<readonly HeldEnd[]> {
  const { rows } = await q.query<HeldEnd>(
    `select shown.person_id as "personId", person.employee_id as "employeeId", person.display_name as "displayName", shown.because,
            shown.end_date as "endDate", shown.last_day as "lastDay", shown.line
     from roster_held_end as shown
     join person on person.workspace_id = shown.workspace_id and person.id = shown.person_id
     where shown.workspace_id = $1 and shown.import_id = $2 and ($3::uuid is null or shown.person_id > $3::uuid)
     order by shown.person_id
     limit $4`,
    [workspaceId, importId, after ?? null, limit],
  );
  return rows;
}
