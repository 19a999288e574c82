import { REPLICATION_ALLOWANCE_MS } from '../directory/index.ts';
import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import { instantText } from '../platform/index.ts';
import { type AuditedTurn, withAuditedUse } from '../verdict/index.ts';
import { packed, PackedFacts } from './packed-facts.ts';
import type { DirectoryFacts, DirectoryStretch, HeldRole, LinkFacts, ScimFacts, ScimRole, ScimStretch, TakenFacts } from './unit-facts.ts';

/**
 * How rows are found that belong to others. `by-key`: for a few, each looked up. It is fenced (`offset 0`), since without statistics
 * PostgreSQL takes a workspace for nearly empty, and would walk all of it for each row. `whole`: for everybody, all rows joined at once.
 */
export type Finding = 'by-key' | 'whole';

interface Joined {
  readonly table: string;
  readonly as: string;
  readonly on: string;
  /** Keeps what has no row there. */
  readonly isOptional?: boolean;
}

/** Joins a table of workspace `$1`. */
export function joining(finding: Finding): (joined: Joined) => string {
  return ({ table, as, on, isOptional = false }) => {
    const condition = `${as}.workspace_id = $1 and ${on}`;
    const join = isOptional ? 'left join' : 'join';
    return finding === 'whole'
      ? `${join} ${table} as ${as} on ${condition}`
      : `${join} lateral (select ${as}.* from ${table} as ${as} where ${condition} offset 0) as ${as} on true`;
  };
}

/** A stretch of a directory account; or, where there is a role, an assignment to the provisioned application, that is or was. */
export interface DirectoryRow {
  readonly accountId: string;
  /** The stretch, or from when to when it had the role, packed. */
  readonly facts: string;
  /** The value of the assigned app role; empty for an assignment without a role. */
  readonly role: string | null;
}

/** A state of a SCIM user; or what it claimed until a change. */
export interface ScimRow {
  readonly accountId: string;
  /** The state, packed; the link alone where no state is known. */
  readonly facts: string;
  /** Until when it claimed so, where it no longer does. */
  readonly claimedUntil: Instant | null;
  /** What the user claims, instead of the role: many users claim the same, so it is decided once for each thing that is claimed. */
  readonly claims: string;
}

/** Tenants that were connected more than once: their accounts are the objects that they were. */
const connectedAnew = 'select tenant_id from directory_connection where workspace_id = $1 group by tenant_id having count(*) > 1';

const link = ['known.standing', 'known.rule', 'known.link_record_id', 'known.link_until', 'known.link_doubts', 'known.taken'];

/** Before the state that an entry of the audit log tells, where stretches have their own. */
const AUDITED = 'audited ';

/**
 * What is known of directory accounts: first the stretches of each, in time order, then its assignments to the provisioned application, its own and
 * those of its groups. `held` selects `owner, account_id, standing, rule, link_record_id, link_until, link_doubts, taken`. Accounts of a connection without a complete run do
 * not exist here (I8).
 */
