import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import {
  type DirectoryRow,
  directoryFactsOf,
  directoryRows,
  joining,
  type ScimRow,
  scimFactsOf,
  scimRows,
} from './account-facts-read-model.ts';
import { openColumns, openIn, periodColumns, periodIn } from './person-facts-read-model.ts';
import { packed, PackedFacts } from './packed-facts.ts';
import type { OpenFinding } from './plan-findings.ts';
import type { FreeUnit } from './population-read-model.ts';
import type { DecidedRoles } from './role-claims-read-model.ts';
import { rowsByOwner } from './sorted-rows-read-model.ts';
import type { ConnectionFacts, ExclusionFacts, UnmatchedFacts } from './unit-facts.ts';

/** An account without a person, with its present verdict. */
export type FreeUnitFacts = UnmatchedFacts & { readonly open: OpenFinding | null };

interface Numbered {
  /** Which of the units it is of. */
  readonly owner: number;
}

/** Something by its id, with the number of its unit. */
interface Named extends Numbered {
  readonly id: string;
}

interface ExclusionRow extends Numbered {
  readonly recordIds: readonly LedgerRecordId[];
  readonly droppedAt: Instant | null;
  /** A period of the owner's employment, packed; null where there is none. */
  readonly period: string | null;
}

const join = joining('by-key');
const named = 'unnest($2::integer[], $3::uuid[]) as named (n, id)';
const held = `select named.n as owner, named.id as account_id, null::text as standing, null::text as rule, null::uuid as link_record_id, null::timestamptz as link_until, null::text as link_doubts, null::text as taken from ${named}`;

const sources = {
  open: `
    select named.n as owner, ${packed(openColumns)} as facts
    from ${named}
    ${join({ table: 'finding', as: 'finding', on: 'finding.id = named.id' })}
    order by owner`,
  // What is said of a directory account holds for its SCIM user; what is said of the user alone says nothing of the account.
  exclusions: `
    select named.n as owner, array_remove(array[classification.record_id, classification.approval_record_id,
             case when person.listing = 'dropped' then person.unlisted_record_id end], null) as "recordIds",
           case when person.listing = 'dropped' then person.unlisted_to end as "droppedAt",
           case when period.id is not null then ${packed(periodColumns)} end as period
    from ${named}
    ${join({ table: 'account_classification', as: 'classification', on: 'classification.account_id = named.id and classification.ended_at is null' })}
    ${join({ table: 'person', as: 'person', on: 'person.id = classification.owner_person_id' })}
    ${join({ table: 'employment_period', as: 'period', on: 'period.person_id = classification.owner_person_id', isOptional: true })}
    where classification.approved_at is not null
    order by owner, period.start_date`,
  directory: directoryRows(held, 'by-key'),
  scim: scimRows(held, 'by-key'),
};

/** What is known of accounts for which no person answers, in the order given. */
export async function unmatchedFacts(
  q: Queryable,
  workspaceId: WorkspaceId,
  { units, roles }: { readonly units: readonly FreeUnit[]; readonly roles: DecidedRoles },
): Promise<readonly FreeUnitFacts[]> {
  const rowsOf = async <Row extends Numbered>(text: string, asked: readonly Named[]) => {
    const values = [workspaceId, asked.map(({ owner }) => owner), asked.map(({ id }) => id)];
    return (await q.query<Row>({ text }, values)).rows;
  };
  const scimRowsFound = await rowsOf<Numbered & ScimRow>(
    sources.scim,
    idsOf(units, ({ scimIds }) => scimIds),
  );
  const roleOf = await roles.of(scimRowsFound.map(({ claims }) => claims));
  const open = rowsByOwner(
    await rowsOf<Numbered & { readonly facts: string }>(
      sources.open,
      idsOf(units, ({ findingId }) => [findingId]),
    ),
  );
  const exclusions = await rowsOf<ExclusionRow>(
    sources.exclusions,
    idsOf(units, ({ directoryId, scimIds }) => [directoryId ?? scimIds[0]]),
  );
  const exclusion = rowsByOwner(exclusions);
  const directory = rowsByOwner(
    await rowsOf<Numbered & DirectoryRow>(
      sources.directory,
      idsOf(units, ({ directoryId }) => [directoryId]),
    ),
  );
  const scim = rowsByOwner(scimRowsFound);
  return units.map((_, n) => {
    const [present] = open(n);
    return {
      open: present === undefined ? null : openIn(present),
      exclusion: exclusionOf(exclusion(n)),
      directory: directoryFactsOf(directory(n)),
      scim: scimFactsOf(scim(n), roleOf),
    };
  });
}

function idsOf(units: readonly FreeUnit[], pick: (unit: FreeUnit) => readonly (string | null | undefined)[]): readonly Named[] {
  return units.flatMap((unit, owner) => pick(unit).flatMap((id) => (id === null || id === undefined ? [] : [{ owner, id }])));
}

function exclusionOf(rows: readonly ExclusionRow[]): ExclusionFacts | null {
  const [first] = rows;
  if (first === undefined) return null;
  return {
    recordIds: first.recordIds,
    ownerDroppedAt: first.droppedAt,
    ownerPeriods: rows.flatMap(({ period }) => (period === null ? [] : [periodIn(new PackedFacts(period))])),
  };
}

/** The directory connections of a workspace, removed ones included. */
export async function connectionFacts(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ConnectionFacts[]> {
  const { rows } = await q.query<ConnectionFacts>(
    `select connection.id, connection.tenant_id as "tenantId", connection.last_complete_requested_at as "lastCompleteAt",
            connection.confirmed_until as "confirmedUntil", connection.created_at as "addedAt", connection.removed_at as "removedAt",
            coalesce(connection.assigned_app_id = connection.scim_app_id, false) as "readsAssignments"
     from directory_connection as connection
     where connection.workspace_id = $1`,
    [workspaceId],
  );
  return rows;
}

/** When the workspace was made. */
export async function workspaceSince(q: Queryable, workspaceId: WorkspaceId): Promise<Instant> {
  const { rows } = await q.query<{ since: Instant }>(
    'select workspace.created_at as since from workspace where workspace.workspace_id = $1',
    [workspaceId],
  );
  const [workspace] = rows;
  if (workspace === undefined) throw new Error('there is no such workspace');
  return workspace.since;
}

export async function workspaceZone(q: Queryable, workspaceId: WorkspaceId): Promise<string> {
  const { rows } = await q.query<{ zone: string }>('select workspace.time_zone as zone from workspace where workspace.workspace_id = $1', [
    workspaceId,
  ]);
  return rows[0]?.zone ?? 'UTC';
}
