import type { Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import type { Effect } from '../verdict/index.ts';
import {
  type DirectoryRow,
  directoryFactsOf,
  directoryRows,
  type Finding,
  joining,
  type ScimRow,
  scimFactsOf,
  scimRows,
  takenText,
} from './account-facts-read-model.ts';
import { packed, PackedFacts } from './packed-facts.ts';
import { doubtsText, isPassedOn } from './passed-on-read-model.ts';
import type { OpenFinding } from './plan-findings.ts';
import { type DecidedRoles, decidedRoles } from './role-claims-read-model.ts';
import { openSorted, type Owned, rowsByOwner, type SortedRows } from './sorted-rows-read-model.ts';
import type { PeriodFacts, PersonFacts } from './unit-facts.ts';

/** A person with the present verdicts on their employments, by the period's id. */
export type PersonUnits = PersonFacts & { readonly open: ReadonlyMap<string, OpenFinding> };

export const periodColumns = [
  'period.id',
  'period.start_date',
  'period.end_date',
  'period.last_day',
  // What HR wrote there is anybody's guess.
  'to_json(period.time_zone)',
  'to_json(period.site)',
  'period.status',
  'period.worker_type',
  'period.ended_from',
  'period.ended_to',
  'period.record_id',
];

/** When a roster left the person out with nobody saying what that means, and the record of it. */
const droppedColumns = ['unlisted_to', 'unlisted_record_id'].map((name) => `case when person.listing = 'dropped' then person.${name} end`);

/** What a present row says, as far as a run needs to know it. */
export const openColumns = [
  'finding.id',
  'finding.unit_kind',
  'finding.unit_id',
  'finding.rule',
  'finding.verdict',
  'finding.effect',
  `array_to_string(finding.effects, ' ')`,
  `encode(finding.digest, 'hex')`,
  `encode(finding.content_hash, 'hex')`,
];

/** A row that holds what was packed, and whose it is. */
interface FactsRow extends Owned {
  readonly facts: string;
}

/**
 * Of whom is to be known: everybody, or the people `$2`. Rows are looked up by whole indexes, and none that holds open rows alone: while a run fills
 * the tables, PostgreSQL takes those for nearly empty and would read all of a workspace through one.
 */
function sources(finding: Finding) {
  const join = joining(finding);
  const isStill = (end: string) => (finding === 'whole' ? `${end} is null` : `coalesce(${end}, 'infinity') = 'infinity'`);
  const from = (table: string, as: string, key: string) =>
    finding === 'whole' ? `${table} as ${as}` : `unnest($2::uuid[]) as chosen (id) ${join({ table, as, on: `${as}.${key} = chosen.id` })}`;
  const held = (system: 'directory' | 'scim') => `
    select link.person_id as owner, link.account_id, link.standing, link.rule, link.record_id as link_record_id,
           case when link.ended_because is null then link.ended_at end as link_until, ${doubtsText('link')} as link_doubts, ${takenText('link')} as taken
    from ${from('account_link', 'link', 'person_id')}
    where link.workspace_id = $1 and link.system = '${system}'
      and ((link.standing <> 'barred' and (${isStill('link.ended_at')} or (link.ended_because is not null and ${isLatest})))
           or ${isPassedOn(finding === 'whole' ? '$2' : '$3')})`;
  return {
    employed: `
      select person.id as owner, ${packed([...droppedColumns, ...periodColumns])} as facts
      from ${from('person', 'person', 'id')}
      ${join({ table: 'employment_period', as: 'period', on: 'period.person_id = person.id' })}
      where person.workspace_id = $1
      order by owner, period.start_date`,
    open: `
      select finding.person_id as owner, ${packed(openColumns)} as facts
      from ${from('finding', 'finding', 'person_id')}
      where finding.workspace_id = $1 and finding.person_id is not null and ${isStill('finding.closed_at')}
      order by owner`,
    directory: directoryRows(held('directory'), finding),
    scim: scimRows(held('scim'), finding),
  };
}

/** Of several links of the two: the latest. What was theirs again since is not held to how a human took it before. */
const isLatest = `not exists (
        select from account_link as later
        where later.workspace_id = link.workspace_id and later.person_id = link.person_id and later.system = link.system
          and later.account_id = link.account_id and later.standing <> 'barred'
          and (later.ended_at is null or (later.ended_at, later.id) > (link.ended_at, link.id)))`;

interface Sources {
  readonly employed: SortedRows<FactsRow>;
  readonly open: SortedRows<FactsRow>;
  readonly directory: SortedRows<Owned & DirectoryRow>;
  readonly scim: SortedRows<Owned & ScimRow>;
}

interface Wanted {
  /** Left out: everybody. */
  readonly among?: readonly string[] | undefined;
  /** When they are judged. */
  readonly at: Instant;
  /** How many at a time. */
  readonly limit: number;
}

/**
 * People with their employment periods and accounts, in the order of their ids; whoever has no employment period is left out. Everything is
 * read as it stands at the first batch. Expect few rows (`expectFewRows`) of the people named, and many of everybody.
 */
export async function* personFacts(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { among, at, limit }: Wanted,
): AsyncGenerator<readonly PersonUnits[]> {
  const { directory, employed, open, scim } = await openSources(tx, workspaceId, { among, at });
  const roles = decidedRoles(tx, workspaceId);
  for (;;) {
    const employments = await employed.nextOwners(limit);
    const last = employments.at(-1)?.owner;
    if (last === undefined) return;
    yield await peopleOf(
      employments,
      { open: await open.upTo(last), directory: await directory.upTo(last), scim: await scim.upTo(last) },
      roles,
    );
  }
}

async function openSources(tx: Transaction, workspaceId: WorkspaceId, { among, at }: Omit<Wanted, 'limit'>): Promise<Sources> {
  const texts = sources(among === undefined ? 'whole' : 'by-key');
  const values = among === undefined ? [workspaceId] : [workspaceId, among];
  return {
    employed: await openSorted(tx, { name: 'facts_employed', text: texts.employed, values }),
    open: await openSorted(tx, { name: 'facts_open', text: texts.open, values }),
    directory: await openSorted(tx, { name: 'facts_directory', text: texts.directory, values: [...values, at] }),
    scim: await openSorted(tx, { name: 'facts_scim', text: texts.scim, values: [...values, at] }),
  };
}

interface Batch {
  readonly open: readonly FactsRow[];
  readonly directory: readonly (Owned & DirectoryRow)[];
  readonly scim: readonly (Owned & ScimRow)[];
}

async function peopleOf(employments: readonly FactsRow[], batch: Batch, roles: DecidedRoles): Promise<readonly PersonUnits[]> {
  const roleOf = await roles.of(batch.scim.map(({ claims }) => claims));
  const employed = rowsByOwner(employments);
  const open = rowsByOwner(batch.open);
  const directory = rowsByOwner(batch.directory);
  const scim = rowsByOwner(batch.scim);
  return [...new Set(employments.map(({ owner }) => owner))].map((personId) => {
    const rows = employed(personId).map(({ facts }) => employmentIn(new PackedFacts(facts)));
    return {
      personId,
      droppedAt: rows[0]?.droppedAt ?? null,
      droppedRecordId: rows[0]?.droppedRecordId ?? null,
      periods: rows.map(({ period }) => period),
      open: new Map(
        open(personId)
          .map((row) => openIn(row))
          .map((finding) => [finding.unitId, finding]),
      ),
      directory: directoryFactsOf(directory(personId)),
      scim: scimFactsOf(scim(personId), roleOf),
    };
  });
}

function employmentIn(facts: PackedFacts): Pick<PersonFacts, 'droppedAt' | 'droppedRecordId'> & { readonly period: PeriodFacts } {
  return { droppedAt: facts.instant(), droppedRecordId: facts.text() as LedgerRecordId | null, period: periodIn(facts) };
}

/** An end that is known only to lie between two instants is a range. */
export function periodIn(facts: PackedFacts): PeriodFacts {
  const period = {
    id: facts.given(),
    startDate: facts.given(),
    endDate: facts.text(),
    lastDay: facts.text(),
    timeZone: facts.anyText(),
    site: facts.anyText(),
    status: facts.given(),
    workerType: facts.given(),
  };
  const [earliest, latest] = [facts.instant(), facts.instant()];
  const endedBetween = earliest === null || latest === null ? null : { earliest, latest };
  return { ...period, endedBetween, recordId: facts.given() as LedgerRecordId };
}

export function openIn({ facts: text }: { readonly facts: string }): OpenFinding {
  const facts = new PackedFacts(text);
  return {
    id: facts.given(),
    unitKind: facts.given() as OpenFinding['unitKind'],
    unitId: facts.given(),
    rule: facts.given(),
    verdict: facts.given(),
    effect: facts.given() as Effect,
    effects: (facts.text()?.split(' ') ?? []) as readonly Effect[],
    digest: facts.given(),
    contentHash: facts.text(),
  };
}
