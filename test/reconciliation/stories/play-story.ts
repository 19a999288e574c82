import { REPLICATION_ALLOWANCE_MS } from '../../../src/directory/index.ts';
import { type Instant, type LedgerRecordId, type PolicyId, parseInstant, plusMs, HOUR_MS, MINUTE_MS } from '../../../src/kernel/index.ts';
import { blindTimesAt, namingOf } from '../../../src/reconciliation/blind-windows.ts';
import { vectorDecider } from '../../../src/reconciliation/decided-vectors.ts';
import { seenDirectories } from '../../../src/reconciliation/directory-freshness.ts';
import { evaluateAccount } from '../../../src/reconciliation/evaluate-account.ts';
import { evaluatePeriod } from '../../../src/reconciliation/evaluate-period.ts';
import type { Evaluation, EvaluationContext } from '../../../src/reconciliation/evaluation.ts';
import type { ReportPolicy } from '../../../src/reconciliation/report-population.ts';
import type {
  ConnectionFacts,
  DirectoryFacts,
  ExclusionFacts,
  HeldRole,
  LinkFacts,
  PeriodFacts,
  PersonFacts,
  ScimFacts,
  ScimRole,
} from '../../../src/reconciliation/unit-facts.ts';
import { LocalCalendar } from '../../../src/verdict/index.ts';
import {
  type Connection,
  type DirectoryAccount,
  type Employment,
  type HadRole,
  JUDGED_AT,
  type Link,
  LONG_AGO,
  type Looked,
  type Moment,
  type Policy,
  type ScimUser,
  type Story,
  type Taken,
} from './story.ts';

const PERSON = 'person';
const RECORD = 'record' as LedgerRecordId;

/** Judges a story by the functions that judge a run's facts; `continued` where nothing had to be taken away. */
export function playStory(story: Story): Evaluation | 'continued' {
  const context = contextOf(story);
  const person = personOf(story);
  if (story.hr === undefined) {
    const exclusion = story.owner === undefined ? null : exclusionOf(story.owner, story.dropped);
    const evaluation = evaluateAccount({ ...unlinked(person), exclusion }, context);
    if (evaluation === undefined) throw new Error('the story has no account');
    return evaluation;
  }
  const period = person.periods[story.judged ?? 0];
  if (period === undefined) throw new Error('the story has no such employment');
  return evaluatePeriod(person, period, context);
}

function exclusionOf(owner: readonly Employment[], dropped: Moment | undefined): ExclusionFacts {
  const ownerDroppedAt = dropped === undefined ? null : instantAt(dropped);
  return { recordIds: [RECORD, RECORD], ownerDroppedAt, ownerPeriods: owner.map(periodOf) };
}

export function instantAt(moment: Moment): Instant {
  const instant = parseInstant(`${moment.replace(' ', 'T')}Z`);
  if (instant === undefined) throw new Error(`${moment} is no moment`);
  return instant;
}

function contextOf(story: Story): EvaluationContext {
  const at = instantAt(story.judgedAt ?? JUDGED_AT);
  const connections = connectionsOf(story);
  return {
    at,
    policies: policiesOf(story),
    workspaceZone: story.zone ?? 'UTC',
    calendar: new LocalCalendar(),
    decideVector: vectorDecider(),
    directories: seenDirectories(connections, at),
    driftSince: new Map([[PERSON, driftsOf(story)]]),
  };
}

function driftsOf({ scim = [] }: Story): ReadonlyMap<string, Instant> {
  return new Map(
    scim.flatMap(({ roleDiffersSince: since }, index) => (since === undefined ? [] : [[scimId(index), instantAt(since)] as const])),
  );
}

function connectionsOf(story: Story): readonly ConnectionFacts[] {
  const at = instantAt(story.judgedAt ?? JUDGED_AT);
  return (story.connections ?? [{}]).map((connection, index) =>
    connectionOf({ ...lastLookOf(story, index), ...connection }, { index, at }),
  );
}

/** Where the story tells the looks. */
function lastLookOf({ looks }: Story, index: number): Pick<Connection, 'lastLook'> {
  if (looks === undefined) return {};
  const complete = looks.filter(({ directory = 1, failed }) => directory - 1 === index && failed === undefined);
  return { lastLook: complete.at(-1)?.at ?? null };
}

