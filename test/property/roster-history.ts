import { DomainError, type Instant, plusMs, HOUR_MS } from '../../src/kernel/index.ts';
import { decideListing } from '../../src/roster/decide-listing.ts';
import { appendOne } from '../../src/ledger/index.ts';
import { LONG_AGO } from '../reconciliation/facts.ts';
import { type Connected, connectAnew, disconnect, lookAgain } from './connections.ts';
import { classByHand, sayWhose } from './decisions-by-hand.ts';

/** Something that happens in a workspace; `n` and `m` say to whom, modulo however many there are. */
export interface Happening {
  readonly what: (typeof happenings)[number];
  readonly n: number;
  readonly m: number;
}

export const happenings = [
  'hire',
  'end',
  'end today',
  'hire again',
  'end somewhere',
  'leave out',
  'answer',
  'rename',
  'account',
  'turn account',
  'vanish',
  'audit',
  'sign in',
  'identify account',
  'assign',
  'assign role',
  'disconnect',
  'connect anew',
  'user',
  'turn user',
  'delete user',
  'identify user',
  'claim role',
  'say whose',
  'class',
  'look',
  'wait',
  'midnight',
] as const;

const PEOPLE = 4;
const ROLES = ['admin', 'member', 'nonsense'];
const ZONES = ['', 'Berlin Office', 'America/New_York', 'Asia/Tokyo'];
const WAITS_H = [1, 20, 30, 100];

interface World extends Connected {
  readonly accounts: string[];
  readonly users: string[];
}

/** Nobody is there; the workspace knows two roles. */
export async function emptyWorld(given: Pick<World, 'owner' | 'clock' | 'facts'>): Promise<World> {
  await given.owner.query(
    "insert into role (workspace_id, id, name, rank, created_at) values ($1, 'member', 'member', 0, $2), ($1, 'admin', 'admin', 1, $2)",
    [given.facts.workspaceId, given.clock.now()],
  );
  return { ...given, connection: { id: given.facts.connectionId, isThere: true }, accounts: [], users: [] };
}

type Play = (world: World, at: { readonly n: number; readonly m: number }) => Promise<unknown>;