export function directoryRows(held: string, finding: Finding): string {
  const join = joining(finding);
  const own = (as: string) => `${as}.connection_id = account.connection_id and ${as}`;
  const stretch = [
    'known.connection_id',
    'known.state',
    'known."from"',
    'known.seen_from',
    'known."to"',
    'known.is_exact',
    'known.record_id',
  ];
  return `
  with held as materialized (${held}),
  account as materialized (
    select held.*, account.connection_id, account.object_id,
           case when connection.tenant_id = any (array(${connectedAnew})) then account.object_id end as same_object_id
    from held
    ${join({ table: 'directory_account', as: 'account', on: 'account.account_id = held.account_id' })}
    ${join({ table: 'directory_connection', as: 'connection', on: 'connection.id = account.connection_id' })}
    where connection.last_complete_run_id is not null
  ),
  known as (
    select account.owner, account.account_id, account.connection_id, account.standing, account.rule, account.link_record_id, account.link_until, account.link_doubts, account.taken,
           account.same_object_id,
           stretch.ordinal, stretch.state, coalesce(exact.at, stretch.observed_at) as "from", stretch.seen_from, stretch.confirmed_until as "to",
           exact.at is not null or (stretch.state = 'soft_deleted' and stretch.seen_from = stretch.observed_at) as is_exact,
           stretch.record_id, exact.record_id as exact_record_id, null::text as role, null::timestamptz as gone_at
    from account
    ${join({ table: 'directory_observation', as: 'stretch', on: `${own('stretch')}.object_id = account.object_id` })}
    left join lateral (
      -- Set apart, so that the keys reach into the view: it would else be worked out for every account.
      select told.at, told.record_id
      from directory_exact_end as told
      where stretch.state in ('disabled', 'hard_deleted')
        and told.workspace_id = $1 and told.connection_id = stretch.connection_id
        and told.object_id = stretch.object_id and told.ordinal = stretch.ordinal
      offset 0
    ) as exact on true
    union all
    ${auditRows(join, own)}
    union all
    ${roleRows(join, own)}
    order by owner, account_id, ordinal nulls last
  )
  select known.owner, known.account_id as "accountId", known.role,
         case when known.role is null then ${packed([...link, ...stretch, 'known.exact_record_id', 'known.same_object_id'])}
              when known.role = '' then ''
              else ${packed(['known.seen_from', 'known."from"', 'known."to"', 'known.gone_at'])} end as facts
  from known
  order by known.owner, known.account_id, known.ordinal nulls last`;
}

/**
 * What the audit log says of `account`, in the columns of its stretches. Whether an account that was restored is enabled, it does not say, nor may it say yet until when one
 * was that it enabled: beside those stands between which instants the first complete look after that showed what it showed.
 */
function auditRows(join: (joined: Joined) => string, own: (as: string) => string): string {
  return `select account.owner, account.account_id, account.connection_id, null, null, null, null, null, null, null,
           null, '${AUDITED}' || event.led_to, event.at, coalesce(look.held_from, event.at), look.look_to, true, event.record_id, null, null, null
    from account
    ${join({ table: 'directory_audit_event', as: 'event', on: `${own('event')}.object_id = account.object_id` })}
    left join lateral (
      select held.held_from, run.look_to
      from directory_run as run
      cross join lateral (
        select run.look_from - (${REPLICATION_ALLOWANCE_MS} + coalesce(run.clock_skew_ms, 0)) * interval '1 millisecond' as held_from
      ) as held
      where event.led_to in ('restored', 'enabled') and run.workspace_id = $1 and run.connection_id = event.connection_id
        and run.state = 'complete' and run.kind = 'full' and run.look_from >= event.at and held.held_from >= event.at
      order by run.look_from
      limit 1
    ) as look on true
    where event.record_id is not null`;
}

/** The assignments of `account`, its own, those that it has no longer, and those of its groups, in the columns of its stretches. */
function roleRows(join: (joined: Joined) => string, own: (as: string) => string): string {
  const assigned = (notBefore: string, observedAt: string) => `
    select account.owner, account.account_id, null, null, null, null, null, null, null, null, null, null,
           ${observedAt}, ${notBefore}, null, null, null, null, coalesce(assignment.app_role_value, ''), null
    from account`;
  return `${assigned('assignment.not_before', 'assignment.observed_at')}
    ${join({ table: 'directory_app_assignment', as: 'assignment', on: `${own('assignment')}.principal_id = account.object_id` })}
    union all
    select account.owner, account.account_id, null, null, null, null, null, null, null, null, null, null,
           past.observed_at, past.not_before, past.confirmed_until, null, null, null, past.app_role_value, past.gone_at
    from account
    ${join({ table: 'directory_past_role', as: 'past', on: `${own('past')}.object_id = account.object_id` })}
    union all
    ${assigned('greatest(member.not_before, assignment.not_before)', 'greatest(member.observed_at, assignment.observed_at)')}
    ${join({ table: 'directory_group_member', as: 'member', on: `${own('member')}.member_id = account.object_id` })}
    ${join({ table: 'directory_app_assignment', as: 'assignment', on: `${own('assignment')}.principal_id = member.group_id` })}`;
}