/** What an evaluation says beside its verdict: when nobody looked, where the story tells the looks. */
export function nameStory(story: Story, { sentence, systems }: Evaluation) {
  const { directory = [], judgedAt = JUDGED_AT, looks = [] } = story;
  const shownBy = new Map(directory.map((given, index) => [directoryId(index), connectionId((given.directory ?? 1) - 1)]));
  const ended = looks.map(({ at, directory: which = 1, failed }) => {
    const to = plusMs(instantAt(at), MINUTE_MS);
    const errorCode = failed ?? null;
    return {
      runId: at,
      connectionId: connectionId(which - 1),
      complete: failed === undefined,
      from: instantAt(at),
      to,
      errorCode,
      endedAt: to,
    };
  });
  const naming = namingOf(shownBy, (at) =>
    blindTimesAt(at, { connections: connectionsOf(story), looks: ended, since: instantAt(LONG_AGO) }),
  );
  const at = instantAt(judgedAt);
  return story.looks === undefined
    ? { sentence, names: [] }
    : { sentence: naming.ofSentence(sentence, systems, at), names: naming.ofSystems(systems, at) };
}

function connectionOf(
  { added, anew, lastLook, removed, readsAssignments }: Connection,
  { index, at }: { readonly index: number; readonly at: Instant },
): ConnectionFacts {
  const lastCompleteAt = lastLook === undefined ? plusMs(at, -HOUR_MS) : lastLook === null ? null : instantAt(lastLook);
  return {
    id: connectionId(index),
    tenantId: connectionId(anew === undefined ? index : anew - 1),
    lastCompleteAt,
    confirmedUntil: lastCompleteAt && provenBy(lastCompleteAt),
    addedAt: instantAt(added ?? LONG_AGO),
    removedAt: removed === undefined ? null : instantAt(removed),
    readsAssignments: readsAssignments !== false,
  };
}

/** A story tells when somebody looked; the replica that answered may have been behind. */
function provenBy(lookedAt: Instant): Instant {
  return plusMs(lookedAt, -REPLICATION_ALLOWANCE_MS);
}

/** Latest first. */
function policiesOf({ policy = { hours: 24 }, policyBefore }: Story): readonly ReportPolicy[] {
  if (policyBefore === undefined) return [policyOf(policy)];
  return [{ ...policyOf(policy), version: 2, effectiveFrom: instantAt(policyBefore.until) }, policyOf(policyBefore)];
}

function policyOf({ atSite, hours, businessDays, privileged }: Policy): ReportPolicy {
  return {
    id: 'policy' as PolicyId,
    version: 1,
    preset: null,
    slaHours: hours ?? null,
    businessDays: businessDays ?? null,
    holidays: [],
    sites: atSite === undefined ? [] : [{ site: atSite.site, slaHours: atSite.hours, businessDays: null, holidays: [] }],
    privileged: privileged === undefined ? null : { slaHours: privileged.hours, roles: privileged.roles },
    effectiveFrom: instantAt('2019-01-01 00:00'),
    supersededAt: null,
    recordId: RECORD,
  };
}

function personOf({ hr = [], dropped, directory = [], looks, scim = [] }: Story): PersonFacts {
  return {
    personId: PERSON,
    droppedAt: dropped === undefined ? null : instantAt(dropped),
    droppedRecordId: dropped === undefined ? null : RECORD,
    periods: hr.map(periodOf),
    directory: directory.map((given, index) => ({
      ...directoryOf(given, index),
      ...(looks !== undefined && { looks: confirmedBy(looks, given) }),
    })),
    scim: scim.map(scimOf),
    ownAccounts: new Map(scim.map(({ carries }, index) => [scimId(index), carries === undefined ? [] : [directoryId(carries - 1)]])),
  };
}

/** Until when the looks of a story had confirmed what they showed, each a minute long. */
function confirmedBy(looks: readonly Looked[], account: DirectoryAccount): readonly Instant[] {
  const { directory: shownBy } = account;
  return looks.flatMap(({ at, directory, failed }) => (directory === shownBy && failed === undefined ? [provenBy(instantAt(at))] : []));
}

