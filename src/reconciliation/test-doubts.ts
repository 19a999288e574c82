import { DAY_MS, type Instant, msBetween, plural, type ReconciliationRunId, type RosterImportId } from '../kernel/index.ts';
import type { ComplianceTest, TestPeriod } from './compliance-test.ts';
import { DIRECTORY_FRESH_MS } from './directory-freshness.ts';

/** How old the latest run may be before it says nothing of now: as old as the looks that it judges by. */
const RUN_FRESH_MS = DIRECTORY_FRESH_MS;

/** How old HR's latest word may be: a month and some days, since many rosters come with the payroll. */
const ROSTER_FRESH_MS = 35 * DAY_MS;

/** What a client does that sends changes alone. */
const OR_DECLARE = ', or changes with elseUnchanged=true';

export type DoubtCode =
  | 'never-reconciled'
  | 'run-stale'
  | 'roster-never-imported'
  | 'roster-stale'
  | 'roster-before-period-end'
  | 'roster-held'
  | 'roster-lapsed'
  | 'roster-rejected'
  | 'roster-rows-rejected'
  | 'roster-leaves-out'
  | 'period-not-over'
  | 'directory-never-read'
  | 'directory-stale'
  | 'policies-not-collected'
  | 'security-defaults-on'
  | 'no-licence'
  | 'users-without-account'
  | 'nobody-tested';

/** Why a population is not known well enough for a pass (I8, I10). */
export interface TestDoubt {
  readonly code: DoubtCode;
  readonly detail: string;
  readonly remedy: string;
}

/** A roster that the brake held, and what had become of it when the run judged; `expired` is one that lapsed, `superseded` one that changes alone took the place of. */
export interface UntakenRoster {
  readonly id: RosterImportId;
  readonly heldAt: Instant;
  readonly state: 'held' | 'rejected' | 'superseded' | 'expired';
}

/** What the populations rest on, as it was when the latest run judged them. */
export interface TestBasis {
  readonly runId: ReconciliationRunId;
  readonly asOf: Instant;
  /** Employment periods that the run looked at, and those of them after which another one began in time. */
  readonly employmentPeriods: number;
  readonly continued: number;
  /**
   * When HR spoke of everybody last, by a roster that was taken: one that is not of changes alone, or changes with HR's word that nobody else changed. Of one that
   * was held first, when it came, not when it was released.
   */
  readonly rosterAt: Instant | null;
  /** Whether any roster was taken, of changes alone or not. */
  readonly hasChanges: boolean;
  /** The latest roster that came after HR spoke of everybody, and that the brake held: HR has said something of which nothing is known. */
  readonly untaken: UntakenRoster | null;
  /** Rows that were rejected of rosters that were taken, and that no later one took; the import that has the latest. */
  readonly rejected: { readonly rows: number; readonly importId: RosterImportId; readonly at: Instant } | null;
  /** When each connected directory was last looked at as a whole. */
  readonly directories: readonly { readonly connectionId: string; readonly lookedAt: Instant | null }[];
}

export const neverReconciled: TestDoubt = {
  code: 'never-reconciled',
  detail: 'Nothing has been reconciled yet, so nobody has been tested.',
  remedy: 'POST reconciliation/runs.',
};

/** What stands in the way of a pass apart from the members themselves; pure. `at` is when it is asked. */
export function doubtsOf(
  test: ComplianceTest,
  basis: TestBasis,
  asked: { readonly at: Instant; readonly period: TestPeriod | null },
): readonly TestDoubt[] {
  return [
    ...(asked.period === null ? runDoubts(basis, asked.at) : periodDoubts(basis, asked.period)),
    ...rosterDoubts(basis),
    ...untakenDoubts(basis),
    ...rejectedDoubts(basis),
    ...(test.needsDirectory ? directoryDoubts(basis) : []),
  ];
}

function runDoubts({ asOf }: TestBasis, at: Instant): readonly TestDoubt[] {
  if (msBetween(asOf, at) <= RUN_FRESH_MS) return [];
  return [
    { code: 'run-stale', detail: `The latest run judged what was known at ${asOf}, more than a day ago.`, remedy: neverReconciled.remedy },
  ];
}

function periodDoubts({ asOf, rosterAt }: TestBasis, { to }: TestPeriod): readonly TestDoubt[] {
  if (asOf < to) {
    return [
      {
        code: 'period-not-over',
        detail: `The latest run judged what was known at ${asOf}, before the period ended.`,
        remedy: 'Reconcile after the period has ended.',
      },
    ];
  }
  if (rosterAt === null || rosterAt >= to) return [];
  return [
    {
      code: 'roster-before-period-end',
      detail: `HR’s latest roster of everybody came at ${rosterAt}, before the period ended: whoever left afterwards may not be on it.`,
      remedy: `Import a roster of everybody of after the period${OR_DECLARE}, and reconcile.`,
    },
  ];
}

