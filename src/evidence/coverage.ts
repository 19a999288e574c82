import { HOUR_MS, type Instant, latest, msBetween } from '../kernel/index.ts';

/** When a source was looked at, or was not. */
export interface CoverageRow {
  readonly source: 'directory' | 'scim' | 'roster';
  /** `looked`: a complete look. `failed`: one that proves nothing. `blind`: nobody looked. `unconnected`: there was no directory to look at. `imported`: HR told us. `silent`: no call came. */
  readonly what: 'looked' | 'failed' | 'blind' | 'unconnected' | 'imported' | 'silent';
  /** The run or import, where there is one. */
  readonly ref: string | null;
  readonly from: Instant;
  readonly to: Instant;
  readonly detail: string;
}

/** A look at the directory, from its first request to its last answer. */
export interface Look {
  readonly runId: string;
  readonly connectionId: string;
  readonly complete: boolean;
  readonly from: Instant;
  readonly to: Instant;
  readonly errorCode: string | null;
}

export interface RosterImportFact {
  readonly id: string;
  readonly at: Instant;
  readonly rows: number;
  readonly rejected: number;
}

export interface CoverageFacts {
  readonly connections: readonly { readonly id: string; readonly from: Instant; readonly to: Instant | null }[];
  readonly looks: readonly Look[];
  readonly imports: readonly RosterImportFact[];
  /** Minutes in which a SCIM call came, in order. */
  readonly scimMinutes: readonly Instant[];
}

/** Entra's provisioning calls come about every 40 minutes; three cycles without any are silence (evidence §4.6). */
const SCIM_SILENCE_MS = 2 * HOUR_MS;

/** Where we were looking from `start` to `end`, and where we were blind; every stretch between two complete looks counts as blind. */
export function coverageRows(
  facts: CoverageFacts,
  { start, end }: { readonly start: Instant; readonly end: Instant },
): readonly CoverageRow[] {
  const rows = [...directoryRows(facts, start, end), ...rosterRows(facts.imports), ...scimRows(facts.scimMinutes, start, end)];
  return rows.sort((a, b) => compare(a.source, b.source) || compare(a.from, b.from) || compare(a.what, b.what));
}

function directoryRows({ connections, looks }: CoverageFacts, start: Instant, end: Instant): readonly CoverageRow[] {
  return [
    ...unconnectedRows(connections, { start, end }),
    ...removedRows(connections, end),
    ...looks.map(lookRow),
    ...connections.flatMap((connection) => {
      const complete = looks.filter(({ connectionId, complete }) => complete && connectionId === connection.id);
      const until = connection.to !== null && connection.to < end ? connection.to : end;
      return gapsBetween(complete, { start: latest(start, connection.from), end: until }).map((gap) => ({
        source: 'directory' as const,
        what: 'blind' as const,
        ref: null,
        ...gap,
        detail: `connection ${connection.id}`,
      }));
    }),
  ];
}

/** A tenant that is no longer connected is one that nobody looks at, whatever else is connected. */
function removedRows(connections: CoverageFacts['connections'], end: Instant): readonly CoverageRow[] {
  return connections.flatMap(({ id, to }) => {
    if (to === null || to >= end) return [];
    return [{ source: 'directory' as const, what: 'blind' as const, ref: null, from: to, to: end, detail: `connection ${id} was removed` }];
  });
}

/** Stretches without any connection prove as little as those in which nobody looked, so they are listed too (I10). */
function unconnectedRows(connections: CoverageFacts['connections'], range: { readonly start: Instant; readonly end: Instant }) {
  const connected = connections.map(({ from, to }) => ({ from, to: to ?? range.end }));
  return gapsBetween(connected, range).map((gap) => ({
    source: 'directory' as const,
    what: 'unconnected' as const,
    ref: null,
    ...gap,
    detail: 'no directory was connected',
  }));
}

function lookRow(look: Look): CoverageRow {
  const detail = look.complete ? `connection ${look.connectionId}` : `connection ${look.connectionId}: ${look.errorCode ?? 'not finished'}`;
  return { source: 'directory', what: look.complete ? 'looked' : 'failed', ref: look.runId, from: look.from, to: look.to, detail };
}

function rosterRows(imports: readonly RosterImportFact[]): readonly CoverageRow[] {
  return imports.map(({ id, at, rows, rejected }) => ({
    source: 'roster',
    what: 'imported',
    ref: id,
    from: at,
    to: at,
    detail: `${rows} rows, ${rejected} rejected`,
  }));
}

function scimRows(minutes: readonly Instant[], start: Instant, end: Instant): readonly CoverageRow[] {
  return gapsBetween(
    minutes.map((minute) => ({ from: minute, to: minute })),
    { start, end },
  )
    .filter(({ from, to }) => msBetween(from, to) > SCIM_SILENCE_MS)
    .map((gap) => ({ source: 'scim', what: 'silent', ref: null, ...gap, detail: 'no provisioning call of any kind' }));
}

interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** The stretches of `[start, end]` that none of the given ones, in time order, covers. */
function gapsBetween(covered: readonly Stretch[], { start, end }: { readonly start: Instant; readonly end: Instant }): readonly Stretch[] {
  const gaps: Stretch[] = [];
  let at = start;
  for (const { from, to } of covered) {
    if (from > at && at < end) gaps.push({ from: at, to: from < end ? from : end });
    if (to > at) at = to;
  }
  if (at < end) gaps.push({ from: at, to: end });
  return gaps;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
