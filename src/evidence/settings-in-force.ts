import type { Instant } from '../kernel/index.ts';
import type { Stretch } from '../verdict/index.ts';
import type { SettingRecord } from './directory-settings-read-model.ts';
import type { DirectorySchedule, ScopeInForce, ScopeList } from './report-sources.ts';

/** A connection, and how often it is looked at now. */
export interface SetConnection {
  readonly connectionId: string;
  readonly connectedAt: Instant;
  readonly removedAt: Instant | null;
  readonly syncEveryMinutes: number;
  readonly fullEveryMinutes: number;
}

/** How often a directory was to be looked at within a period: until a record of it, what the first record says was there before. */
export function schedulesInForce(
  connection: SetConnection,
  records: readonly SettingRecord[],
  period: Stretch,
): readonly DirectorySchedule[] {
  const sets = records.filter(({ connectionId, type }) => connectionId === connection.connectionId && type === 'directory.schedule.set');
  const minutes = ({ sync_every_minutes: syncEveryMinutes = 0, full_every_minutes: fullEveryMinutes = 0 }: SettingRecord['after']) => {
    return { syncEveryMinutes, fullEveryMinutes };
  };
  const { fullEveryMinutes, syncEveryMinutes } = connection;
  const first = sets[0] === undefined ? { syncEveryMinutes, fullEveryMinutes } : minutes(sets[0].before);
  const all = [
    { ...first, from: connection.connectedAt, recordId: null },
    ...sets.map(({ after, at, id }) => ({ ...minutes(after), from: at, recordId: id })),
  ];
  return within(all, connection, period);
}

/** Whom to sync from a directory, as it was set within a period; before it was ever set, everybody. */
export function scopesInForce(connection: SetConnection, records: readonly SettingRecord[], period: Stretch): readonly ScopeInForce[] {
  const { connectedAt, connectionId } = connection;
  const sets = records.filter((record) => record.connectionId === connectionId && record.type === 'scope.changed');
  const nobody: ScopeList = { count: 0, values: [] };
  const everybody = { includeGroups: nobody, includeUsers: nobody, excludeGroups: nobody, excludeUsers: nobody, excludeNames: nobody };
  const all = [{ connectionId, ...everybody, setBy: null, from: connectedAt, recordId: null }, ...sets.map(scopeOf)];
  return within(all, connection, period);
}

function scopeOf({ actor, after, at, connectionId, disclosed, id }: SettingRecord): Omit<ScopeInForce, 'to'> {
  const list = (count: string, path: string): ScopeList => ({ count: after[count] ?? 0, values: disclosed[path] ?? null });
  return {
    connectionId,
    includeGroups: list('groups', 'include_groups'),
    includeUsers: list('users', 'include_users'),
    excludeGroups: list('excluded_groups', 'exclude_groups'),
    excludeUsers: list('excluded_users', 'exclude_users'),
    excludeNames: list('excluded_names', 'exclude_names'),
    setBy: actor,
    from: at,
    recordId: id,
  };
}

/** Each until the next; those that ended before the period, or began after it, are left out. */
function within<Setting extends { readonly from: Instant }>(
  all: readonly Setting[],
  { removedAt }: SetConnection,
  period: Stretch,
): readonly (Setting & { readonly to: Instant | null })[] {
  return all
    .map((setting, index) => ({ ...setting, to: all[index + 1]?.from ?? removedAt }))
    .filter(({ from, to }) => from <= period.to && (to === null || to > period.from));
}