function rosterDoubts({ asOf, hasChanges, rosterAt }: TestBasis): readonly TestDoubt[] {
  const remedy = `POST roster/imports with everybody${OR_DECLARE}, or see under GET roster/source why the pull fails; then reconcile.`;
  if (rosterAt === null) {
    const detail = hasChanges
      ? 'HR had sent changes alone, and never said that nobody else has changed, so who is employed is not known as a whole.'
      : 'No roster had been imported, so nobody is known to be employed.';
    return [{ code: 'roster-never-imported', detail, remedy }];
  }
  if (msBetween(rosterAt, asOf) <= ROSTER_FRESH_MS) return [];
  return [
    {
      code: 'roster-stale',
      detail: `HR’s latest word on everybody came at ${rosterAt}, more than ${ROSTER_FRESH_MS / DAY_MS} days before.`,
      remedy,
    },
  ];
}

const TAKE_ANOTHER = 'POST roster/imports with what HR says now, have it released where it is held, and reconcile.';

const untakenWords: Readonly<
  Record<UntakenRoster['state'], { readonly code: DoubtCode; readonly became: string; readonly remedy: string }>
> = {
  held: {
    code: 'roster-held',
    became: 'nobody had decided it, and whoever it says has left is not known.',
    remedy:
      'Somebody looks at GET roster/held-imports/{id}, its ends and its rejected-rows, and decides (a second person where it would end many) by POST roster/held-imports/{id}/decision; then reconcile.',
  },
  rejected: { code: 'roster-rejected', became: 'it was rejected, and no other was taken since.', remedy: TAKE_ANOTHER },
  superseded: {
    code: 'roster-lapsed',
    became: 'it lapsed when another came, and nobody was told of as a whole since.',
    remedy: TAKE_ANOTHER,
  },
  expired: { code: 'roster-lapsed', became: 'it lapsed without a decision, and no other was taken since.', remedy: TAKE_ANOTHER },
};

/** Whoever a roster says has left is among no leavers before one is taken (I9). */
function untakenDoubts({ untaken }: TestBasis): readonly TestDoubt[] {
  if (untaken === null) return [];
  const { code, became, remedy } = untakenWords[untaken.state];
  return [
    {
      code,
      detail: `HR’s roster of ${untaken.heldAt} (${untaken.id}) was held, since it would have ended many or rows of it cannot be taken; ${became}`,
      remedy,
    },
  ];
}

/** Whoever stands in a row that nobody could read may have left by it (I9). */
function rejectedDoubts({ rejected }: TestBasis): readonly TestDoubt[] {
  if (rejected === null) return [];
  const { at, importId, rows } = rejected;
  const are = rows === 1 ? '1 row of HR’s rosters was' : `${rows} rows of HR’s rosters were`;
  return [
    {
      code: 'roster-rows-rejected',
      detail: `${are} rejected and not taken since, the latest of the roster of ${at} (${importId}): whether they say that somebody has left is not known.`,
      remedy: `GET roster/imports/${importId}/rejected-rows says which, and why. Import them corrected, or everybody without allowRejected; then reconcile.`,
    },
  ];
}

/** Of employments that go on by HR's dates, of people whom a roster leaves out: they may have ended, and are among no leavers (I9, I10). */
export function droppedDoubt(employments: number): TestDoubt {
  return {
    code: 'roster-leaves-out',
    detail: `HR’s rosters leave out the people of ${plural(employments, 'employment')} of which no end has come, and nobody has said what that means: whether they have left is not known.`,
    remedy:
      'GET people?listing=dropped says who; POST people/{id}/listing with what HR says when asked, or import everybody with full=true; then reconcile.',
  };
}

function directoryDoubts({ asOf, directories }: TestBasis): readonly TestDoubt[] {
  const remedy = 'POST directory/connections/{id}/check says what stands in the way of a look; then reconcile.';
  if (directories.length === 0) {
    return [
      { code: 'directory-never-read', detail: 'No directory is connected.', remedy: 'POST directory/connections, and let a run complete.' },
    ];
  }
  return directories.flatMap(({ connectionId, lookedAt }): readonly TestDoubt[] => {
    if (lookedAt === null)
      return [{ code: 'directory-never-read', detail: `The directory of connection ${connectionId} had never been read whole.`, remedy }];
    if (msBetween(lookedAt, asOf) <= DIRECTORY_FRESH_MS) return [];
    return [
      {
        code: 'directory-stale',
        detail: `The directory of connection ${connectionId} was last read whole at ${lookedAt}, more than a day before.`,
        remedy,
      },
    ];
  });
}
