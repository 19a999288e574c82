import { type FindingId, type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { type InstantRange, LocalCalendar, policiesInForce, spanningDeadline } from '../verdict/index.ts';
import { type BlindNaming, blindNaming } from './blind-windows.ts';
import { decisionsInForce } from './decisions-in-force-read-model.ts';
import { accountNames, type FindingRow, reportedFindings, standingCounts } from './finding-read-model.ts';
import { listPolicies } from './policy-store.ts';
import type { AccountName, DecidedBy, ReportPolicy, ReportPopulation, ReportUnit } from './report-population.ts';
import { isJudgedByPresentRules, listRuns } from './run-store.ts';
import { decidersOf, takenAccounts } from './taken-accounts-read-model.ts';

export interface ReportedPeriod {
  readonly periodStart: Instant;
  readonly periodEnd: Instant;
  /** Findings that are shown wherever their end lies. */
  readonly beside?: readonly FindingId[];
}

/**
 * The population of a report of `[periodStart, periodEnd)`, as the latest run judged it, passes included.
 * Throws DomainError `conflict` where nothing was ever reconciled, or not since an upgrade that judges otherwise: readers hold a report to the rules of its format.
 */
export async function reportPopulation(
  q: Queryable,
  workspaceId: WorkspaceId,
  { beside = [], periodStart, periodEnd }: ReportedPeriod,
): Promise<ReportPopulation> {
  const [run] = await listRuns(q, workspaceId, { after: undefined, limit: 1 });
  if (run === undefined) {
    return refuse('conflict', { detail: 'Nothing has been reconciled yet.', next: 'POST /reconciliation/runs first.' });
  }
  if (!(await isJudgedByPresentRules(q, workspaceId))) {
    return refuse('conflict', {
      detail: 'The latest run judged by the rules of an earlier version.',
      next: 'POST /reconciliation/runs first: it judges everybody anew.',
    });
  }
  const within = { start: periodStart, end: periodEnd };
  return {
    run: { id: run.id, asOf: run.asOf },
    periodStart,
    periodEnd,
    policies: await listPolicies(q, workspaceId),
    takenAccounts: await takenAccounts(q, workspaceId, { start: periodStart, end: run.asOf }),
    decisions: await decisionsInForce(q, workspaceId, { start: periodStart }),
    totals: { ...run.population, ...(await standingCounts(q, workspaceId, within)) },
    units: await namedUnits(q, workspaceId, {
      rows: await reportedFindings(q, workspaceId, { ...within, beside }),
      at: run.asOf,
      from: periodStart,
    }),
  };
}

/** Findings with the names of their accounts, and with when nobody looked, by what was known at an instant. */
export async function namedUnits(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, from, rows }: { readonly rows: readonly FindingRow[]; readonly at: Instant; readonly from?: Instant },
): Promise<readonly ReportUnit[]> {
  const ids = rows.flatMap((row) => row.systems.flatMap(({ accountId }) => (accountId === null ? [] : [accountId])));
  const names = await accountNames(q, workspaceId, ids);
  const policies = await listPolicies(q, workspaceId);
  const deciders = await decidersOf(
    q,
    workspaceId,
    rows.flatMap(({ systems }) => systems.flatMap(({ taken }) => taken?.by ?? [])),
  );
  const naming = await blindNaming(q, workspaceId, rows, from === undefined ? {} : { from });
  return rows.map((row) => ({
    ...unitOf(row, { names, deciders, naming, at }),
    policyVersion: policies.find(({ id }) => id === row.policyId)?.version ?? null,
    deadlineSinceTold: deadlineSinceTold(row, policies),
  }));
}

interface Named {
  readonly names: ReadonlyMap<string, AccountName>;
  readonly deciders: ReadonlyMap<string, DecidedBy>;
  readonly naming: BlindNaming;
  readonly at: Instant;
}

function unitOf(row: FindingRow, { at, deciders, names, naming }: Named): Omit<ReportUnit, 'deadlineSinceTold' | 'policyVersion'> {
  const { endEarliest, endLatest, deadlineEarliest, deadlineLatest, ownRecords, evidence, period, ...unit } = row;
  const blind = naming.ofSystems(row.systems, at);
  return {
    ...unit,
    sentence: naming.ofSentence(row.sentence, row.systems, at),
    period: period === null ? null : { ...period, backdated: isBackdated(period.hrRecordedAt, endLatest) },
    end: rangeOf(endEarliest, endLatest),
    deadline: rangeOf(deadlineEarliest, deadlineLatest),
    systems: row.systems.map((system, index) => ({
      ...system,
      ...blind[index],
      ...nameOf(system.accountId, names),
      taken: system.taken === undefined ? null : { ...system.taken, ...deciderOf(system.taken.by, deciders) },
    })),
    evidence: [...evidence, ...ownRecords],
  };
}

/** Undisputed by whoever was told in time; a later word starts the same clock later. */
function deadlineSinceTold(
  { period, endEarliest, endLatest, policyId, vector }: FindingRow,
  policies: readonly ReportPolicy[],
): InstantRange | null {
  const told = period?.hrRecordedAt ?? null;
  const end = rangeOf(endEarliest, endLatest);
  if (period === null || told === null || end === null || policyId === null || !isBackdated(told, endLatest)) return null;
  const asEnd = { earliest: told, latest: told };
  const inForce = policiesInForce(policies, end).map(({ policy }) => ({ policy, ends: asEnd }));
  const asIfEnded = { ...period, endDate: null, lastDay: null, endedBetween: asEnd };
  const held = { site: period.site, privileged: vector.privileged };
  return spanningDeadline(inForce, held, asIfEnded, { calendar: new LocalCalendar(), workspaceZone: period.timeZone });
}

function isBackdated(hrRecordedAt: Instant | null, end: Instant | null): boolean {
  return hrRecordedAt !== null && end !== null && hrRecordedAt > end;
}

export function rangeOf(earliest: Instant | null, latest: Instant | null): InstantRange | null {
  return earliest === null || latest === null ? null : { earliest, latest };
}

function deciderOf(decision: string, deciders: ReadonlyMap<string, DecidedBy>): DecidedBy {
  const decider = deciders.get(decision);
  if (decider === undefined) throw new Error('an account was taken by no decision');
  return decider;
}

function nameOf(accountId: string | null, names: ReadonlyMap<string, AccountName>): AccountName {
  return (accountId === null ? undefined : names.get(accountId)) ?? { account: null, externalId: null };
}
