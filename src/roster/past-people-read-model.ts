import type { Instant, PersonId, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, type Page, type Queryable, type Stretch, type Transaction } from '../platform/index.ts';
import { type PastStanding, standingOf, type ToldRecord } from './person-then.ts';
import type { ListedPerson, Listing } from './roster-read-model.ts';

/** A person as HR had told of them by an instant; they are called what they are called today, since nobody keeps old names. */
export type PastPerson = Pick<ListedPerson, 'id' | 'employeeId' | 'displayName' | 'workEmail'> & PastStanding;

/** So many people of whom HR had not told by then, or who stood otherwise, a page passes over at the most, beside those that it shows. */
const MOST_PASSED = 250;

interface AskedPast extends Page {
  readonly at: Instant;
  readonly standing: Listing | undefined;
  readonly employeeId: string | undefined;
}

/** People of whom HR had told by an instant, in order of employee id. */
export async function listPeopleThen(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { after, at, employeeId, limit, standing }: AskedPast,
): Promise<Stretch<PastPerson>> {
  await expectFewRows(tx);
  const { rows } = await tx.query<Named>(
    `select ${named} from person
     where person.workspace_id = $1 and ($3::text is null or person.employee_id = $3)
       and ($2::uuid is null or person.employee_id > (
         select last.employee_id from person as last where last.workspace_id = $1 and last.id = $2::uuid
       ))
     order by person.employee_id
     limit $4`,
    [workspaceId, after ?? null, employeeId ?? null, limit + MOST_PASSED],
  );
  const people = (await withStanding(tx, workspaceId, { rows, at })).filter(
    (person) => standing === undefined || person.listing === standing,
  );
  const shown = people.slice(0, limit);
  const isCut = people.length > limit;
  const last = isCut ? shown.at(-1) : rows.at(-1);
  return { rows: shown, next: isCut || rows.length === limit + MOST_PASSED ? (last?.id ?? null) : null };
}

/** One person; undefined where there is none, or HR had not told of them by then. */
export async function readPersonThen(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, id }: { readonly id: PersonId; readonly at: Instant },
): Promise<PastPerson | undefined> {
  const { rows } = await q.query<Named>(`select ${named} from person where person.workspace_id = $1 and person.id = $2`, [workspaceId, id]);
  return (await withStanding(q, workspaceId, { rows, at }))[0];
}

type Named = Omit<PastPerson, keyof PastStanding>;

const named = 'person.id, person.employee_id as "employeeId", person.display_name as "displayName", person.work_email as "workEmail"';

async function withStanding(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, rows }: { readonly rows: readonly Named[]; readonly at: Instant },
): Promise<readonly PastPerson[]> {
  const told = await toldRecords(q, workspaceId, { at, ids: rows.map(({ id }) => id) });
  const byPerson = new Map<string, ToldRecord[]>(rows.map(({ id }) => [id, []]));
  for (const record of told) byPerson.get(record.personId)?.push(record);
  return rows.flatMap((row) => {
    const standing = standingOf(byPerson.get(row.id) ?? []);
    return standing === undefined ? [] : [{ ...row, ...standing }];
  });
}

/** Whatever HR had told of some people, in the order in which it was recorded. */
async function toldRecords(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, ids }: { readonly ids: readonly PersonId[]; readonly at: Instant },
): Promise<readonly ToldRecord[]> {
  const { rows } = await q.query<ToldRecord>(
    `select subject.person_id as "personId", subject.period_id as "periodId", record.type, record.recorded_at as "recordedAt",
            coalesce(made.received_at, record.recorded_at) as "toldAt", read.leaf -> 'after' as after, read.leaf -> 'observed' as observed,
            coalesce(read.leaf #>> '{detail,source}' = 'asked', false) as "isAnswer"
     from (
       select asked.id as person_id, null::uuid as period_id, asked.id from unnest($2::uuid[]) as asked (id)
       union all
       select period.person_id, period.id, period.id
       from unnest($2::uuid[]) as asked (id)
       join employment_period as period on period.workspace_id = $1 and period.person_id = asked.id
     ) as subject
     join ledger_record as record
       on record.workspace_id = $1 and record.subject_id = subject.id and record.recorded_at <= $3::timestamptz and record.type like 'hr.%'
     cross join lateral (select convert_from(record.leaf, 'UTF8')::jsonb as leaf) as read
     left join roster_import as made on made.workspace_id = $1 and made.id = (read.leaf #>> '{detail,import}')::uuid
     order by record.recorded_at, record.txid, record.ord`,
    [workspaceId, ids, at],
  );
  return rows;
}
