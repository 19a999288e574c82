import { HOUR_MS, type Instant, msBetween } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import { type Allowance, allowancesFor, type InstantRange, type TimingInput, type TimingVerdict } from '../verdict/index.ts';
import type { ReportContent } from './report-document.ts';

/** How the deadline came about: the end, the allowance, the policy's version. Null where the employment has not ended. */
export function deadlineArithmetic(unit: ReportUnit, policies: ReportContent['policies']): string | null {
  const { end, deadline } = unit;
  const allowed = allowedText(unit, policies);
  return end === null || deadline === null || allowed === null ? null : `End ${rangeOf(end)} + ${allowed} = deadline ${rangeOf(deadline)}.`;
}

/** The second clock: the same allowance from when HR told the end. Null where that was in time. */
export function arithmeticSinceTold(unit: ReportUnit, policies: ReportContent['policies']): string | null {
  const { deadlineSinceTold: deadline, period } = unit;
  const allowed = allowedText(unit, policies);
  if (deadline === null || allowed === null) return null;
  return `Since we were told, ${at(period?.hrRecordedAt ?? null)} + ${allowed} = ${rangeOf(deadline)}. No verdict goes by this clock.`;
}

/** The policies that judge a leaver, latest first: several where the end is a range in which they changed. */
export function judgingPolicies({ evidence, policyId }: ReportUnit, policies: ReportContent['policies']): ReportContent['policies'] {
  return policies.filter(({ id, recordId }) => id === policyId || evidence.includes(recordId));
}

function allowedText(unit: ReportUnit, policies: ReportContent['policies']): string | null {
  const judging = judgingPolicies(unit, policies);
  if (judging.length === 0) return null;
  const allowed = judging.map((policy) => allowedBy(policy, unit)).join(', or ');
  return judging.length === 1 ? allowed : `${allowed}, whichever was in force at the end,`;
}

function allowedBy(policy: ReportContent['policies'][number], { period, vector }: ReportUnit): string {
  const site = period?.site ?? null;
  const [own, tighter] = allowancesFor(policy, { site, isPrivileged: vector.privileged !== 'NO' });
  const isOfSite = policy.sites.some((each) => each.site === site);
  const allowed = `${allowanceText(own)}${isOfSite ? ` (site ${site})` : ''}`;
  const ofRole = tighter === undefined ? '' : `${allowanceText(tighter)} (privileged role)`;
  const held =
    vector.privileged !== 'UNKNOWN' ? `${allowed} or ${ofRole}, whichever ends first,` : `${allowed}, or ${ofRole} if one was held then,`;
  const either = tighter === undefined ? allowed : held;
  return `${either} by policy version ${policy.version}`;
}

function allowanceText({ slaHours, businessDays, holidays = [] }: Allowance): string {
  if (businessDays === null) return `${slaHours ?? 0} h`;
  return `${businessDays} business day(s)${holidays.length === 0 ? '' : ', the policy’s holidays left out,'}`;
}

/** How an account stands to the second clock, in the same figures. */
export function timingSinceTold({ lastProvenUsable: used, firstProvenUnusable: unusable }: TimingInput, deadline: InstantRange): string {
  if (unusable !== null && unusable <= deadline.earliest)
    return `${deadline.earliest} − first proven unusable ${unusable} = ${hoursBetween(unusable, deadline.earliest)} to spare since we were told.`;
  if (used === null || used <= deadline.latest) return `What was observed does not settle it since we were told, by ${rangeOf(deadline)}.`;
  const atMost =
    unusable === null
      ? 'not proven unusable'
      : `first proven unusable ${unusable} − ${deadline.earliest} = ${hoursBetween(deadline.earliest, unusable)} at most`;
  return `Since we were told, late too: last proven usable ${used} − ${deadline.latest} = ${hoursBetween(deadline.latest, used)} at least; ${atMost}.`;
}

