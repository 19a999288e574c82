import { DAY_MS, epochMs, type Instant, MINUTE_MS, msBetween, plusMs, type ScimCredentialId } from '../kernel/index.ts';
import { timePart } from './exchange-id.ts';

/** What requests came to, by what they changed. */
export interface Activity {
  /** Filters by a GUID that found nothing: Entra's Test Connection, and look-ups of users who are not there yet. */
  readonly probes: number;
  /** Reads of users and groups, probes not included. */
  readonly reads: number;
  /** Reads of schemas and of what the service supports. */
  readonly discoveries: number;
  readonly created: number;
  readonly updated: number;
  readonly deactivated: number;
  readonly reactivated: number;
  readonly deleted: number;
  readonly membersChanged: number;
  /** Changes that found everything as they wanted it. */
  readonly unchanged: number;
  readonly refused: number;
  /** Requests in which something was tolerated or ignored. */
  readonly oddities: number;
}

/** No activity at all. */
export const nothing: Activity = {
  probes: 0,
  reads: 0,
  discoveries: 0,
  created: 0,
  updated: 0,
  deactivated: 0,
  reactivated: 0,
  deleted: 0,
  membersChanged: 0,
  unchanged: 0,
  refused: 0,
  oddities: 0,
};

/** What a credential did within a minute. One minute may come in several pieces, such as its reads and its writes. */
export interface ActiveMinute extends Activity {
  readonly credentialId: ScimCredentialId;
  /** When the minute begins. */
  readonly minute: Instant;
  /** The least and the greatest id of those whom writes named: the same where there was one alone. */
  readonly users: Span | null;
  readonly groups: Span | null;
}

type Span = readonly [least: string, greatest: string];

/**
 * `probe`: somebody pressed Test Connection. `on-demand`: one user or group, provisioned on demand. `cycle`: everything else,
 * which is what the schedule does.
 */
export type CycleKind = 'cycle' | 'on-demand' | 'probe';

/** A burst of requests of one credential, to the minute. */
export interface Cycle extends Activity {
  readonly id: string;
  readonly credentialId: ScimCredentialId;
  readonly kind: CycleKind;
  readonly startedAt: Instant;
  /** The end of its last minute. */
  readonly endedAt: Instant;
}

/**
 * A burst has ended when nothing came for so many whole minutes. Within a cycle Entra goes from object to object without a
 * pause that long, as an answer takes less than 10 s; between cycles lie 20 to 40 minutes (entra-scim-client §4.2, §4.3).
 */
const SILENT_MINUTES = 5;
const SILENCE_MS = SILENT_MINUTES * MINUTE_MS;

/** Test Connection asks for a user and maybe a group (entra-scim-client §1.1), and people press it twice. More are look-ups by objectId. */
const MOST_PROBES = 4;

/** A run on demand takes less than 30 s (entra-scim-client §4.3), which touches two minutes at most. */
const ON_DEMAND_MINUTES = 2;

/** A run on demand looks for one user by up to three attributes and for its manager, or for a group and five members (entra-scim-client §10). */
const MOST_ON_DEMAND_READS = 20;

/** The user or group itself, its manager or five members, each with a second try. */
const MOST_ON_DEMAND_WRITES = 12;

/**
 * Whatever it looks like, a burst is a cycle when another one began about 40 minutes before or after it, which is how far cycles lie
 * apart (entra-scim-client §4.3): most cycles of a small tenant have one user to change, or none, and then test the connection alone.
 */
const INTERVAL_MS = 40 * MINUTE_MS;
const INTERVAL_DRIFT_MS = 5 * MINUTE_MS;

/** How much must be known before and after a burst to say what it was: the neighbour's beginning, and that it was quiet before. */
export const KNOWN_AROUND_MS = INTERVAL_MS + INTERVAL_DRIFT_MS + SILENCE_MS + MINUTE_MS;

/**
 * Every seven days all bursts are cut: a client that never pauses has no cycles, and must not make every page a walk through the
 * whole log. The first cycle of the largest tenants takes 12 hours (entra-scim-client §0).
 */
const CUT_MS = 7 * DAY_MS;

/** The bursts that are in a sequence of minutes, those that ended last first. */
export function recogniseCycles(minutes: readonly ActiveMinute[]): readonly Cycle[] {
  const bursts = [...byCredential(minutes).values()].flatMap((own) => burstsOf(own).map((burst, _, all) => cycleOf(burst, all)));
  return bursts.sort(latestFirst);
}