/** What the other rooms would write of it, with their records where they are what tells of it. */
const plays: Record<Happening['what'], Play> = {
  hire: (world, { n }) => tell(world, `${n % PEOPLE},${address(n)},2020-01-01,`),
  end: (world, { n, m }) => tell(world, `${n % PEOPLE},${address(n)},2020-01-01,${dayAfter(world.clock.now(), m - 2)}`),
  'end today': (world, { n }) => tell(world, `${n % PEOPLE},${address(n)},2020-01-01,${dayAfter(world.clock.now(), 0)}`),
  'hire again': (world, { n, m }) => {
    const start = dayAfter(world.clock.now(), (m % 6) - 2);
    return tell(world, `${n % PEOPLE},${address(n)},${start},,,${m % 2 === 0 ? 'prehire' : ''},${ZONES[m % ZONES.length]}`);
  },
  'end somewhere': (world, { n, m }) =>
    tell(world, `${n % PEOPLE},${address(n)},2020-01-01,${dayAfter(world.clock.now(), (m % 5) - 2)},,,${ZONES[m % ZONES.length]}`),
  answer: async ({ facts, clock, owner }, { n, m }) => {
    const { rows } = await owner.query<{ id: string }>(
      "select id from person where workspace_id = $1 and listing = 'dropped' order by employee_id",
      [facts.workspaceId],
    );
    const personId = rows[n % Math.max(rows.length, 1)]?.id;
    if (personId === undefined) return;
    const answer =
      m % 2 === 0
        ? ({ decision: 'employed' } as const)
        : ({ decision: 'left', endDate: dayAfter(clock.now(), (m % 5) - 2), lastDay: null } as const);
    await unlessRefused(() =>
      decideListing({ database: owner, clock }, facts.workspaceId, { personId, answer, reason: 'asked', actor: 'administrator:one' }),
    );
  },
  vanish: (world, { n }) => withAccount(world, n, (objectId) => vanish(world, objectId)),
  audit: (world, { n, m }) =>
    withAccount(world, n, async (objectId) => {
      const at = plusMs(world.clock.now(), -(m % 7) * HOUR_MS);
      await audited(world, objectId, [
        { at, ledTo: m % 2 === 0 ? 'enabled' : 'disabled' },
        ...(m % 3 === 0 ? [{ at: plusMs(at, 60_000), ledTo: 'disabled' as const }] : []),
      ]);
    }),
  'sign in': (world, { n, m }) =>
    withAccount(world, n, (objectId) =>
      withUser(world, m, (userId) =>
        world.owner.query(
          `insert into identity_link (workspace_id, tenant_id, object_id, scim_user_id, linked_by, linked_at)
         select workspace_id, tenant_id, $2, $3, 'userName', $4 from directory_connection where workspace_id = $1 and id = $5
         on conflict do nothing`,
          [world.facts.workspaceId, objectId, userId, world.clock.now(), world.connection.id],
        ),
      ),
    ),
  'delete user': (world, { n }) =>
    withUser(world, n, async (userId) => {
      await world.owner.query(
        `with turned as (
           update scim_user set active = false, deleted_at = $3, version = version + 1, last_modified = $3 where workspace_id = $1 and id = $2 and deleted_at is null returning *
         )
         insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
         select workspace_id, id, version, false, true, $3, gen_random_uuid() from turned`,
        [world.facts.workspaceId, userId, world.clock.now()],
      );
      await told(world, userId, 'scim.user.updated');
    }),
  'leave out': ({ facts, clock }, { n, m }) => {
    const end = m % 3 === 0 ? '' : dayAfter(clock.now(), 20);
    const others = Array.from({ length: PEOPLE }, (_, person) => person).filter((person) => person !== n % PEOPLE);
    const rows = others.map((person) => `${person},${address(person)},2020-01-01,${end}`);
    return unlessRefused(() => facts.everybody(rows, { full: m % 2 === 0 }));
  },
  rename: (world, { n, m }) => tell(world, `${n % PEOPLE},${address(m)},2020-01-01,`),
  account: async ({ facts, accounts, clock, connection }, { n, m }) => {
    if (!connection.isThere) return;
    const { objectId } = await facts.account({
      connectionId: connection.id,
      upn: `d${accounts.length}@contoso.example`,
      mail: address(m),
      createdAt: LONG_AGO,
      ...(n % 2 === 0 ? { employeeId: String(m % PEOPLE) } : {}),
      assigned: n % 3 !== 0,
      stretches: [{ state: 'enabled', from: clock.now() }],
    });
    accounts.push(objectId);
  },
  'turn account': (world, at) => withAccount(world, at.n, (objectId) => turnAccount(world, objectId)),
  'identify account': (world, { n, m }) =>
    withAccount(world, n, (objectId) =>
      world.owner.query('update directory_account set employee_id = $3 where workspace_id = $1 and object_id = $2 and connection_id = $4', [
        world.facts.workspaceId,
        objectId,
        m % 2 === 0 ? String(m % PEOPLE) : null,
        world.connection.id,
      ]),
    ),
  assign: (world, { n, m }) =>
    withAccount(world, n, (objectId) =>
      m % 2 === 0
        ? world.owner.query('delete from directory_app_assignment where workspace_id = $1 and principal_id = $2 and connection_id = $3', [
            world.facts.workspaceId,
            objectId,
            world.connection.id,
          ])
        : world.owner.query(
            `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id)
             values ($1, $2, gen_random_uuid(), $3, 'User', gen_random_uuid())`,
            [world.facts.workspaceId, world.connection.id, objectId],
          ),
    ),
  'assign role': (world, { n, m }) =>
    withAccount(world, n, (objectId) =>
      world.owner.query(
        `insert into directory_app_assignment (workspace_id, connection_id, assignment_id, principal_id, principal_type, app_role_id, app_role_value)
         values ($1, $2, gen_random_uuid(), $3, 'User', gen_random_uuid(), $4)`,
        [world.facts.workspaceId, world.connection.id, objectId, ROLES[m % ROLES.length]],
      ),
    ),
  disconnect,
  'connect anew': connectAnew,
  user: async (world, { n, m }) => {
    const { userId } = await world.facts.scim({
      userName: `s${world.users.length}@contoso.example`,
      ...(n % 2 === 0 ? { employeeNumber: String(m % PEOPLE) } : {}),
      externalId: world.accounts[m % (world.accounts.length + 1)] ?? `x${world.users.length}`,
      states: [{ at: world.clock.now(), is: 'active' }],
    });
    world.users.push(userId);
    await told(world, userId, 'scim.user.created');
  },
  'turn user': (world, { n }) =>
    withUser(world, n, async (userId) => {
      await world.owner.query(
        `with turned as (
           update scim_user set active = not active, version = version + 1, last_modified = $3 where workspace_id = $1 and id = $2 returning *
         )
         insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id)
         select workspace_id, id, version, active, false, $3, gen_random_uuid() from turned`,
        [world.facts.workspaceId, userId, world.clock.now()],
      );
      await told(world, userId, 'scim.user.updated');
    }),
  'identify user': (world, { n, m }) =>
    withUser(world, n, async (userId) => {
      await world.owner.query(
        'update scim_user set external_id = $3, employee_number = $4, version = version + 1 where workspace_id = $1 and id = $2',
        [
          world.facts.workspaceId,
          userId,
          world.accounts[m % (world.accounts.length + 1)] ?? `y${userId}`,
          m % 3 === 0 ? String(m % PEOPLE) : null,
        ],
      );
      await told(world, userId, 'scim.user.updated');
    }),
  'claim role': (world, { n, m }) =>
    withUser(world, n, async (userId) => {
      await world.owner.query('update scim_user set role_claims = $3, version = version + 1 where workspace_id = $1 and id = $2', [
        world.facts.workspaceId,
        userId,
        JSON.stringify(m % 4 === 3 ? [] : [{ source: 'extension', value: ROLES[m % ROLES.length] }]),
      ]);
      await told(world, userId, 'scim.user.updated');
    }),
  'say whose': (world, { n, m }) =>
    withAccount(world, n, (objectId) =>
      sayWhose(world, { objectId, employeeId: String(m % PEOPLE), action: (n + m) % 3 === 0 ? 'link' : 'unlink' }),
    ),
  class: (world, { n, m }) => withAccount(world, n, (objectId) => classByHand(world, { objectId, employeeId: String(m % PEOPLE) })),
  look: (world) => lookAgain(world, world.clock.now()),
  /** The directory stays fresh, so that time alone changes verdicts. */
  midnight: async (world) => {
    const { clock } = world;
    const midnight = `${dayAfter(clock.now(), 1)}T00:00:00.000Z` as Instant;
    await lookAgain(world, plusMs(midnight, -HOUR_MS));
    clock.set(plusMs(midnight, HOUR_MS));
  },
  wait: async ({ clock }, { n }) => clock.set(plusMs(clock.now(), (WAITS_H[n % WAITS_H.length] ?? 1) * HOUR_MS)),
};