/** What is known of SCIM users: their states in time order. `held` as for `directoryRows`. */
export function scimRows(held: string, finding: Finding): string {
  const join = joining(finding);
  const state = ['known.active', 'known.deleted', 'known.at', 'known.record_id'];
  return `
  with held as materialized (${held}),
  account as materialized (
    select held.*, scim_user.role_claims
    from held
    ${join({ table: 'scim_user', as: 'scim_user', on: 'scim_user.id = held.account_id' })}
  ),
  known as (
    select account.*, state.version, state.active, state.deleted, state.at, state.record_id, null::timestamptz as claimed_until
    from account
    ${join({ table: 'scim_user_state', as: 'state', on: 'state.scim_user_id = account.account_id', isOptional: true })}
    union all
    select account.owner, account.account_id, null, null, null, null, null, null, past.role_claims, past.version, null, null, null, null, past.until
    from account
    ${join({ table: 'scim_past_role', as: 'past', on: 'past.scim_user_id = account.account_id' })}
    order by owner, account_id, claimed_until nulls first, version
  )
  select known.owner, known.account_id as "accountId", known.role_claims::text as claims, known.claimed_until as "claimedUntil",
         case when known.claimed_until is null then ${packed([...link, ...state])} else '' end as facts
  from known
  order by known.owner, known.account_id, known.claimed_until nulls first, known.version`;
}

/** The accounts that the rows tell of, each with all its rows. One of which no stretch is known is not there. */
export function directoryFactsOf(rows: readonly DirectoryRow[]): readonly DirectoryFacts[] {
  return byAccount(rows).flatMap((account) => {
    const read = account.flatMap(({ facts, role }) => (role === null ? [stretchIn(new PackedFacts(facts))] : []));
    const known = read.filter(({ stretch: { state } }) => !state.startsWith(AUDITED));
    const [first] = known;
    if (first === undefined) return [];
    const assigned = account.flatMap(({ facts, role }) => (role === null ? [] : [roleIn(role, facts)]));
    return [
      {
        accountId: account[0].accountId,
        connectionId: first.connectionId,
        objectId: first.objectId,
        isAssigned: assigned.some(({ goneAt }) => goneAt === null),
        roles: assigned.filter(({ value }) => value !== ''),
        stretches: withAudits(
          known.map(({ stretch }) => stretch),
          read.filter((each) => !known.includes(each)),
        ),
        link: first.link,
        linkedBefore: [],
      },
    ];
  });
}

const turns: Readonly<Record<string, AuditedTurn['ledTo']>> = { [`${AUDITED}enabled`]: 'use', [`${AUDITED}restored`]: 'restored' };

/** The stretches with the use between two looks that the audit log tells of, and with what it leaves open. */
function withAudits(stretches: readonly DirectoryStretch[], told: readonly KnownStretch[]): readonly DirectoryStretch[] {
  if (told.length === 0) return stretches;
  const entries = told.map(({ stretch: { from: at, recordId, seenFrom, state, to: from } }) => ({
    at,
    recordId,
    ledTo: turns[state] ?? ('off' as const),
    shownNext: from === null ? null : { seenFrom, from },
  }));
  return withAuditedUse(stretches, entries).map(({ by, sighting }) =>
    by === null ? sighting : { ...sighting, recordId: by.recordId, exactRecordId: null },
  );
}

/** The SCIM users that the rows tell of, each with all its rows. */
export function scimFactsOf(rows: readonly ScimRow[], roleOf: (claims: string) => ScimRole): readonly ScimFacts[] {
  return byAccount(rows).map((account) => {
    const [{ accountId, claims }] = account;
    const known = account.flatMap(({ claimedUntil, facts }) => (claimedUntil === null ? [stateIn(new PackedFacts(facts))] : []));
    return {
      accountId,
      stretches: known.flatMap(({ state }) => state ?? []),
      role: roleOf(claims),
      pastRoles: account.flatMap((row) => (row.claimedUntil === null ? [] : [{ role: roleOf(row.claims), until: row.claimedUntil }])),
      link: known[0]?.link ?? null,
    };
  });
}

function byAccount<Row extends { readonly accountId: string }>(rows: readonly Row[]): readonly (readonly [Row, ...Row[]])[] {
  const accounts: [Row, ...Row[]][] = [];
  let last: [Row, ...Row[]] | undefined;
  for (const row of rows) {
    if (last?.[0].accountId === row.accountId) {
      last.push(row);
    } else {
      last = [row];
      accounts.push(last);
    }
  }
  return accounts;
}

