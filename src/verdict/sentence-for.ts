import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, msBetween, SECOND_MS } from '../kernel/index.ts';
import { behindActive } from './account-behind.ts';
import { type Decision, isOfRoles, judgesSince, type RuleEdition, type RuleId } from './decide.ts';
import type { BlindStretch } from './blind-stretch.ts';
import { judgeTiming, type TimingInput, type TimingOutcome } from './judge-timing.ts';
import type { MayBeBack } from './observed-window.ts';
import { withBlind } from './say-blind.ts';
import type { StateVector } from './state-vector.ts';
import type { TakenCounts } from './taken-accounts.ts';

/** What a sentence may speak of. It names no person and no account, so that it may stand in the ledger. */
export interface SentenceFacts {
  readonly vector: StateVector;
  /** One entry per directory account judged; empty where the employment has not ended. */
  readonly directory: readonly TimingInput[];
  readonly scim: readonly TimingInput[];
  /** Accounts that a human took from the person; left out: none. */
  readonly taken?: TakenCounts;
  /** When nobody looked, as far as it widened what was judged; left out: it did not, or nobody asked yet. */
  readonly blind?: readonly BlindStretch[];
}

type Say = (facts: SentenceFacts) => string;

/** No rule fails for it, so whoever reads that all is well must be told (I10). */
const UNREAD = 'whether it is assigned to the application is not known';

const sentences: Record<RuleId, Say> = {
  X01: () => 'The account is excluded as nobody’s own, and its owner is still employed.',
  X02: () => 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.',
  X05: () =>
    'The account is excluded as nobody’s own, and the latest roster of HR no longer names its owner, with nobody saying what that means: ask HR, and answer for them.',
  X07: () =>
    'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
  X03: () =>
    'More than one person, or more than one account of a person, may be meant: one identifier leads to several, or somebody who leaves has the account still whose identifiers name another person by now. Whose account it is has not been settled: link or unlink it by hand.',
  X04: ({ vector }) =>
    vector.employment === 'ENDED'
      ? 'HR named an end and left the person out before it, and nobody has said what that means, so that they may have left sooner: ask HR, and answer for them.'
      : 'The latest roster of HR no longer names the person, and nobody has said what that means: ask HR, and answer for them.',
  X06: () =>
    'An account was taken from the person by hand after the employment had ended, and its access is not proven to have ended in time: that it never was theirs is the word of those who decided it, and no source says so.',
  L01: (facts) => saying(facts, 'REACTIVATED', reactivated),
  L02: (facts) => `Both accounts outlasted the deadline: ${saying(facts, 'OVERDUE', overdue)}`,
  L03: (facts) => saying(facts, 'OVERDUE', overdue),
  L04: (facts) => saying(facts, 'OVERDUE', overdue),
  L05: (facts) => saying(facts, 'LATE', late),
  L06: (facts) => saying(facts, 'OVERDUE_UNPROVEN', unproven),
  L07: (facts) => saying(facts, 'NO_COVERAGE', uncovered),
  L08: (facts) => saying(facts, 'INDETERMINATE', indeterminate),
  L09: (facts) => saying(facts, 'PENDING', pending),
  L10: ({ taken }) =>
    taken === undefined || taken.barred + taken.released === 0
      ? 'No account was found in the directory or in SCIM: either there never was one, or it could not be matched.'
      : 'No account counts as the person’s any more, in the directory or in SCIM.',
  L11: (facts) => saying(facts, 'EARLY', early),
  L12: (facts) => saying(facts, 'IN_TIME', inTime),
  S01: ({ vector }) =>
    vector.directory !== 'UNKNOWN' && vector.scim === 'UNKNOWN'
      ? stale('SCIM')
      : 'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
  S02: () => 'The directory account has vanished from what the directory shows; absence does not prove that it was disabled or deleted.',
  S03: () =>
    'The directory account is deleted, but the SCIM user is still active: provisioning no longer manages it, so deactivate it by hand.',
  S04: ({ vector }) =>
    behindActive(vector) === 'IN_FLIGHT'
      ? 'The directory account was disabled a moment ago; the SCIM user is still active, and provisioning has time to follow.'
      : 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
  S05: () => 'The SCIM user is active, but the directory never showed an account for it.',
  S06: () =>
    'The SCIM user is active, but the directory account is not assigned to the application: “active” is most likely mapped to accountEnabled, so unassigning never deactivates.',
  S18: () =>
    'The person has several directory accounts that are not alike, and the active SCIM user carries the object id of none: which of them is behind it, and so whether that one is enabled and assigned, is not known.',
  S17: () =>
    'An account is usable, and whether the employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
  // Where the SCIM user alone is usable, S03, S04 and S05 come first.
  S07: () => 'The directory account is enabled, but no person of the roster answers for it.',
  S08: () => 'The employment has not begun, but the SCIM user is active.',
  S09: () => 'The person is on leave, but an account is usable.',
  C01: () => 'A contractor has no end date: access that nobody has set an end to outlives the contract.',
  S10: () => 'The directory account is assigned to the application, but there is no SCIM user for it.',
  S11: () => 'The directory account is enabled and assigned to the application, but the SCIM user is inactive.',
  S12: ({ vector }) =>
    vector.assigned === 'NO'
      ? `The directory account is enabled; the SCIM user is ${ended(vector)}, as the missing assignment asks.`
      : `The directory account is enabled, and the SCIM user is ${ended(vector)}; whether an assignment asks for that is not known.`,
  S13: () => 'The person is employed and has no usable account.',
  S14: ({ vector }) => `Nothing is usable, and ${needless(vector)}.`,
  S15: ({ vector }) =>
    vector.assigned === 'NO'
      ? 'There is a directory account and no assignment to the application.'
      : `There is a directory account and no SCIM user; ${UNREAD}.`,
  S16: ({ vector }) =>
    `The person is employed, and the directory account and the SCIM user are both in use${behindActive(vector) === 'UNREAD' ? `; ${UNREAD}` : ''}.`,
  R01: ({ vector }) =>
    vector.role === 'DRIFTING'
      ? 'The SCIM user’s role is not the one that the directory assigns; provisioning has time to follow.'
      : 'The SCIM user’s role is not the one that the directory assigns, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
  R02: () =>
    'The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
  R03: ({ vector }) =>
    vector.privileged === 'BESIDE'
      ? 'The person held a privileged role, or may have, which alters nothing here: another deadline ends no later than the one for those.'
      : vector.privileged === 'YES'
        ? 'The person held a privileged role, so the tighter deadline for those applies.'
        : 'The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
};

