import { type BlindStretch, type BlindTimes, blindStretchesIn, gapIdOf, judgeTiming } from '../verdict/index.ts';
import { isSince } from './check-conclusion.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { instantAt, readUnit, type ReportedSystem, type ReportedUnit } from './read-report.ts';
import { same } from './same-value.ts';

/**
 * Of each finding whether it names when nobody looked, as the coverage of the same report has it: every stretch that widened the window of one of its accounts, and no
 * other. In sentences. Reports of formats before 4 name none. Throws TypeError for what is no report.
 */
export function checkBlind(report: JsonObject): readonly string[] {
  const units = listAt(report['findings'], 'findings').flatMap(readable);
  if (!isSince(report['format'], 4))
    return units.flatMap(({ unit }) =>
      unit.systems.some(({ blind }) => blind !== undefined)
        ? [`finding ${unit.id} names when nobody looked, which a report of its format does not`]
        : [],
    );
  const coverage = listAt(report['coverage'], 'coverage').map((row) => objectAt(row, 'coverage'));
  const stretches = coverage.filter(isGap).map((row) => stretchOf(row, report['asOf']));
  const { connections, times } = timesOf(stretches, listAt(objectAt(report['sources'], 'sources')['directories'], 'sources.directories'));
  return [
    ...stretches
      .filter(({ connectionId, from, gapId }) => gapId !== gapIdOf(connectionId, from))
      .map(({ gapId }) => `the coverage calls a stretch ${gapId}, which says another connection or another beginning than its line`),
    ...units.flatMap(({ accountIds, unit }) =>
      unit.systems.flatMap((system, index) =>
        misnamed(system, { accountId: accountIds[index] ?? null, connections, times }).map((what) => `finding ${unit.id}: ${what}`),
      ),
    ),
  ];
}

/** One that cannot be read has been told of. */
function readable(value: unknown): readonly { readonly unit: ReportedUnit; readonly accountIds: readonly (string | null)[] }[] {
  try {
    const unit = readUnit(value);
    const systems = isObject(value) ? listAt(value['systems'], 'systems') : [];
    return [{ unit, accountIds: systems.map((system) => accountIdOf(objectAt(system, 'system'))) }];
  } catch {
    return [];
  }
}

function accountIdOf({ accountId }: JsonObject): string | null {
  return accountId === null ? null : textAt(accountId, 'accountId');
}

function isGap({ source, what }: JsonObject): boolean {
  return source === 'directory' && (what === 'blind' || what === 'unconnected');
}

/** What goes on when the report is made ends with it in the coverage. */
function stretchOf(row: JsonObject, asOf: unknown): BlindStretch {
  return {
    gapId: textAt(row['gapId'], 'gapId of the coverage'),
    connectionId: row['what'] === 'unconnected' ? null : connectionOfDetail(row),
    from: instantAt(row['from'], 'coverage.from'),
    to: row['to'] === asOf ? null : instantAt(row['to'], 'coverage.to'),
    because: textAt(row['because'], 'because of the coverage'),
  };
}

/** Of a line of the coverage on a directory; throws a TypeError where it names none. */
export function connectionOfDetail({ detail }: JsonObject): string {
  const [, id] = /^connection ([^\s:]+)/.exec(textAt(detail, 'coverage.detail')) ?? [];
  if (id === undefined) throw new TypeError('a line of the coverage names no connection');
  return id;
}

interface Listed {
  /** Ids of the connections that the report speaks of. */
  readonly connections: ReadonlySet<string>;
  readonly times: BlindTimes;
}

function timesOf(stretches: readonly BlindStretch[], directories: readonly unknown[]): Listed {
  const inOrder = directories
    .map((value) => objectAt(value, 'a directory'))
    .toSorted((a, b) => (String(a['connectedAt']) < String(b['connectedAt']) ? -1 : 1));
  const tenantOf = new Map(inOrder.map((directory) => [String(directory['connectionId']), String(directory['tenantId'])]));
  const ofTenant = (tenant: string) =>
    [...tenantOf].flatMap(([id, its]) => (its === tenant ? stretches.filter(({ connectionId }) => connectionId === id) : []));
  const byTenant = new Map([...new Set(tenantOf.values())].map((tenant) => [tenant, ofTenant(tenant)]));
  return {
    connections: new Set(tenantOf.keys()),
    times: {
      ofTenantOf: (connectionId) => byTenant.get(tenantOf.get(connectionId) ?? '') ?? [],
      tenants: [...byTenant.values()],
      unconnected: stretches.filter(({ connectionId }) => connectionId === null),
    },
  };
}

function misnamed(
  { blind = [], connectionId, system, timing }: ReportedSystem,
  { accountId, connections, times }: Listed & { readonly accountId: string | null },
): readonly string[] {
  const isShown = system === 'directory' && accountId !== null;
  if (isShown && (connectionId === undefined || !connections.has(connectionId)))
    return [`its directory account ${accountId} is shown by no connection that the report lists`];
  const { outcome } = timing === null ? { outcome: undefined } : judgeTiming(timing);
  const expected =
    system !== 'directory' || timing === null || outcome === undefined
      ? []
      : blindStretchesIn({ accountId, connectionId: connectionId ?? null, timing, outcome }, times);
  if (same(plain(expected), plain(blind))) return [];
  return [`of its ${system} account it names ${named(blind)} as when nobody looked; the coverage gives ${named(expected)}`];
}

function plain(stretches: readonly BlindStretch[]): readonly unknown[] {
  return stretches.map(({ because, connectionId, from, gapId, to }) => ({ because, connectionId, from, gapId, to }));
}

function named(stretches: readonly BlindStretch[]): string {
  return stretches.length === 0
    ? 'nothing'
    : stretches.map(({ because, gapId, to }) => `${gapId} to ${to ?? 'the end'} (${because})`).join(', ');
}