/** The order of cycles: latest end first; of two that end together, that of the greater id. */
export function latestFirst(a: Pick<Cycle, 'endedAt' | 'id'>, b: Pick<Cycle, 'endedAt' | 'id'>): number {
  return compareTexts(b.endedAt, a.endedAt) || compareTexts(b.id, a.id);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

type Burst = readonly [ActiveMinute, ...ActiveMinute[]];

function byCredential(minutes: readonly ActiveMinute[]): ReadonlyMap<ScimCredentialId, readonly ActiveMinute[]> {
  const grouped = new Map<ScimCredentialId, ActiveMinute[]>();
  for (const minute of minutes) {
    const own = grouped.get(minute.credentialId);
    if (own === undefined) grouped.set(minute.credentialId, [minute]);
    else own.push(minute);
  }
  return grouped;
}

function burstsOf(minutes: readonly ActiveMinute[]): readonly Burst[] {
  const bursts: [ActiveMinute, ...ActiveMinute[]][] = [];
  for (const minute of [...minutes].sort((a, b) => compareTexts(a.minute, b.minute))) {
    const last = bursts.at(-1);
    if (last === undefined || isApart(lastMinuteOf(last), minute.minute)) bursts.push([minute]);
    else last.push(minute);
  }
  return bursts;
}

function isApart(before: Instant, after: Instant): boolean {
  const weekOf = (minute: Instant) => Math.floor(epochMs(minute) / CUT_MS);
  return msBetween(before, after) > SILENCE_MS || weekOf(before) !== weekOf(after);
}

function cycleOf(burst: Burst, all: readonly Burst[]): Cycle {
  const [{ credentialId, minute: startedAt }] = burst;
  const id = `${timePart(startedAt)}-8${credentialId.slice(15)}`;
  const activity = sumOf(burst);
  return { id, credentialId, kind: kindOf(burst, activity, all), startedAt, endedAt: plusMs(lastMinuteOf(burst), MINUTE_MS), ...activity };
}

function kindOf(burst: Burst, activity: Activity, all: readonly Burst[]): CycleKind {
  if (all.some((other) => isNextTo(burst, other))) return 'cycle';
  if (isProbe(activity)) return 'probe';
  return isShort(burst) && isOfOne(burst, 'users') && isOfOne(burst, 'groups') && hasFew(activity) ? 'on-demand' : 'cycle';
}

/** Whatever came of them, requests that write are no probe, nor is a look at anybody who may exist. */
function isProbe(activity: Activity): boolean {
  const { discoveries, probes, reads } = activity;
  return probes + discoveries > 0 && probes <= MOST_PROBES && reads + writtenIn(activity) === 0;
}

function isShort(burst: Burst): boolean {
  return msBetween(burst[0].minute, lastMinuteOf(burst)) < ON_DEMAND_MINUTES * MINUTE_MS;
}

function isOfOne(burst: Burst, kind: 'users' | 'groups'): boolean {
  const ids = burst.flatMap((minute) => minute[kind] ?? []);
  return new Set(ids).size <= 1;
}

function isNextTo(burst: Burst, other: Burst): boolean {
  const apart = Math.abs(msBetween(burst[0].minute, other[0].minute));
  return Math.abs(apart - INTERVAL_MS) <= INTERVAL_DRIFT_MS;
}

function hasFew(activity: Activity): boolean {
  return activity.probes + activity.reads <= MOST_ON_DEMAND_READS && writtenIn(activity) <= MOST_ON_DEMAND_WRITES;
}

function writtenIn({ created, updated, deactivated, reactivated, deleted, membersChanged, unchanged, refused }: Activity): number {
  return created + updated + deactivated + reactivated + deleted + membersChanged + unchanged + refused;
}

function lastMinuteOf(burst: Burst): Instant {
  return (burst.at(-1) ?? burst[0]).minute;
}

function sumOf(burst: Burst): Activity {
  const sum = (name: keyof Activity) => burst.reduce((total, minute) => total + minute[name], 0);
  return {
    probes: sum('probes'),
    reads: sum('reads'),
    discoveries: sum('discoveries'),
    created: sum('created'),
    updated: sum('updated'),
    deactivated: sum('deactivated'),
    reactivated: sum('reactivated'),
    deleted: sum('deleted'),
    membersChanged: sum('membersChanged'),
    unchanged: sum('unchanged'),
    refused: sum('refused'),
    oddities: sum('oddities'),
  };
}