function stale(source: string): string {
  return `${source} has not been read completely of late, so the present state is not known.`;
}

/** What rules said in other words in reports up to `rollcall-report/4`, which verify by them; and up to `rollcall-report/3`. */
const sentencesBefore5: Partial<Record<RuleId, Say>> = {
  S01: ({ vector }) => stale(vector.directory === 'UNKNOWN' ? 'The directory' : 'SCIM'),
};

const sentencesBefore4: Partial<Record<RuleId, Say>> = {
  X03: () =>
    'More than one candidate answers to the same identifier, so whose account it is has not been settled: link or unlink it by hand.',
  R03: (facts) =>
    facts.vector.privileged === 'UNKNOWN'
      ? 'The person may have held a privileged role when the employment ended, so the deadline lies between the tighter one for those and the general one.'
      : sentences.R03(facts),
};

/** One plain sentence, with figures, on why a rule applies. Lower bounds are rounded down and upper bounds up, never towards a verdict. */
export function sentenceFor(rule: RuleId, facts: SentenceFacts, edition: RuleEdition = 'present'): string {
  const before4 = judgesSince(edition, 4) ? undefined : sentencesBefore4[rule];
  const before5 = judgesSince(edition, 5) ? undefined : sentencesBefore5[rule];
  return (before4 ?? before5 ?? sentences[rule])(facts);
}

/** What a finding says: why the verdict, then what is to be said of roles, what was decided after the end about whose accounts these are, and when nobody looked. */
export function sentenceOf({ primary, all }: Decision, facts: SentenceFacts, edition: RuleEdition = 'present'): string {
  const ruled = [primary, ...all.filter(isOfRoles)].map(({ rule }) => sentenceFor(rule, facts, edition));
  return withBlind([...ruled, ...decidedSince(facts)].join(' '), facts.blind ?? []);
}

function decidedSince({ taken = { barred: 0, classed: 0, released: 0 } }: SentenceFacts): readonly string[] {
  const { barred, classed, released } = taken;
  return [
    ...(barred === 0
      ? []
      : [`Listed and not counted: ${accounts(barred)} that a human took from the person after the employment had ended.`]),
    ...(classed === 0 ? [] : [`Counted as when the employment ended: ${accounts(classed)} classed as nobody’s own since.`]),
    ...(released === 0
      ? []
      : [`Listed and not judged: ${accounts(released)} that two people took from the person before the employment ended.`]),
  ];
}

function accounts(count: number): string {
  return count === 1 ? '1 account' : `${count} accounts`;
}

