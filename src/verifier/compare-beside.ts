import { type InstantRange, type LocalCalendar, type RuleEdition, spanningDeadline } from '../verdict/index.ts';
import type { Comparison } from './compare-identities.ts';
import { differing } from './compare-sources.ts';
import { isObject, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt, readUnit, type ReportedUnit } from './read-report.ts';
import { termsAt } from './recompute-deadline.ts';
import { siteOf } from './recompute-end.ts';
import { same } from './same-value.ts';

interface Basis {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly edition: RuleEdition;
}

/**
 * Holds what stands beside the verdict of each finding against what it follows from: which version its policy is, whether an exception came after the deadline, what was undisputed
 * from when HR told the end, and the kind and the place of the employment.
 */
export function compareBeside({ findings }: JsonObject, basis: Basis): Comparison {
  return {
    name: 'what findings tell beside their verdicts, from policies, deadlines and the records of HR',
    outcomes: listAt(findings, 'findings').map((value) => {
      const given = objectAt(value, 'a finding');
      const unit = readUnit(value);
      return [
        ...policyOf(given, basis),
        ...exceptionOf(given, unit),
        ...sinceTold(given, { unit, basis }),
        ...employmentOf(given, { unit, basis }),
      ].map((what) => `finding ${unit.id}: ${what}`);
    }),
  };
}

function policyOf({ policyId, policyVersion }: JsonObject, { facts }: Basis): readonly string[] {
  if (policyId === null) return policyVersion === null ? [] : ['it names a version of no policy'];
  const id = textAt(policyId, 'policyId');
  const set = facts.about('policy', id).find(({ type }) => type === 'policy.set');
  if (set === undefined) return [`no record sets its policy ${id}`];
  const { version } = objectAt(set.leaf['after'], `what ${named(set)} sets`);
  return policyVersion === version
    ? []
    : [`its policy is given as version ${String(policyVersion)}; ${named(set)} gives ${String(version)}`];
}

function exceptionOf({ disposition }: JsonObject, { deadline }: ReportedUnit): readonly string[] {
  if (!isObject(disposition)) return [];
  const { approvedAt, isAfterDeadline } = disposition;
  const isAfter = typeof approvedAt === 'string' && deadline !== null && instantAt(approvedAt, 'approvedAt') > deadline.latest;
  return isAfterDeadline === isAfter
    ? []
    : [`isAfterDeadline of what is decided about it is given as ${String(isAfterDeadline)}; its approval and the deadline give ${isAfter}`];
}

interface Judged {
  readonly unit: ReportedUnit;
  readonly basis: Basis;
}

/** The same allowance from when HR told the end, where that was only afterwards. Which policies there were is not asked where the end may lie after the as-of. */
function sinceTold({ deadlineSinceTold, period, policyId }: JsonObject, { basis, unit }: Judged): readonly string[] {
  const { end } = unit;
  const told = isObject(period) ? period['hrRecordedAt'] : null;
  if (end !== null && end.latest > basis.facts.asOf) return [];
  const isLate = isObject(period) && typeof told === 'string' && end !== null && policyId !== null && told > end.latest;
  const expected = isLate ? deadlineFrom(instantAt(told, 'hrRecordedAt'), { period, end, unit, basis }) : null;
  return same(deadlineSinceTold ?? null, expected)
    ? []
    : [`its deadlineSinceTold is given as ${JSON.stringify(deadlineSinceTold ?? null)}; its policies give ${JSON.stringify(expected)}`];
}

function deadlineFrom(
  told: InstantRange['earliest'],
  { basis, end, period, unit }: Judged & { readonly period: JsonObject; readonly end: InstantRange },
): InstantRange {
  const asEnd = { earliest: told, latest: told };
  const inForce = termsAt(end, basis).map(({ policy }) => ({ policy, ends: asEnd }));
  const timeZone = textAt(period['timeZone'], 'period.timeZone');
  const site = period['site'] === null ? null : textAt(period['site'], 'period.site');
  const asIfEnded = { startDate: '', endDate: null, lastDay: null, endedBetween: asEnd, timeZone };
  return spanningDeadline(inForce, { site, privileged: unit.vector.privileged }, asIfEnded, {
    calendar: basis.calendar,
    workspaceZone: timeZone,
  });
}

/** By the records of HR up to the one that is cited; what none of them tells, as those of before it was recorded, is the report's word. */
function employmentOf({ period }: JsonObject, { basis, unit }: Judged): readonly string[] {
  if (!isObject(period)) return [];
  const told = basis.facts
    .about('employment-period', textAt(period['id'], 'period.id'))
    .filter(({ type }) => type.startsWith('hr.period.'));
  const cited = told.findLast(({ id }) => unit.evidence.includes(id));
  if (cited === undefined) return []; // has been said of its end
  const until = told.filter(({ index }) => index <= cited.index);
  const workerType = until.findLast((record) => workerTypeOf(record) !== undefined);
  return differing(
    'its period',
    period,
    {
      ...(until.some(tellsSite) && { site: siteOf(until) }),
      ...(workerType !== undefined && { workerType: workerTypeOf(workerType) }),
    },
    cited,
  );
}

function tellsSite({ leaf }: ProvenRecord): boolean {
  return isObject(leaf['after']) && leaf['after']['site'] !== undefined;
}

function workerTypeOf({ leaf }: ProvenRecord): string | undefined {
  const word = isObject(leaf['after']) ? leaf['after']['worker_type'] : undefined;
  return typeof word === 'string' ? word : undefined;
}