/** The accounts as they are known where nobody answers for them. */
function unlinked({ directory, scim }: PersonFacts): Pick<PersonFacts, 'directory' | 'scim'> {
  return { directory: directory.map((facts) => ({ ...facts, link: null })), scim: scim.map((facts) => ({ ...facts, link: null })) };
}

function periodOf(employment: Employment, index: number): PeriodFacts {
  const { from = '2020-01-01', to, lastDay, zone, site, status = 'active', worker = 'employee', leftOutBetween } = employment;
  return {
    id: periodId(index),
    startDate: from,
    endDate: to ?? null,
    lastDay: lastDay ?? null,
    timeZone: zone ?? null,
    site: site ?? null,
    status,
    workerType: worker,
    endedBetween: leftOutBetween === undefined ? null : { earliest: instantAt(leftOutBetween[0]), latest: instantAt(leftOutBetween[1]) },
    recordId: RECORD,
  };
}

function directoryOf(
  { link = 'M3', assigned = true, role, hadRole = [], directory, object, seen, taken }: DirectoryAccount,
  index: number,
): DirectoryFacts {
  return {
    accountId: directoryId(index),
    connectionId: connectionId(directory === undefined ? 0 : directory - 1),
    objectId: object ?? null,
    isAssigned: assigned,
    roles: [...(role === undefined ? [] : [{ role }]), ...hadRole].map(heldRoleOf),
    stretches: seen.map(({ is, from, until, exact, isToldEnabled }) => ({
      state: is,
      ...(isToldEnabled && { isToldEnabled }),
      from: instantAt(from),
      seenFrom: exact === true || is === 'enabled' ? instantAt(from) : provenBy(instantAt(from)),
      to: until === undefined ? null : is === 'enabled' ? provenBy(instantAt(until)) : instantAt(until),
      isExact: exact ?? false,
      recordId: RECORD,
      exactRecordId: exact === true ? RECORD : null,
    })),
    link: linkOf(link, taken),
    linkedBefore: [],
  };
}

/** Looks show it; the replica that answered may have been behind. */
function heldRoleOf({ role, without, by, until, gone }: HadRole): HeldRole {
  const at = (moment: Moment | undefined) => (moment === undefined ? null : instantAt(moment));
  return { value: role, notBefore: at(without), observedAt: at(by), confirmedUntil: at(until), goneAt: at(gone) };
}

function scimOf({ link = 'M1', role, isProtectedRole, isUnknownRole, hadRole = [], became, taken }: ScimUser, index: number): ScimFacts {
  const otherwise = isUnknownRole === true ? 'unknown-role' : isProtectedRole === true ? 'not-grantable' : 'granted';
  const roleOf = (claimed: string | undefined) => ({
    because: claimed === undefined ? ('no-role' as const) : (otherwise as ScimRole['because']),
    claimed: claimed ?? null,
    said: claimed === undefined ? [] : [claimed],
  });
  return {
    accountId: scimId(index),
    stretches: became.map(({ is, at }) => ({ active: is === 'active', deleted: is === 'deleted', from: instantAt(at), recordId: RECORD })),
    role: roleOf(role),
    pastRoles: hadRole.map(({ role: claimed, until }) => ({ role: roleOf(claimed), until: instantAt(until) })),
    link: linkOf(link, taken),
  };
}

function linkOf(link: Link, given: Taken | undefined): LinkFacts {
  const taken =
    given === undefined ? null : { because: given.by, by: 'decision', at: instantAt(given.at), recordId: RECORD, isByTwo: true };
  return link === 'candidate'
    ? { standing: 'ambiguous', rule: 'M3', recordId: RECORD, until: null, doubts: [], taken }
    : { standing: 'linked', rule: link, recordId: RECORD, until: null, doubts: [], taken };
}

const connectionId = (index: number) => `directory ${index + 1}`;
const directoryId = (index: number) => `directory account ${index + 1}`;
const scimId = (index: number) => `SCIM user ${index + 1}`;
const periodId = (index: number) => `employment ${index + 1}`;