function ended({ scim }: StateVector): string {
  return scim === 'DELETED' ? 'deleted' : 'deactivated';
}

/** Why nobody needs it. */
function needless({ employment, roster }: StateVector): string {
  if (roster === 'AWAITED' && employment !== 'NONE') return 'whether the employment has begun is not known';
  if (employment === 'LEAVE') return 'the person is on leave';
  return employment === 'PREHIRE' ? 'the employment has not begun' : 'no person of the roster answers for it';
}

interface Judged {
  readonly subject: string;
  readonly input: TimingInput;
  readonly outcome: TimingOutcome;
  readonly atLeastMs: number;
  readonly atMostMs: number;
}

/** Speaks of every system that has the outcome, each by its latest account. */
function saying(facts: SentenceFacts, outcome: TimingOutcome, say: (judged: Judged) => string): string {
  const latest = [judgedOf('directory account', facts.directory, outcome), judgedOf('SCIM user', facts.scim, outcome)];
  return latest
    .filter((judged) => judged !== undefined)
    .map((judged) => `The ${judged.subject} ${say(judged)}.`)
    .join(' ');
}

function judgedOf(subject: string, inputs: readonly TimingInput[], outcome: TimingOutcome): Judged | undefined {
  const judged = inputs
    .map((input) => ({ input, verdict: judgeTiming(input) }))
    .filter(({ verdict }) => verdict.outcome === outcome)
    .map(({ input, verdict: { late: lateness } }) => {
      const atLeastMs = lateness?.atLeastMs ?? 0;
      return { subject, input, outcome, atLeastMs, atMostMs: lateness?.atMostMs ?? atLeastMs };
    });
  const longest = judged.map(lastingOf).toSorted().at(-1);
  return judged.find((each) => lastingOf(each) === longest);
}

/** Text whose order is that of how long access is known to have lasted, so that it never matters which account was read first. */
function lastingOf({ outcome, input: { firstProvenUnusable, lastProvenUsable, provenUsableAgain } }: Judged): string {
  const instants =
    outcome === 'LATE' ? [lastProvenUsable, firstProvenUnusable] : [firstProvenUnusable, lastProvenUsable, provenUsableAgain];
  return instants.map((instant) => instant ?? '').join();
}

function reactivated({ input }: Judged): string {
  return `was unusable by ${said(input.firstProvenUnusable)} and proven usable again at ${said(input.provenUsableAgain)}, after the employment ended at ${said(input.end.latest)}`;
}

function overdue({ input, atLeastMs }: Judged): string {
  const found = `was proven usable ${atLeast(atLeastMs)} after the deadline, last at ${said(input.lastProvenUsable)}`;
  const back = input.mayBeBack;
  return back === undefined
    ? `${found}, and nothing was seen to end it since`
    : `${found}, was unusable by ${said(back.firstProvenUnusable)}, and ${whyBack(back)}`;
}

function late({ input, atLeastMs, atMostMs }: Judged): string {
  const found = `was still usable ${atLeast(atLeastMs)} after the deadline and became unusable at most ${atMost(atMostMs)} after it`;
  return input.mayBeBack === undefined ? found : backUnseen(input, input.mayBeBack, `${found}:`);
}

function unproven({ input }: Judged): string {
  return isPast(input)
    ? `is past its deadline of ${said(input.deadline.latest)} and not proven unusable; ${lastSeen(input)}; the next complete look decides`
    : `is not proven unusable, and its ${deadlineRange(input)}; ${lastSeen(input)}; a complete look after that decides`;
}

function uncovered({ input }: Judged): string {
  return isPast(input)
    ? `is past its deadline of ${said(input.deadline.latest)}${ifAny(input)} and nobody is looking at it: ${lastSeen(input)}`
    : `is not proven unusable, its ${deadlineRange(input)}, and nobody is looking at it: ${lastSeen(input)}`;
}

