import { behindActive } from './account-behind.ts';
import type { TimingOutcome } from './judge-timing.ts';
import type { StateVector } from './state-vector.ts';

/**
 * What a rule means for "terminated people's access ended", worst first: PASS and FAIL settle it, INSUF cannot tell, PEND is not due yet,
 * N/A is outside the test; WARN, INFO and OK speak of people who are still here.
 */
export const effects = ['FAIL', 'INSUF', 'PEND', 'WARN', 'N/A', 'PASS', 'INFO', 'OK'] as const;
export type Effect = (typeof effects)[number];

export interface Rule {
  readonly rule: string;
  readonly verdict: string;
  readonly effect: Effect | ((vector: StateVector) => Effect);
  /** Whether it speaks of people's accounts, or of accounts that were excluded as nobody's own. */
  readonly about: 'people' | 'excluded';
  readonly when: (vector: StateVector) => boolean;
}

const has = (v: StateVector, outcome: TimingOutcome): boolean => v.directoryTiming === outcome || v.scimTiming === outcome;
const both = (v: StateVector, ...outcomes: readonly (TimingOutcome | null)[]): boolean =>
  outcomes.includes(v.directoryTiming) && outcomes.includes(v.scimTiming);
const certain = (v: StateVector): boolean => v.match === 'ONE' && v.roster !== 'DROPPED';
const settled = (v: StateVector): boolean => v.employment !== 'ENDED' && certain(v) && v.roster !== 'AWAITED';
const here = (v: StateVector): boolean => settled(v) && v.employment !== 'NONE';
const goesOn = (v: StateVector): boolean => v.employment !== 'ENDED' && v.employment !== 'NONE';
const employed = (v: StateVector): boolean => v.employment === 'ACTIVE' || v.employment === 'NOTICE';
const known = (v: StateVector): boolean => v.directory !== 'UNKNOWN' && v.directory !== 'VANISHED' && v.scim !== 'UNKNOWN';
const usable = (v: StateVector): boolean => v.directory === 'ENABLED' || v.scim === 'ACTIVE';
const onlyDirectory = (v: StateVector): boolean => v.directory === 'ENABLED' && v.scim !== 'ACTIVE' && v.scim !== 'UNKNOWN';

/**
 * The decision table (evidence §4.5): the first row that applies is the verdict, every row that applies is a finding.
 * Rows that say "all is well" look at everything themselves, so that none of them stands beside a doubt (I10).
 */
