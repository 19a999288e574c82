import { DAY_MS, earliest, type Instant, latest, msBetween } from '../kernel/index.ts';
import type { BlindStretch } from './blind-stretch.ts';
import { judgeTiming, type TimingInput, type TimingOutcome } from './judge-timing.ts';

/** A line of a finding on a directory: an account, or that there is none. */
export interface JudgedLine {
  readonly accountId: string | null;
  /** The connection that shows the account. */
  readonly connectionId: string | null;
  readonly timing: TimingInput;
  readonly outcome: TimingOutcome;
}

/** When nobody looked, each list in time order. */
export interface BlindTimes {
  /** Of the tenant that a connection is of; whichever connection looks, looks at the same accounts. */
  ofTenantOf(connectionId: string): readonly BlindStretch[];
  /** One list for each tenant. */
  readonly tenants: readonly (readonly BlindStretch[])[];
  readonly unconnected: readonly BlindStretch[];
}

/**
 * Where the schedule is kept, a directory is looked at as a whole within a day: what is longer no schedule promises. In milliseconds. A shorter stretch is named
 * only where the verdict stays in doubt for it.
 */
export const PROMISED_WITHIN_MS = DAY_MS;

/**
 * In which stretches nobody looked, of those that widened the window in which access ended after the end of the employment: what lies before the end widens nothing that
 * is judged. A stretch counts with more than a day of that window; and where the window leaves the verdict in doubt, whatever its length, where it makes up most of it: a
 * window with looks in it is in doubt for what they did not show. That there is no account is in doubt for each tenant at which nobody looked since the end.
 */
export function blindStretchesIn(line: JudgedLine, times: BlindTimes): readonly BlindStretch[] {
  const { accountId, connectionId } = line;
  const windows = windowsOf(line);
  if (accountId === null) return windows.flatMap((window) => (window.isInDoubt ? unseen(window, times) : []));
  if (connectionId === null) return [];
  const own = times.ofTenantOf(connectionId);
  const widening = windows.flatMap((window) => wideningIn(window, [...beforeFirst(own, times, window), ...own]));
  return [...new Set(widening.map((stretch) => asListed(stretch, times)))];
}

function wideningIn({ isInDoubt, ...window }: JudgedWindow, stretches: readonly BlindStretch[]): readonly BlindStretch[] {
  const lengthMs = msBetween(window.from, window.to);
  return runsIn(stretches, window)
    .filter(({ withinMs }) => withinMs > PROMISED_WITHIN_MS || (isInDoubt && 2 * withinMs > lengthMs))
    .flatMap((run) => run.stretches);
}

/** Whether a line may have a stretch to be named: of most there is nothing to be asked. */
export function mayBeBlind(line: JudgedLine): boolean {
  return windowsOf(line).some(({ from, isInDoubt, to }) => isInDoubt || msBetween(from, to) > PROMISED_WITHIN_MS);
}

interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

/** Whether looks would have settled what is in doubt of it. */
interface JudgedWindow extends Window {
  readonly isInDoubt: boolean;
}

/**
 * What is judged of the window in which access ended; nothing where that lies before the end of the employment. Where access may have come back unseen, what lies after
 * that is a window of its own: in between the account was off.
 */
export function windowsOf({ accountId, outcome, timing }: Omit<JudgedLine, 'connectionId'>): readonly JudgedWindow[] {
  const { end, evaluatedAt, firstProvenUnusable, lastProvenUsable, neverHadAccount } = timing;
  if (neverHadAccount) return [];
  const { mayBeBack, ...asItWas } = timing;
  if (mayBeBack !== undefined) {
    const { because: _why, since, ...instants } = mayBeBack;
    const before = { ...asItWas, ...instants };
    const after = { from: latest(end.earliest, since), to: firstProvenUnusable ?? evaluatedAt, isInDoubt: isOpen(outcome) };
    return [...windowsOf({ accountId, timing: before, outcome: judgeTiming(before).outcome }), ...(after.from < after.to ? [after] : [])];
  }
  const from = accountId === null ? end.latest : latest(end.earliest, lastProvenUsable ?? end.earliest);
  const to = firstProvenUnusable ?? evaluatedAt;
  return from < to ? [{ from, to, isInDoubt: isInDoubt({ outcome, timing }) }] : [];
}

/** Doubt that a look in between would have settled; not whose use it was, nor which of two words of the directory is true. */
function isInDoubt({ outcome, timing: { isContradicted, provenUsableAgain } }: Pick<JudgedLine, 'outcome' | 'timing'>): boolean {
  return isOpen(outcome) && (outcome !== 'INDETERMINATE' || (provenUsableAgain === null && isContradicted !== true));
}

function isOpen(outcome: TimingOutcome): boolean {
  return outcome === 'INDETERMINATE' || outcome === 'OVERDUE_UNPROVEN' || outcome === 'NO_COVERAGE';
}

function unseen(window: Window, { tenants, unconnected }: BlindTimes): readonly BlindStretch[] {
  const throughout = (stretches: readonly BlindStretch[]) =>
    runsIn(stretches, window).flatMap((run) => (run.withinMs === msBetween(window.from, window.to) ? run.stretches : []));
  const named = tenants.flatMap(throughout);
  if (named.length > 0) return named;
  return throughout(reachingBack(unconnected, tenants, window)).map((stretch) => asListed(stretch, { unconnected }));
}

/** When no directory was connected, up to when a tenant first was. */
function beforeFirst(own: readonly BlindStretch[], { tenants, unconnected }: BlindTimes, window: Window): readonly BlindStretch[] {
  const [first] = own;
  const before = unconnected.filter(({ to }) => first !== undefined && to !== null && to <= first.from);
  return reachingBack(before, tenants, window);
}

function asListed(stretch: BlindStretch, { unconnected }: Pick<BlindTimes, 'unconnected'>): BlindStretch {
  return unconnected.find(({ gapId }) => gapId === stretch.gapId) ?? stretch;
}

/** Before the first connection of all nobody looked either, however far back a report or a workspace goes. */
function reachingBack(unconnected: readonly BlindStretch[], tenants: BlindTimes['tenants'], window: Window): readonly BlindStretch[] {
  const [first, ...later] = unconnected;
  if (first === undefined || tenants.some(([stretch]) => stretch !== undefined && stretch.from < first.from)) return unconnected;
  return [{ ...first, from: earliest(first.from, window.from) }, ...later];
}

/** Stretches that follow on one another without a look between them. */
interface Run {
  readonly stretches: readonly BlindStretch[];
  readonly withinMs: number;
}

/** Whether a stretch follows on another without a look: a connection ends, or another one begins. Two of one connection that meet have a look of no length between them. */
function goesOn(before: BlindStretch | undefined, { because, connectionId }: BlindStretch): boolean {
  return because === 'connection-removed' || before?.connectionId !== connectionId;
}

function runsIn(stretches: readonly BlindStretch[], window: Window): readonly Run[] {
  const runs: { stretches: BlindStretch[]; withinMs: number; to: Instant }[] = [];
  for (const stretch of stretches) {
    const from = latest(stretch.from, window.from);
    const to = earliest(stretch.to ?? window.to, window.to);
    if (from >= to) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.to === from && goesOn(run.stretches.at(-1), stretch)) {
      run.stretches.push(stretch);
      run.withinMs += msBetween(from, to);
      run.to = to;
    } else runs.push({ stretches: [stretch], withinMs: msBetween(from, to), to });
  }
  return runs;
}