/** Lets it happen; every happening takes a minute. */
export async function play(world: World, { what, n, m }: Happening): Promise<void> {
  await plays[what](world, { n, m });
  world.clock.set(plusMs(world.clock.now(), 60_000));
}

function address(n: number): string {
  return `p${n % PEOPLE}@contoso.example`;
}

function dayAfter(at: Instant, days: number): string {
  return plusMs(at, days * 24 * HOUR_MS).slice(0, 10);
}

/** Nobody sees what happens to an account while no connection is there. */
async function withAccount({ accounts, connection }: World, n: number, then: (objectId: string) => Promise<unknown>): Promise<unknown> {
  const objectId = accounts[n % Math.max(accounts.length, 1)];
  return objectId === undefined || !connection.isThere ? undefined : then(objectId);
}

async function withUser({ users }: World, n: number, then: (userId: string) => Promise<unknown>): Promise<unknown> {
  const userId = users[n % Math.max(users.length, 1)];
  return userId === undefined ? undefined : then(userId);
}

async function turnAccount({ owner, facts, clock, connection }: World, objectId: string): Promise<void> {
  await owner.query(
    `with ended as (
       update directory_observation set confirmed_until = greatest($3::timestamptz - interval '30 seconds', observed_at)
       where workspace_id = $1 and object_id = $2 and connection_id = $4 and confirmed_until is null
       returning *
     ), turned as (
       update directory_account set state = case state when 'enabled' then 'disabled' else 'enabled' end
       where workspace_id = $1 and object_id = $2 and connection_id = $4
       returning state
     )
     insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, record_id)
     select ended.workspace_id, ended.connection_id, ended.object_id, ended.ordinal + 1, turned.state, ended.confirmed_until,
            greatest($3::timestamptz, ended.confirmed_until), greatest($3::timestamptz, ended.confirmed_until), 'full', gen_random_uuid(), gen_random_uuid()
     from ended cross join turned`,
    [facts.workspaceId, objectId, clock.now(), connection.id],
  );
}