const table = [
  { rule: 'X01', verdict: 'EXCLUDED', effect: 'N/A', about: 'excluded', when: (v) => v.classification === 'EXCLUDED' },
  {
    rule: 'X02',
    verdict: 'EXCLUDED_OWNER_LEFT',
    effect: 'FAIL',
    about: 'excluded',
    when: (v) => v.classification === 'EXCLUDED_OWNER_LEFT',
  },
  {
    rule: 'X05',
    verdict: 'EXCLUDED_OWNER_DROPPED',
    effect: 'INSUF',
    about: 'excluded',
    when: (v) => v.classification === 'EXCLUDED_OWNER_DROPPED',
  },
  {
    rule: 'X07',
    verdict: 'EXCLUDED_OWNER_UNSETTLED',
    effect: 'INSUF',
    about: 'excluded',
    when: (v) => v.classification === 'EXCLUDED_OWNER_UNSETTLED',
  },
  { rule: 'L01', verdict: 'REACTIVATED_AFTER_END', effect: 'FAIL', about: 'people', when: (v) => has(v, 'REACTIVATED') },
  { rule: 'L02', verdict: 'TERMINATED_ACTIVE_BOTH', effect: 'FAIL', about: 'people', when: (v) => both(v, 'OVERDUE') },
  {
    rule: 'L03',
    verdict: 'TERMINATED_ACTIVE_DIR',
    effect: 'FAIL',
    about: 'people',
    when: (v) => v.directoryTiming === 'OVERDUE' && v.scimTiming !== 'OVERDUE',
  },
  {
    rule: 'L04',
    verdict: 'TERMINATED_ACTIVE_SCIM',
    effect: 'FAIL',
    about: 'people',
    when: (v) => v.scimTiming === 'OVERDUE' && v.directoryTiming !== 'OVERDUE',
  },
  { rule: 'L05', verdict: 'DEPROVISIONED_LATE', effect: 'FAIL', about: 'people', when: (v) => has(v, 'LATE') },
  // What the accounts that are linked for certain failed by is proven, whosever the others are.
  { rule: 'X03', verdict: 'AMBIGUOUS_MATCH', effect: 'INSUF', about: 'people', when: (v) => v.match === 'AMBIGUOUS' },
  {
    rule: 'X04',
    verdict: 'ROSTER_DROPPED',
    effect: 'INSUF',
    about: 'people',
    // Who failed by the end that was told failed by any end before it.
    when: (v) => v.roster === 'DROPPED' && !has(v, 'REACTIVATED') && !has(v, 'OVERDUE') && !has(v, 'LATE'),
  },
  // After what fails by other accounts, which stands whatever is said of this one.
  { rule: 'X06', verdict: 'ACCOUNT_DISOWNED_AFTER_END', effect: 'INSUF', about: 'people', when: (v) => v.match === 'DISOWNED' },
  { rule: 'L06', verdict: 'OVERDUE_UNPROVEN', effect: 'INSUF', about: 'people', when: (v) => has(v, 'OVERDUE_UNPROVEN') },
  { rule: 'L07', verdict: 'NO_COVERAGE', effect: 'INSUF', about: 'people', when: (v) => has(v, 'NO_COVERAGE') },
  { rule: 'L08', verdict: 'TIMING_INDETERMINATE', effect: 'INSUF', about: 'people', when: (v) => has(v, 'INDETERMINATE') },
  { rule: 'L09', verdict: 'PENDING_WITHIN_SLA', effect: 'PEND', about: 'people', when: (v) => has(v, 'PENDING') },
  {
    rule: 'L10',
    verdict: 'LEAVER_NO_ACCOUNT_FOUND',
    effect: 'N/A',
    about: 'people',
    when: (v) => v.match === 'ONE' && both(v, 'NO_ACCOUNT'),
  },
  {
    rule: 'L11',
    verdict: 'DEPROVISIONED_BEFORE_END',
    effect: 'PASS',
    about: 'people',
    when: (v) => certain(v) && both(v, 'EARLY', 'NO_ACCOUNT') && has(v, 'EARLY'),
  },
  {
    rule: 'L12',
    verdict: 'DEPROVISIONED_IN_TIME',
    effect: 'PASS',
    about: 'people',
    when: (v) => certain(v) && both(v, 'IN_TIME', 'EARLY', 'NO_ACCOUNT') && has(v, 'IN_TIME'),
  },
  // What the account behind a SCIM user fails by is proven, whatever is not known of another one.
  { rule: 'S03', verdict: 'DELETED_DIR_ACTIVE_SCIM', effect: 'FAIL', about: 'people', when: (v) => behindActive(v) === 'DELETED' },
  {
    rule: 'S04',
    verdict: 'DISABLED_DIR_ACTIVE_SCIM',
    effect: (v) => (behindActive(v) === 'IN_FLIGHT' ? 'PEND' : 'FAIL'),
    about: 'people',
    when: (v) => behindActive(v) === 'DISABLED' || behindActive(v) === 'IN_FLIGHT',
  },
  { rule: 'S05', verdict: 'ORPHAN_SCIM', effect: 'FAIL', about: 'people', when: (v) => behindActive(v) === 'NEVER' },
  { rule: 'S06', verdict: 'UNASSIGNED_ACTIVE_SCIM', effect: 'FAIL', about: 'people', when: (v) => behindActive(v) === 'UNASSIGNED' },
  {
    rule: 'S01',
    verdict: 'SOURCE_STALE',
    effect: 'INSUF',
    about: 'people',
    when: (v) => v.directory === 'UNKNOWN' || v.scim === 'UNKNOWN' || behindActive(v) === 'UNKNOWN',
  },
  {
    rule: 'S02',
    verdict: 'VANISHED_FROM_SCOPE',
    effect: 'INSUF',
    about: 'people',
    when: (v) => v.directory === 'VANISHED' || behindActive(v) === 'VANISHED',
  },
  { rule: 'S18', verdict: 'ACCOUNT_BEHIND_UNKNOWN', effect: 'INSUF', about: 'people', when: (v) => behindActive(v) === 'UNSETTLED' },
  { rule: 'S07', verdict: 'UNMATCHED_ACCOUNT', effect: 'FAIL', about: 'people', when: (v) => v.employment === 'NONE' && usable(v) },
  // What failed above fails whether the employment has begun or not.
  {
    rule: 'S17',
    verdict: 'START_UNCONFIRMED',
    effect: 'INSUF',
    about: 'people',
    when: (v) => goesOn(v) && v.roster === 'AWAITED' && usable(v),
  },
  {
    rule: 'S08',
    verdict: 'ACTIVE_BEFORE_START',
    effect: 'WARN',
    about: 'people',
    when: (v) => v.employment === 'PREHIRE' && v.scim === 'ACTIVE',
  },
  { rule: 'S09', verdict: 'LEAVE_ACTIVE', effect: 'WARN', about: 'people', when: (v) => v.employment === 'LEAVE' && usable(v) },
  { rule: 'C01', verdict: 'NO_END_DATE', effect: 'WARN', about: 'people', when: (v) => goesOn(v) && v.roster === 'OPEN_ENDED' },
  {
    rule: 'S10',
    verdict: 'ASSIGNED_NOT_PROVISIONED',
    effect: 'WARN',
    about: 'people',
    when: (v) => here(v) && onlyDirectory(v) && v.assigned === 'YES' && v.scim !== 'INACTIVE',
  },
  {
    rule: 'S11',
    verdict: 'ASSIGNED_BUT_INACTIVE',
    effect: 'WARN',
    about: 'people',
    when: (v) => here(v) && onlyDirectory(v) && v.assigned === 'YES' && v.scim === 'INACTIVE',
  },
  {
    rule: 'S12',
    verdict: 'UNASSIGNED_DEACTIVATED',
    effect: 'OK',
    about: 'people',
    when: (v) => here(v) && onlyDirectory(v) && v.assigned !== 'YES' && v.scim !== 'NEVER',
  },
  {
    rule: 'S13',
    verdict: 'ACTIVE_EMPLOYEE_NO_ACCESS',
    effect: 'INFO',
    about: 'people',
    when: (v) => settled(v) && employed(v) && known(v) && !usable(v),
  },
  {
    rule: 'S14',
    verdict: 'IDLE_RECORD',
    effect: 'OK',
    about: 'people',
    when: (v) => v.employment !== 'ENDED' && certain(v) && (!employed(v) || v.roster === 'AWAITED') && known(v) && !usable(v),
  },
  {
    rule: 'S15',
    verdict: 'DIRECTORY_ONLY',
    effect: 'OK',
    about: 'people',
    when: (v) => here(v) && onlyDirectory(v) && v.assigned !== 'YES' && v.scim === 'NEVER',
  },
  {
    rule: 'S16',
    verdict: 'CONSISTENT_ACTIVE',
    effect: 'OK',
    about: 'people',
    when: (v) => settled(v) && employed(v) && (behindActive(v) === 'ASSIGNED' || behindActive(v) === 'UNREAD'),
  },
  // Of roles: beside the verdict, never it.
  {
    rule: 'R01',
    verdict: 'ROLE_DRIFT',
    effect: (v) => (v.role === 'DRIFTING' ? 'PEND' : 'FAIL'),
    about: 'people',
    when: (v) => goesOn(v) && (v.role === 'DRIFT' || v.role === 'DRIFTING'),
  },
  { rule: 'R02', verdict: 'ROLE_UNKNOWN', effect: 'INSUF', about: 'people', when: (v) => goesOn(v) && v.role === 'UNKNOWN' },
  {
    rule: 'R03',
    verdict: 'PRIVILEGED_LEAVER',
    effect: 'INFO',
    about: 'people',
    when: (v) => v.employment === 'ENDED' && v.privileged !== 'NO',
  },
] as const satisfies readonly Rule[];

