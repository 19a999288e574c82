import { behindAs } from './account-behind.ts';
import type { Effect } from './decide.ts';
import type { TimingOutcome } from './judge-timing.ts';
import type { Behind, Employment, RoleStanding, StateVector } from './state-vector.ts';

/** What one member of a test's population means for the test, and why; the sentence names nobody. */
export interface MemberVerdict {
  readonly effect: Effect;
  readonly because: string;
}

/** An account as a run judged it, within the unit that it belongs to. */
export interface TestedAccount {
  readonly vector: StateVector;
  /** `candidate`: it may be this person's; `none`: nobody answers for it. */
  readonly standing: 'linked' | 'candidate' | 'none';
  /** Of this account against the deadline; null where the employment has not ended. */
  readonly outcome: TimingOutcome | null;
  /** It was enabled, and is no longer shown with nothing to explain why. Left out: it is shown. */
  readonly isVanished?: true;
  /** Of a SCIM user of somebody who has several directory accounts: what is behind it. Left out: the vector speaks of the one that there is. */
  readonly behind?: Behind;
  /** Of one of several SCIM users, or of somebody who has several directory accounts: its own role. Left out: the vector speaks of it. */
  readonly role?: RoleStanding;
}

/** Of a directory account that is enabled, or was when it was last shown: whether an active person answers for it. */
export function judgeDirectoryAccount({ isVanished, outcome, standing, vector }: TestedAccount): MemberVerdict {
  const ownership = judgeOwnership(vector, standing);
  if (ownership !== undefined) return ownership;
  if (isVanished === true) return vanished;
  // Whoever was dropped has left by the end that HR had told, if not before it.
  if (vector.employment === 'ENDED') return leaversAccount[outcome ?? 'NO_COVERAGE'];
  if (vector.roster === 'DROPPED') return dropped;
  return vector.roster === 'AWAITED' ? awaited : employedAccount[vector.employment];
}

const employedAccount: Readonly<Record<Exclude<Employment, 'ENDED'>, MemberVerdict>> = {
  NONE: fail('No person of the roster answers for it.'),
  PREHIRE: { effect: 'WARN', because: 'The person’s employment has not begun.' },
  LEAVE: { effect: 'WARN', because: 'The person is employed, but on leave.' },
  ACTIVE: pass('The person is employed.'),
  NOTICE: pass('The person is employed.'),
};

const candidate = doubt('It may be more than one person’s, or one of several accounts that may be a person’s.');
const dropped = doubt('The latest roster no longer names the person, and nobody has said what that means.');

const awaited = doubt(
  'Whether the person’s employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
);

const vanished = doubt('It was enabled when it was last shown, and has vanished; nothing explains why, so it may be enabled still.');

const overdue = fail('The person has left, and the account is enabled after its deadline.');
const unproven = doubt('The person has left, and it is not proven whether the account is enabled still.');

/** The account is enabled still, so no outcome of its timing is a pass here. */
const leaversAccount: Readonly<Record<TimingOutcome, MemberVerdict>> = {
  REACTIVATED: fail('The person has left, and the account was enabled again.'),
  OVERDUE: overdue,
  LATE: overdue,
  OVERDUE_UNPROVEN: unproven,
  NO_COVERAGE: unproven,
  INDETERMINATE: unproven,
  PENDING: { effect: 'PEND', because: 'The person has left, and the deadline for the account has not passed.' },
  IN_TIME: unproven,
  EARLY: unproven,
  NO_ACCOUNT: unproven,
};

/** Of an active SCIM user: whether a person answers for it, and a directory knows an account for it that is assigned. */
export function judgeScimUser({ behind, standing, vector }: TestedAccount): MemberVerdict {
  const ownership = judgeOwnership(vector, standing);
  if (ownership !== undefined) return ownership;
  if (vector.roster === 'DROPPED') return dropped;
  if (vector.employment === 'NONE') return employedAccount.NONE;
  return behindIt[behind ?? behindAs(vector)];
}

const severalBehind =
  'The person has several directory accounts that are not alike, and the SCIM user carries the object id of none: which of them is behind it is not known.';