/** Whose the use was that followed; or what was observed leaves it open on which side of the deadline access ended, or HR leaves it open where the deadline is. */
function indeterminate({ input, atMostMs }: Judged): string {
  const { deadline, lastProvenUsable, firstProvenUnusable, mayBeEmployedFrom = null, provenUsableAgain } = input;
  if (provenUsableAgain !== null && mayBeEmployedFrom !== null)
    return `was unusable by ${said(firstProvenUnusable)} and proven usable again at ${said(provenUsableAgain)}, when the person may have been employed again: from ${mayBeEmployedFrom} on, which is known no closer`;
  const found = `became unusable at most ${atMost(atMostMs)} after the deadline, perhaps before it:`;
  const range = deadline.earliest === deadline.latest ? '' : `; its ${deadlineRange(input)}`;
  if (input.mayBeBack !== undefined) return `${backUnseen(input, input.mayBeBack, found)}${range}`;
  if (input.isContradicted === true)
    return `${found} the directory names its end at ${said(lastProvenUsable)}, and use is proven until ${said(firstProvenUnusable)}; the two contradict each other, and neither is taken for true${range}`;
  return lastProvenUsable === null
    ? `${found} it was never seen usable, and first proven unusable at ${said(firstProvenUnusable)}${range}`
    : `${found} it was last proven usable at ${said(lastProvenUsable)} and first proven unusable at ${said(firstProvenUnusable)}, with no proof of anything between${range}`;
}

/** Access had ended, and may have come back unseen, so that it ended at the later proof; or what was seen of it since may be a return, or not. */
function backUnseen({ firstProvenUnusable, provenUsableAgain }: TimingInput, back: MayBeBack, found: string): string {
  const first = `unusable by ${said(back.firstProvenUnusable)}`;
  if (back.provenUsableAgain !== provenUsableAgain)
    return `was ${first}, ${whyBack(back)}, and was proven usable again at ${said(back.provenUsableAgain)}: that access had ended by the end of the employment and came back is not proven`;
  return `${found} it was ${first}, ${whyBack(back)}, and was proven unusable again at ${said(firstProvenUnusable)}`;
}

function whyBack({ because, since }: MayBeBack): string {
  return {
    restored: `was restored at ${since} by the directory’s audit log, which does not say whether it was enabled`,
    enabled: `was enabled at ${since} by the directory’s audit log, which does not say until when`,
    vanished: `had vanished by ${since}, which does not say what it could do`,
  }[because];
}

/** What was never seen at all may not be there. */
function ifAny({ lastProvenUsable }: TimingInput): string {
  return lastProvenUsable === null ? ', if there is one at all,' : '';
}

/** Whether the deadline has passed wherever in its range it lies. */
function isPast({ evaluatedAt, deadline }: TimingInput): boolean {
  return evaluatedAt > deadline.latest;
}

function deadlineRange({ deadline, end }: TimingInput): string {
  const because =
    end.earliest === end.latest ? 'it is not known whether a privileged role was held' : 'the end of employment is known no closer';
  return `deadline lies between ${said(deadline.earliest)} and ${said(deadline.latest)}, since ${because}`;
}

function pending({ input }: Judged): string {
  const back = input.mayBeBack === undefined ? '' : `; ${lastSeen(input)}`;
  return `is not yet proven unusable and has until ${said(input.deadline.earliest)}${back}`;
}

function early({ input }: Judged): string {
  const unusable = input.firstProvenUnusable ?? input.end.earliest;
  const byMs = msBetween(unusable, input.end.earliest);
  if (byMs === 0) return 'was unusable when the employment ended';
  const doubt = byMs > DAY_MS ? '; more than a day: the end date may be wrong, or the last weeks were not worked' : '';
  return `was unusable ${atLeast(byMs)} before the employment ended${doubt}`;
}

function inTime({ input }: Judged): string {
  const unusable = input.firstProvenUnusable ?? input.deadline.earliest;
  return `was unusable at most ${atMost(msBetween(input.end.earliest, unusable))} after the employment ended, ${atLeast(msBetween(unusable, input.deadline.earliest))} before the deadline`;
}

function lastSeen(input: TimingInput): string {
  const used =
    input.lastProvenUsable === null ? 'it was never seen usable' : `it was last proven usable at ${said(input.lastProvenUsable)}`;
  const back = input.mayBeBack;
  const seen = back === undefined ? used : `${used}, was unusable by ${said(back.firstProvenUnusable)}, and ${whyBack(back)}`;
  return input.mayBeEmployedFrom === undefined
    ? seen
    : `${seen}, and the person may have been employed again from ${input.mayBeEmployedFrom} on`;
}

function said(instant: Instant | null): string {
  return instant ?? 'an unknown instant';
}

function atLeast(ms: number): string {
  return duration(ms, Math.floor);
}

function atMost(ms: number): string {
  return duration(ms, Math.ceil);
}

/** Seconds below a minute, minutes below an hour, else hours with one decimal. */
function duration(ms: number, round: (value: number) => number): string {
  if (ms < MINUTE_MS) return `${round(ms / SECOND_MS)} s`;
  return ms < HOUR_MS ? `${round(ms / MINUTE_MS)} min` : `${(round((ms / HOUR_MS) * 10) / 10).toFixed(1)} h`;
}
