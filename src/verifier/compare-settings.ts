import { type Instant, MINUTE_MS } from '../kernel/index.ts';
import { lengthMs, longestUnseen, provableMinutes, type Stretch } from '../verdict/index.ts';
import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { instantOfRecord, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';
import { same } from './same-value.ts';

/** Which records tell how a directory was to be looked at, and whom to sync from it. */
export const settingTypes = /^(directory\.schedule\.set|scope\.changed)$/;

interface Period extends Stretch {
  readonly records: readonly ProvenRecord[];
}

/** Holds schedules, scope settings and the longest stretch without a look against the records of them. Formats before 4 tell nothing of them. */
export function compareSettings(document: JsonObject, records: readonly ProvenRecord[]): readonly Comparison[] {
  const sources = objectAt(document['sources'], 'sources');
  const directories = objectsOf(sources['directories'], 'sources.directories');
  const scopes = objectsOf(sources['scopes'], 'sources.scopes');
  const period: Period = {
    from: instantAt(document['periodStart'], 'periodStart'),
    to: instantAt(document['asOf'], 'asOf'),
    records,
  };
  const known = new Set(directories.map(({ connectionId }) => connectionId));
  return [
    {
      name: 'schedules of looks and scope settings that were in force, from the records that set them',
      outcomes: [
        ...directories.flatMap((directory) => [
          compareList('schedule', { directory, given: objectsOf(directory['schedules'], 'schedules'), read: scheduleOf }, period),
          compareList(
            'scope',
            { directory, given: scopes.filter((each) => each['connectionId'] === directory['connectionId']), read: scopeOf },
            period,
          ),
        ]),
        ...scopes
          .filter(({ connectionId }) => !known.has(connectionId))
          .map(({ connectionId }) => [`a scope is given of connection ${String(connectionId)}, which is none of the report`]),
      ],
    },
    {
      name: 'longest stretches without a look, from the records of the looks, and what they prove',
      outcomes: directories.flatMap((directory) => [...compareUnseen(directory, period), compareProvable(directory)]),
    },
  ];
}

interface Listed {
  readonly directory: JsonObject;
  readonly given: readonly JsonObject[];
  /** What a record sets; undefined where it sets something else. */
  readonly read: (record: ProvenRecord) => JsonObject | undefined;
}

/** Each setting is that of its record, stands until the next, and none is missing that was in force. */
function compareList(what: string, { directory, given, read }: Listed, { from, records, to }: Period): readonly string[] {
  const id = String(directory['connectionId']);
  const name = `${what} of connection ${id}`;
  const sets = records.filter((record) => read(record) !== undefined && subjectOf(record) === id);
  const starts = [directory['connectedAt'], ...sets.map(recordedAt)];
  const inForce = (index: number) => {
    const [start, end] = [starts[index], starts[index + 1] ?? directory['removedAt']];
    return String(start) <= to && (typeof end !== 'string' || end > from);
  };
  const wrong = given.flatMap((each) => {
    const index = each['recordId'] === null ? -1 : sets.findIndex((record) => record.id === each['recordId']);
    const record = sets[index];
    if (record === undefined && each['recordId'] !== null) return [`${name}: the record that is to have set it is none`];
    const next = sets[index + 1];
    // The report may be older than the record that ended it.
    const isOpen = each['to'] === null && next !== undefined && !wasSettled(next, to);
    const until = isOpen ? null : next === undefined ? directory['removedAt'] : recordedAt(next);
    const expected = { from: starts[index + 1], to: until, ...(record === undefined ? firstOf(what, next) : read(record)) };
    return Object.entries(expected).flatMap(([member, value]) =>
      isSame(each[member], value)
        ? []
        : [`${name}: ${member} is given as ${JSON.stringify(each[member] ?? null)}; its records give ${JSON.stringify(value ?? null)}`],
    );
  });
  const listed = new Set(given.map(({ recordId }) => recordId));
  const missing = [null, ...sets].flatMap((record, index) => {
    const isKnown = record === null || wasSettled(record, to);
    return isKnown && inForce(index) && !listed.has(record?.id ?? null)
      ? [`${name}: what ${record === null ? 'held first' : named(record)} is not listed`]
      : [];
  });
  return [...wrong, ...missing];
}

/** What held before the first record: of a schedule, what that says was there; of a scope, nothing. */
function firstOf(what: string, next: ProvenRecord | undefined): JsonObject {
  if (what === 'scope') return { ...scopeSizes({}), setBy: null };
  return next === undefined ? {} : minutesOf(objectAt(next.leaf['before'], `before of ${named(next)}`));
}

function scheduleOf(record: ProvenRecord): JsonObject | undefined {
  return record.type === 'directory.schedule.set' ? minutesOf(objectAt(record.leaf['after'], `after of ${named(record)}`)) : undefined;
}

function minutesOf({ full_every_minutes: fullEveryMinutes, sync_every_minutes: syncEveryMinutes }: JsonObject): JsonObject {
  return { syncEveryMinutes, fullEveryMinutes };
}

function scopeOf(record: ProvenRecord): JsonObject | undefined {
  if (record.type !== 'scope.changed') return undefined;
  return { ...scopeSizes(objectAt(record.leaf['after'], `after of ${named(record)}`), record.shown), setBy: record.leaf['actor'] };
}

const lists = [
  ['includeGroups', 'groups', 'include_groups'],
  ['includeUsers', 'users', 'include_users'],
  ['excludeGroups', 'excluded_groups', 'exclude_groups'],
  ['excludeUsers', 'excluded_users', 'exclude_users'],
  ['excludeNames', 'excluded_names', 'exclude_names'],
] as const;

/** Values that were erased since the report was made are gone from the records, and not compared: their number is. */
function isSame(given: unknown, recorded: unknown): boolean {
  if (isObject(recorded) && isObject(given) && recorded['values'] === null) return same(given['count'] ?? null, recorded['count'] ?? null);
  return same(given ?? null, recorded ?? null);
}

function scopeSizes(after: JsonObject, shown?: ReadonlyMap<string, unknown>): JsonObject {
  return Object.fromEntries(
    lists.map(([name, count, path]) => {
      const values = shown === undefined ? [] : (shown.get(path) ?? null);
      return [name, { count: after[count] ?? 0, values }];
    }),
  );
}

/** By the looks that tell when they were made; those of before did not. */
function compareUnseen(directory: JsonObject, { from, records, to }: Period): readonly (readonly string[])[] {
  const id = directory['connectionId'];
  const looks = records.filter((record) => record.type === 'graph.sync.completed' && detailOf(record)['connection'] === id);
  if (!looks.every(({ leaf }) => isObject(leaf['observed']))) return [];
  const { connectedAt, removedAt } = directory;
  const connected = {
    from: later(instantAt(connectedAt, 'connectedAt'), from),
    to: typeof removedAt === 'string' && removedAt < to ? instantAt(removedAt, 'removedAt') : to,
  };
  // The report may be older than the records of the last looks: those of a connection come one after the other.
  const made = looks.filter((record) => observedIn(record).to <= to);
  const settled = made.filter((record) => wasSettled(record, to)).length;
  const possible = Array.from({ length: made.length - settled + 1 }, (_, more) => made.slice(0, settled + more));
  const expected = possible.map((some) => longestUnseen(some.map(observedIn).sort(byBeginning), connected));
  const isOne = expected.some((stretch) => same(directory['longestUnseen'] ?? null, stretch === null ? null : { ...stretch }));
  return [
    isOne
      ? []
      : [
          `connection ${String(id)}: longestUnseen is given as ${JSON.stringify(directory['longestUnseen'] ?? null)}; the records of its ${made.length} complete looks give ${JSON.stringify(expected.at(-1) ?? null)}`,
        ],
  ];
}

function byBeginning(a: Stretch, b: Stretch): number {
  return a.from < b.from ? -1 : 1;
}

/** What can be proven follows from the schedules and the longest stretch, unless the audit log is said to have been read throughout. */
function compareProvable(directory: JsonObject): readonly string[] {
  const { connectionId, isAudited, longestUnseen: unseen, promisedMinutes, provableMinutes: given } = directory;
  const intervals = objectsOf(directory['schedules'], 'schedules').map(({ syncEveryMinutes }) => Number(syncEveryMinutes) * MINUTE_MS);
  const stretch = isObject(unseen) ? lengthMs({ from: instantAt(unseen['from'], 'from'), to: instantAt(unseen['to'], 'to') }) : 0;
  const [promised, provable] = [Math.max(0, ...intervals), stretch].map((ms) => (isAudited === true ? 0 : provableMinutes(ms)));
  const name = `connection ${String(connectionId)}`;
  return [
    ...(promisedMinutes === promised
      ? []
      : [`${name}: promisedMinutes is given as ${JSON.stringify(promisedMinutes)}; its schedules give ${promised}`]),
    ...(given === provable
      ? []
      : [`${name}: provableMinutes is given as ${JSON.stringify(given)}; its longest stretch without a look gives ${provable}`]),
  ];
}

function observedIn(record: ProvenRecord): Stretch {
  const { from, to } = objectAt(record.leaf['observed'], `observed of ${named(record)}`);
  return { from: instantOfRecord(from, record), to: instantOfRecord(to, record) };
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

function subjectOf(record: ProvenRecord): unknown {
  return objectAt(record.leaf['subject'], `the subject of ${named(record)}`)['id'];
}

function detailOf(record: ProvenRecord): JsonObject {
  return objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
}