const behindIt: Readonly<Record<Behind | 'NEVER', MemberVerdict>> = {
  ASSIGNED: pass('A person of the roster answers for it, and its directory account is assigned to the application.'),
  UNASSIGNED: fail('The directory account is not assigned to the application.'),
  UNREAD: doubt('The assignments of the application are not read.'),
  UNSETTLED: doubt(severalBehind),
  UNKNOWN: doubt('No directory has been read completely of late, so whether one knows it cannot be said.'),
  VANISHED: doubt('The directory account has vanished, and nothing explains why.'),
  IN_FLIGHT: { effect: 'PEND', because: 'The directory account was disabled a moment ago, and provisioning has time to follow.' },
  DISABLED: fail('The directory account is disabled.'),
  DELETED: fail('The directory account is deleted.'),
  NEVER: fail('No directory ever showed an account for it.'),
};

/**
 * Of an active SCIM user: whether the role that it brought is one that the directory assigns to the same person. Whether the person has left, and whether the
 * user should be active at all, is asked elsewhere. What brings no role holds none that could be wrong, and is outside the test.
 */
export function judgeScimRole({ behind, role, standing, vector }: TestedAccount): MemberVerdict {
  if (vector.classification === 'EXCLUDED')
    return { effect: 'N/A', because: 'It is excluded as nobody’s own, so that its role is held against nobody’s assignments.' };
  if (vector.classification !== 'HUMAN')
    return doubt('It is excluded as nobody’s own, and nobody who is here answers for it or for its role.');
  if (standing === 'candidate') return candidate;
  if (vector.employment === 'NONE')
    return doubt('No person of the roster answers for it, so that its role is held against nobody’s assignments.');
  return roleBehind[role ?? vector.role](unread(vector, behind));
}

const roleBehind: Readonly<Record<RoleStanding, (unread: MemberVerdict | undefined) => MemberVerdict>> = {
  MATCH: () => pass('The role that SCIM brought for the person is one that the directory assigns to them.'),
  DRIFT: () =>
    fail(
      'The role that SCIM brought for the person is not one that the directory assigns to them, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
    ),
  DRIFTING: () => ({
    effect: 'PEND',
    because: 'The role that SCIM brought for the person is not one that the directory assigns to them; provisioning has time to follow.',
  }),
  UNKNOWN: (notRead) =>
    notRead ?? doubt('The role that SCIM brought names none of the catalogue, or what the directory assigns to the person is not known.'),
  NONE: (notRead) => notRead ?? { effect: 'N/A', because: 'SCIM brought no role, and the directory assigns none to the person.' },
};

/** Why what the directory assigns to the person is not known, where it is not (I8). */
function unread(vector: StateVector, behind = behindAs(vector)): MemberVerdict | undefined {
  if (behind === 'NEVER') return doubt('No directory ever showed an account for it, so that no assignment of a role is known.');
  if (behind === 'UNKNOWN') return doubt('No directory has been read completely of late, so what it assigns is not known.');
  if (behind === 'VANISHED') return doubt('The directory account has vanished, so what the directory assigns is not known.');
  if (behind === 'UNSETTLED') return doubt(severalBehind);
  return vector.assigned === 'UNKNOWN' ? doubt('The assignments of the application are not read.') : undefined;
}

/** What comes before anything else: whether the account is somebody's, and whose. */
function judgeOwnership({ classification }: StateVector, standing: TestedAccount['standing']): MemberVerdict | undefined {
  if (classification === 'EXCLUDED')
    return { effect: 'N/A', because: 'It is excluded as nobody’s own, and whoever answers for it is employed.' };
  if (classification === 'EXCLUDED_OWNER_LEFT') return fail('It is excluded as nobody’s own, but whoever answered for it has left.');
  if (classification === 'EXCLUDED_OWNER_DROPPED')
    return doubt('It is excluded as nobody’s own, and the latest roster no longer names whoever answers for it.');
  if (classification === 'EXCLUDED_OWNER_UNSETTLED')
    return doubt('It is excluded as nobody’s own, and whether whoever answers for it is employed is not known.');
  return standing === 'candidate' ? candidate : undefined;
}

function pass(because: string): MemberVerdict {
  return { effect: 'PASS', because };
}

function fail(because: string): MemberVerdict {
  return { effect: 'FAIL', because };
}

function doubt(because: string): MemberVerdict {
  return { effect: 'INSUF', because };
}
