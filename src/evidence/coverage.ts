import type { EndedLook } from '../directory/index.ts';
import { earliest, HOUR_MS, type Instant, msBetween } from '../kernel/index.ts';
import {
  type BlindStretch,
  blindStretchesOf,
  gapsBetween,
  UNFINISHED,
  unconnectedStretches,
  type WatchedConnection,
} from '../verdict/index.ts';

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
  /** Of a stretch in which nobody looked at a directory: what findings name it by, and why nobody did. Left out elsewhere. */
  readonly gapId?: string;
  readonly because?: string;
}

export interface RosterImportFact {
  readonly id: string;
  readonly at: Instant;
  readonly rows: number;
  readonly rejected: number;
}

export interface CoverageFacts {
  /** Every connection that there was, in the order in which they were added. */
  readonly connections: readonly ListedConnection[];
  /** In the order of time, from the last complete one before the range on. */
  readonly looks: readonly EndedLook[];
  readonly imports: readonly RosterImportFact[];
  /** Minutes in which a SCIM call came, in order. */
  readonly scimMinutes: readonly Instant[];
  /** When the workspace was made. */
  readonly since: Instant;
}

export interface ListedConnection extends WatchedConnection {
  /** Whether the report speaks of it: it was there in the period, or its tenant has an account that a finding names. */
  readonly isListed: boolean;
}

/** Entra's provisioning calls come about every 40 minutes; three cycles without any are silence (evidence §4.6). */
const SCIM_SILENCE_MS = 2 * HOUR_MS;

interface Range {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * Where we were looking from `start` to `end`, and where we were blind; every stretch between two complete looks counts as blind. One that began before `start` is
 * told from its beginning, and so are the looks from there on.
 */
export function coverageRows(facts: CoverageFacts, range: Range): readonly CoverageRow[] {
  const rows = [...directoryRows(facts, range), ...rosterRows(facts.imports), ...scimRows(facts.scimMinutes, range)];
  return rows.sort((a, b) => compare(a.source, b.source) || compare(a.from, b.from) || compare(a.what, b.what));
}

/** Stretches without any connection prove as little as those in which nobody looked, so they are listed too (I10). */
function directoryRows({ connections, looks, since }: CoverageFacts, { start, end }: Range): readonly CoverageRow[] {
  const blind = connections.filter(({ isListed }) => isListed).flatMap((connection) => blindStretchesOf(connection, looks, end));
  const unconnected = unconnectedStretches(connections, { from: earliest(since, start), end });
  return [
    ...[...blind, ...unconnected].filter(({ to }) => to === null || to > start).map((stretch) => gapRow(stretch, end)),
    ...looks.map(lookRow),
  ];
}

function gapRow({ because, connectionId, from, gapId, to }: BlindStretch, end: Instant): CoverageRow {
  const gap = { source: 'directory', ref: null, from, to: to ?? end, gapId, because } as const;
  return connectionId === null
    ? { ...gap, what: 'unconnected', detail: 'no directory was connected' }
    : { ...gap, what: 'blind', detail: `connection ${connectionId}${because === 'connection-removed' ? ' was removed' : ''}` };
}

function lookRow(look: EndedLook): CoverageRow {
  const detail = look.complete ? `connection ${look.connectionId}` : `connection ${look.connectionId}: ${look.errorCode ?? UNFINISHED}`;
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

function scimRows(minutes: readonly Instant[], { start, end }: Range): readonly CoverageRow[] {
  return gapsBetween(
    minutes.map((minute) => ({ from: minute, to: minute })),
    { from: start, to: end },
  )
    .filter(({ from, to }) => msBetween(from, to) > SCIM_SILENCE_MS)
    .map((gap) => ({ source: 'scim', what: 'silent', ref: null, ...gap, detail: 'no provisioning call of any kind' }));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
