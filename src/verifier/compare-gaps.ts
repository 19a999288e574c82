import type { Instant } from '../kernel/index.ts';
import { blindStretchesOf, connectedAnew, gapsBetween, type TriedLook, unconnectedStretches } from '../verdict/index.ts';
import { connectionOfDetail } from './check-blind.ts';
import { type JsonObject, textAt } from './json-shape.ts';
import { instantAt } from './read-report.ts';

interface Range {
  readonly asOf: Instant;
  readonly periodStart: Instant;
}

/**
 * Whether the report lists when nobody looked as its looks and connections give it, which are held against their records: from the beginning of each stretch, also
 * where that lies before the period. In sentences.
 */
export function compareGaps(directories: readonly JsonObject[], coverage: readonly JsonObject[], range: Range): readonly string[] {
  const { asOf, periodStart } = range;
  const inDirectory = coverage.filter(({ source }) => source === 'directory');
  const connections = connectionsOf(directories);
  const looks = inDirectory.filter(({ what }) => what === 'looked' || what === 'failed').map(lookOf);
  const isLater = ({ to }: { readonly to: Instant | null }) => to === null || to > periodStart;
  const expected = [
    ...connections
      .flatMap((connection) => blindStretchesOf(connection, looks, asOf))
      .filter(isLater)
      .map(({ because, connectionId, from, gapId, to }) =>
        rowOf({
          from,
          to: to ?? asOf,
          detail: `connection ${String(connectionId)}${because === 'connection-removed' ? ' was removed' : ''}`,
          gapId,
          because,
        }),
      ),
    ...unconnectedStretches(connections, { from: periodStart, end: asOf }).map(({ from, to }) => unconnectedRow({ from, to: to ?? asOf })),
  ];
  const listed = [
    ...inDirectory.filter(({ what }) => what === 'blind').map(rowOf),
    // Since when before the period nothing was connected is the report's word.
    ...inDirectory
      .filter(({ what }) => what === 'unconnected')
      .map((row) => unconnectedRow({ ...row, from: String(row['from']) < periodStart ? periodStart : row['from'] })),
  ];
  return differences(expected, listed);
}

/** As reports of formats before 4 list them: from the period's beginning at the earliest, without a name or a reason. */
export function compareGapsBefore4(directories: readonly JsonObject[], coverage: readonly JsonObject[], range: Range): readonly string[] {
  const { asOf, periodStart } = range;
  const inDirectory = coverage.filter(({ source }) => source === 'directory');
  const connections = connectionsOf(directories).map(({ addedAt, id, removedAt }) => ({
    name: `connection ${id}`,
    from: addedAt,
    to: removedAt !== null && removedAt < asOf ? removedAt : asOf,
  }));
  const expected = [
    ...gapsBetween(connections, { from: periodStart, to: asOf }).map((gap) => rowOf({ ...gap, detail: 'no directory was connected' })),
    ...connections.flatMap(({ from, name, to }) => [
      ...gapsBetween(inDirectory.filter(({ detail, what }) => what === 'looked' && detail === name).map(stretchOf), {
        from: from > periodStart ? from : periodStart,
        to,
      }).map((gap) => rowOf({ ...gap, detail: name })),
      ...(to < asOf ? [rowOf({ from: to, to: asOf, detail: `${name} was removed` })] : []),
    ]),
  ];
  return differences(expected, inDirectory.filter(({ what }) => what === 'blind' || what === 'unconnected').map(rowOf));
}

function differences(expected: readonly string[], listed: readonly string[]): readonly string[] {
  return [
    ...expected.filter((row) => !listed.includes(row)).map((row) => `nobody was looking, and it is not listed: ${row}`),
    ...listed.filter((row) => !expected.includes(row)).map((row) => `it is listed that nobody was looking, and somebody was: ${row}`),
  ];
}

function connectionsOf(directories: readonly JsonObject[]) {
  const inOrder = directories
    .map(({ connectedAt, connectionId, removedAt, tenantId }) => ({
      id: String(connectionId),
      tenantId: String(tenantId),
      addedAt: instantAt(connectedAt, 'connectedAt'),
      removedAt: typeof removedAt === 'string' ? instantAt(removedAt, 'removedAt') : null,
    }))
    .toSorted((a, b) => (a.addedAt < b.addedAt ? -1 : 1));
  return connectedAnew(inOrder);
}

function lookOf(row: JsonObject): TriedLook {
  const [, errorCode = null] = /^connection [^\s:]+: (.*)$/.exec(textAt(row['detail'], 'coverage.detail')) ?? [];
  return { connectionId: connectionOfDetail(row), complete: row['what'] === 'looked', ...stretchOf(row), errorCode };
}

function stretchOf(row: JsonObject): { readonly from: Instant; readonly to: Instant } {
  return { from: instantAt(row['from'], 'coverage.from'), to: instantAt(row['to'], 'coverage.to') };
}

function unconnectedRow({ from, to }: JsonObject): string {
  return rowOf({ from, to, detail: 'no directory was connected' });
}

function rowOf({ because, detail, from, gapId, to }: JsonObject): string {
  const name = gapId === undefined ? '' : `, ${textAt(gapId, 'gapId')}, ${textAt(because, 'because')}`;
  return `${String(from)} to ${String(to)}, ${String(detail)}${name}`;
}