/** The comparison that settled an account, in figures that a reader can work out again. */
export function timingArithmetic(timing: TimingInput, judged: TimingVerdict): string {
  return spelt[judged.outcome](timing, judged);
}

const spelt: Readonly<Record<TimingVerdict['outcome'], (timing: TimingInput, verdict: TimingVerdict) => string>> = {
  NO_ACCOUNT: () => 'No account was ever found there, so nothing had to end.',
  REACTIVATED: ({ firstProvenUnusable, provenUsableAgain }) =>
    `Unusable at ${at(firstProvenUnusable)}, and usable again at ${at(provenUsableAgain)}.`,
  EARLY: ({ firstProvenUnusable, end }) => `First proven unusable ${at(firstProvenUnusable)}: not after the end ${end.earliest}.`,
  IN_TIME: ({ firstProvenUnusable, deadline }) =>
    `Deadline ${deadline.earliest} − first proven unusable ${at(firstProvenUnusable)} = ${hoursBetween(firstProvenUnusable, deadline.earliest)} to spare.`,
  LATE: ({ lastProvenUsable, firstProvenUnusable, deadline }, { late }) =>
    `Last proven usable ${at(lastProvenUsable)} − deadline ${deadline.latest} = ${exactly(late?.atLeastMs)} late at least; first proven unusable ${at(firstProvenUnusable)} − deadline ${deadline.earliest} = ${exactly(late?.atMostMs)} late at most.`,
  OVERDUE: ({ lastProvenUsable, deadline, evaluatedAt }, { late }) =>
    `Last proven usable ${at(lastProvenUsable)} − deadline ${deadline.latest} = ${exactly(late?.atLeastMs)} late so far; not proven unusable by ${evaluatedAt}.`,
  INDETERMINATE: ({ lastProvenUsable, firstProvenUnusable, deadline, isContradicted, mayBeBack, mayBeEmployedFrom, provenUsableAgain }) =>
    mayBeBack !== undefined
      ? `First proven unusable ${at(mayBeBack.firstProvenUnusable)}; it may have been usable again from ${mayBeBack.since} on (${mayBeBack.because}), until it was proven unusable at ${at(firstProvenUnusable)}: the deadline is ${rangeOf(deadline)}.`
      : isContradicted === true
        ? `The directory names the end at ${at(lastProvenUsable)}, and use is proven until ${at(firstProvenUnusable)}: the deadline ${rangeOf(deadline)} may lie on either side.`
        : provenUsableAgain !== null && mayBeEmployedFrom !== undefined
          ? `Unusable at ${at(firstProvenUnusable)}, and usable again at ${at(provenUsableAgain)}: perhaps for the next employment, which began at ${mayBeEmployedFrom} or later.`
          : `The deadline ${rangeOf(deadline)} lies between last proven usable ${at(lastProvenUsable)} and first proven unusable ${at(firstProvenUnusable)}: either may be true.`,
  PENDING: ({ deadline, evaluatedAt }) => `The deadline ${deadline.earliest} had not passed at ${evaluatedAt}.`,
  OVERDUE_UNPROVEN: ({ lastProvenUsable, deadline }) =>
    `The deadline ${deadline.latest} has passed, and nobody has looked since: last proven usable ${at(lastProvenUsable)}.`,
  NO_COVERAGE: ({ lastProvenUsable, deadline }) =>
    `The deadline ${deadline.latest} has passed, and nobody is looking: last proven usable ${at(lastProvenUsable)}.`,
};

function at(instant: Instant | null): string {
  return instant ?? 'never';
}

function rangeOf({ earliest, latest }: { readonly earliest: Instant; readonly latest: Instant }): string {
  return earliest === latest ? earliest : `between ${earliest} and ${latest}`;
}

function hoursBetween(from: Instant | null, to: Instant): string {
  return from === null ? 'unknown' : exactly(msBetween(from, to));
}

/** To the millisecond, and in hours beside it. */
function exactly(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? 'unknown' : `${ms} ms (${(ms / HOUR_MS).toFixed(2)} h)`;
}