export type RuleId = (typeof table)[number]['rule'];

/** The table for whoever shows or tests it. */
export const ruleTable: readonly (Rule & { readonly rule: RuleId })[] = table;

const tableBefore3 = [...ruleTable.filter(({ rule }) => rule === 'X03'), ...ruleTable.filter(({ rule }) => rule !== 'X03')];

/** A rule that applies to a vector, with the effect that it has there. */
export interface RuleMatch {
  readonly rule: RuleId;
  readonly verdict: string;
  readonly effect: Effect;
}

export interface Decision {
  readonly primary: RuleMatch;
  /** Every rule that applies, the primary first. */
  readonly all: readonly RuleMatch[];
}

/** Whether a rule speaks of roles: it stands beside the verdict on access and never decides it. */
export function isOfRoles({ rule }: Pick<RuleMatch, 'rule'>): boolean {
  return rule.startsWith('R');
}

/**
 * By which edition of the rules a report is judged: today's; the one of `rollcall-report/4`, by which access that may have come back unseen had ended; the one of 3, which
 * says some of them in other words, too; or the one of 1 and 2, by which an open match outweighed a proven failure as well.
 */
export type RuleEdition = (typeof editions)[number];

const editions = ['before-3', 'before-4', 'before-5', 'present'] as const;

/** Whether an edition has the rules that came with a format. */
export function judgesSince(edition: RuleEdition, format: 4 | 5): boolean {
  return editions.indexOf(edition) > editions.indexOf(`before-${format}`);
}

/** Raised whenever the same facts come to another vector, verdict or sentence than by the version before, so that everybody is judged anew after an upgrade. */
export const RULES_VERSION = 6;

/**
 * Decides a state vector. Total over every vector of the type; a vector from outside that no row covers
 * (a word that the table does not know) throws a RangeError.
 */
export function decide(vector: StateVector, edition: RuleEdition = 'present'): Decision {
  const about = vector.classification === 'HUMAN' ? 'people' : 'excluded';
  const inOrder = edition === 'before-3' ? tableBefore3 : ruleTable;
  const all = inOrder
    .filter((row) => row.about === about && row.when(vector))
    .map(({ rule, verdict, effect }) => ({ rule, verdict, effect: typeof effect === 'function' ? effect(vector) : effect }));
  const [primary] = all;
  if (primary === undefined || isOfRoles(primary)) throw new RangeError(`no rule covers ${JSON.stringify(vector)}`);
  return { primary, all };
}
