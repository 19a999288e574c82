import type { LedgerRecordId } from '../kernel/index.ts';
import { wentOn } from '../roster/index.ts';
import { type Classification, type DirectoryState, type StateVector, worstDirectoryState, worstScimState } from '../verdict/index.ts';
import { dueOfAccount } from './due-instant.ts';
import { employedBy, isUnsettled } from './employment-at.ts';
import { conclude, type Evaluation, type EvaluationContext } from './evaluation.ts';
import { absent } from './gather-systems.ts';
import { assignmentOf, propagationOf } from './assignment-and-propagation.ts';
import { type ReadAccount, readDirectoryAccount, readScimAccount } from './read-account.ts';
import type { ExclusionFacts, UnmatchedFacts } from './unit-facts.ts';

/** Judges an account for which no person of the roster answers; undefined where its connection was removed. */
export function evaluateAccount({ directory, scim, exclusion }: UnmatchedFacts, context: EvaluationContext): Evaluation | undefined {
  const { at, directories } = context;
  const look = { until: at, isOpen: true, leaving: null };
  const present = directory.filter(({ connectionId }) => directories.byId.get(connectionId)?.removedAt === null);
  const accounts = present.map((facts) => {
    const seen = directories.byId.get(facts.connectionId);
    return readDirectoryAccount(facts, { ...look, confirmedUntil: seen?.confirmedUntil ?? at, isFresh: seen?.isFresh === true });
  });
  const users = scim.map((facts) => readScimAccount(facts, { ...look, confirmedUntil: at, isFresh: true }));
  const id = accounts[0]?.accountId ?? users[0]?.accountId;
  if (id === undefined || id === null) return undefined;
  const seen = accounts.length > 0 ? accounts : [missing(context)];
  const vector: StateVector = {
    classification: classificationOf(exclusion, context),
    match: 'ONE',
    roster: 'LISTED',
    employment: 'NONE',
    directory: worstDirectoryState(seen.map(({ state }) => state)),
    scim: worstScimState(users.map(({ state }) => state)),
    assigned: assignmentOf(present, context),
    propagation: propagationOf(present, at),
    role: 'NONE',
    privileged: 'NO',
    directoryTiming: null,
    scimTiming: null,
  };
  return conclude({
    decideVector: context.decideVector,
    unit: { kind: 'account', id, personId: null },
    vector,
    systems: [...seen, ...users],
    leaving: null,
    evidence: evidenceOf(exclusion),
    due: dueOfAccount({ accounts: present, ownerPeriods: exclusion?.ownerPeriods ?? [], context }),
  });
}

/**
 * The owner answers for it while they are employed by HR's word (I9), on leave included; where HR only leaves them out, or an employment of theirs may have ended, or not begun, nobody
 * knows whether they do (I10).
 */
function classificationOf(exclusion: ExclusionFacts | null, context: EvaluationContext): Classification {
  if (exclusion === null) return 'HUMAN';
  const { ownerDroppedAt, ownerPeriods } = exclusion;
  const present = ownerPeriods.flatMap((period) => employedBy(period, ownerPeriods, context) ?? []);
  if (present.length === 0)
    return ownerPeriods.some((period) => isUnsettled(period, context)) ? 'EXCLUDED_OWNER_UNSETTLED' : 'EXCLUDED_OWNER_LEFT';
  return ownerDroppedAt !== null && present.every((period) => wentOn(period, ownerDroppedAt)) ? 'EXCLUDED_OWNER_DROPPED' : 'EXCLUDED';
}

function evidenceOf(exclusion: ExclusionFacts | null): readonly LedgerRecordId[] {
  return exclusion === null ? [] : [...exclusion.recordIds, ...exclusion.ownerPeriods.map(({ recordId }) => recordId)];
}

/** That the directory never showed an account is known only where every directory was looked at (I8). */
function missing({ at, directories: { isEveryFresh: isNone } }: EvaluationContext): ReadAccount<DirectoryState> {
  return absent('directory', { state: isNone ? 'NEVER' : 'UNKNOWN', isNone, stage: { leaving: null, until: at } });
}