async function vanish({ owner, facts, clock, connection }: World, objectId: string): Promise<void> {
  await owner.query(
    `with ended as (
       update directory_observation set confirmed_until = greatest($3::timestamptz - interval '30 seconds', observed_at)
       where workspace_id = $1 and object_id = $2 and connection_id = $4 and confirmed_until is null and state <> 'vanished'
       returning *
     ), turned as (
       update directory_account set state = 'vanished'
       where workspace_id = $1 and object_id = $2 and connection_id = $4 and exists (select from ended)
       returning state
     )
     insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, record_id)
     select ended.workspace_id, ended.connection_id, ended.object_id, ended.ordinal + 1, turned.state, ended.confirmed_until,
            greatest($3::timestamptz - interval '5 minutes', ended.confirmed_until), greatest($3::timestamptz, ended.confirmed_until), 'full', gen_random_uuid(), gen_random_uuid()
     from ended cross join turned`,
    [facts.workspaceId, objectId, clock.now(), connection.id],
  );
}

async function audited(
  { owner, facts, connection }: World,
  objectId: string,
  entries: readonly { readonly at: Instant; readonly ledTo: string }[],
): Promise<void> {
  for (const { at, ledTo } of entries)
    await owner.query(
      `insert into directory_audit_event (workspace_id, connection_id, id, object_id, led_to, at, raw_sha256, run_id, record_id)
       values ($1, $2, gen_random_uuid(), $3, $4, $5, '\\x00', gen_random_uuid(), gen_random_uuid())`,
      [facts.workspaceId, connection.id, objectId, ledTo, at],
    );
  await owner.query(
    `insert into directory_audit_window (workspace_id, connection_id, looked_from, looked_until) select $1, $2, $3, '2027-01-01T00:00:00Z'
     where not exists (select from directory_audit_window where workspace_id = $1 and connection_id = $2)`,
    [facts.workspaceId, connection.id, LONG_AGO],
  );
}

async function unlessRefused(tried: () => Promise<unknown>): Promise<void> {
  try {
    await tried();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
}

/** A row of HR; one that overlaps another employment is refused, and nothing happens. */
function tell({ facts }: World, row: string): Promise<unknown> {
  return unlessRefused(() => facts.roster(row));
}

/** The ledger tells of every change of a SCIM user. */
async function told({ owner, facts, clock }: World, userId: string, type: 'scim.user.created' | 'scim.user.updated'): Promise<void> {
  await appendOne(owner, facts.workspaceId, { type, at: clock.now(), actor: 'system', subject: { kind: 'scim-user', id: userId } });
}