function linkIn(facts: PackedFacts): LinkFacts | null {
  const [standing, rule, recordId] = [facts.text(), facts.text(), facts.text()];
  const until = facts.instant();
  const [doubts, taken] = [facts.text(), facts.text()];
  return standing === null
    ? null
    : {
        standing: standing as LinkFacts['standing'],
        rule: rule as LinkFacts['rule'],
        recordId: recordId as LedgerRecordId,
        until,
        doubts: doubts?.split(';').map(doubtIn) ?? [],
        taken: takenIn(taken),
      };
}

/**
 * SQL for how a human took an account from somebody, by a row of `account_link`: one text, since it is null nearly always. What had gone to somebody else by
 * rule is taken by a bar that came later, which ends no link of theirs.
 */
export function takenText(row: string): string {
  return `case
    when ${row}.ended_because is not null
      then concat_ws(' ', ${row}.ended_because, ${row}.ended_by, ${instantText(`${row}.ended_at`)}, ${row}.end_record_id,
        case when ${row}.ended_because = 'classed' or ${isApproved(`${row}.ended_by`)} then 'two' end)
    when ${row}.ended_at is not null then (
      select concat_ws(' ', 'barred', bar.id, ${instantText('bar.linked_at')}, bar.record_id, case when ${isApproved('bar.id')} then 'two' end)
      from account_link as bar
      where bar.workspace_id = $1 and bar.person_id = ${row}.person_id and bar.system = ${row}.system and bar.account_id = ${row}.account_id
        and bar.standing = 'barred' and bar.ended_at is null
    ) end`;
}

/** Whether a second person approved a decision on whose an account is. */
function isApproved(decision: string): string {
  return `(select count(*) from account_link_request as request
                where request.workspace_id = $1 and request.id = ${decision} and request.approved_at is not null) > 0`;
}

function doubtIn(text: string): LinkFacts['doubts'][number] {
  const [from, until, rule, recordId] = text.split(' ');
  return { from: from as Instant, until: until as Instant, rule: rule as LinkFacts['rule'], recordId: recordId as LedgerRecordId };
}

function takenIn(text: string | null): TakenFacts | null {
  if (text === null) return null;
  const [because, by = '', at, recordId, two] = text.split(' ');
  return { because: because as TakenFacts['because'], by, at: at as Instant, recordId: recordId as LedgerRecordId, isByTwo: two === 'two' };
}

function roleIn(value: string, text: string): HeldRole {
  if (text === '') return { value, notBefore: null, observedAt: null, confirmedUntil: null, goneAt: null };
  const facts = new PackedFacts(text);
  return { value, notBefore: facts.instant(), observedAt: facts.instant(), confirmedUntil: facts.instant(), goneAt: facts.instant() };
}

/** A stretch; or an entry of the audit log in its columns, with `AUDITED` before the state. */
interface KnownStretch {
  readonly link: LinkFacts | null;
  readonly connectionId: string;
  readonly objectId: string | null;
  readonly stretch: DirectoryStretch;
}

function stretchIn(facts: PackedFacts): KnownStretch {
  const link = linkIn(facts);
  const connectionId = facts.given();
  const stretch = {
    state: facts.given() as DirectoryStretch['state'],
    from: facts.givenInstant(),
    seenFrom: facts.givenInstant(),
    to: facts.instant(),
    isExact: facts.flag(),
    recordId: facts.text() as LedgerRecordId | null,
    exactRecordId: facts.text() as LedgerRecordId | null,
  };
  return { link, connectionId, objectId: facts.text(), stretch };
}

function stateIn(facts: PackedFacts): { readonly link: LinkFacts | null; readonly state: ScimStretch | null } {
  const link = linkIn(facts);
  const active = facts.text();
  if (active === null) return { link, state: null };
  return {
    link,
    state: { active: active === 't', deleted: facts.flag(), from: facts.givenInstant(), recordId: facts.text() as LedgerRecordId | null },
  };
}
