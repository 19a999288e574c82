/** What the story needs from a person: what Entra and HR know, and which verdict must come out. */
export interface Role {
  readonly key: string;
  readonly name: string;
  readonly employeeId: string;
  readonly department: string;
  /** Which app role Entra assigns directly; undefined: through the employees' group. */
  readonly appRole?: 'admin' | 'auditor' | 'reviewer';
  /** HR's end date, in days before (negative: after) the day of the story; undefined: employed. */
  readonly endedDaysAgo?: number;
  /** Left out of the directory altogether. */
  readonly noAccount?: true;
  /** Disabled before Rollcall first looked. */
  readonly disabledFromTheStart?: true;
  /** A second directory account with the same employee id. */
  readonly twin?: true;
  /** In the scope but not assigned to the application: drops out when SCIM takes over. */
  readonly notAssigned?: true;
  /** HR's earlier file says that they left, today's that they came back. */
  readonly rehired?: { readonly endedDaysAgo: number; readonly startedDaysAgo: number };
  /** The employment begins so many days after the story. */
  readonly startsInDays?: number;
  /** HR calls the employment to come still, although its first day is there. */
  readonly isAwaited?: true;
  readonly isOnLeave?: true;
  readonly isContractor?: true;
  /** Ended in a zone that HR's row names and nobody knows, so that the deadline may or may not have passed. */
  readonly dueInUnknownZone?: true;
  /** From which of HR's later files the person is missing: one that is declared to hold everybody, or one that is not. */
  readonly leftOutOf?: 'everybody' | 'a later file';
  /** Employed in the first files, ended the day before the story in the later ones. */
  readonly leavesInLaterFile?: true;
  /** A verdict that the table must hold for this person, as the reconciliation names it. */
  readonly expect: string;
  /** One that must stand beside it. */
  readonly beside?: string;
}

export const role = (definition: Role): Role => definition;

/** Everybody with a part. Each comes out with a verdict of their own. */
export const cast = {
  ada: role({
    key: 'ada',
    name: 'Ada Administrator',
    employeeId: 'E-0001',
    department: 'IT',
    appRole: 'admin',
    expect: 'CONSISTENT_ACTIVE',
  }),
  audrey: role({
    key: 'audrey',
    name: 'Audrey Auditor',
    employeeId: 'E-0002',
    department: 'Finance',
    appRole: 'auditor',
    expect: 'CONSISTENT_ACTIVE',
  }),
  remy: role({
    key: 'remy',
    name: 'Remy Reviewer',
    employeeId: 'E-0003',
    department: 'Finance',
    appRole: 'reviewer',
    expect: 'CONSISTENT_ACTIVE',
  }),
  ines: role({
    key: 'ines',
    name: 'Ines In-Time',
    employeeId: 'E-0010',
    department: 'Sales',
    endedDaysAgo: 1,
    expect: 'DEPROVISIONED_IN_TIME',
  }),
  dana: role({
    key: 'dana',
    name: 'Dana Deleted',
    employeeId: 'E-0011',
    department: 'Sales',
    endedDaysAgo: 1,
    expect: 'DEPROVISIONED_IN_TIME',
  }),
  lars: role({ key: 'lars', name: 'Lars Late', employeeId: 'E-0012', department: 'Sales', endedDaysAgo: 4, expect: 'DEPROVISIONED_LATE' }),
  olga: role({
    key: 'olga',
    name: 'Olga Overdue-Directory',
    employeeId: 'E-0013',
    department: 'Engineering',
    endedDaysAgo: 5,
    expect: 'TERMINATED_ACTIVE_DIR',
  }),
  sven: role({
    key: 'sven',
    name: 'Sven Overdue-Scim',
    employeeId: 'E-0014',
    department: 'Engineering',
    appRole: 'reviewer',
    endedDaysAgo: 5,
    expect: 'TERMINATED_ACTIVE_SCIM',
  }),
  ida: role({
    key: 'ida',
    name: 'Ida Indeterminate',
    employeeId: 'E-0015',
    department: 'Engineering',
    endedDaysAgo: 4,
    disabledFromTheStart: true,
    expect: 'TIMING_INDETERMINATE',
  }),
  pia: role({
    key: 'pia',
    name: 'Pia Pending',
    employeeId: 'E-0016',
    department: 'Sales',
    endedDaysAgo: 1,
    expect: 'PENDING_WITHIN_SLA',
  }),
  toma: role({
    key: 'toma',
    name: 'Toma Today',
    employeeId: 'E-0023',
    department: 'Sales',
    endedDaysAgo: 0,
    expect: 'CONSISTENT_ACTIVE',
  }),
  vera: role({
    key: 'vera',
    name: 'Vera Vanished',
    employeeId: 'E-0017',
    department: 'Engineering',
    endedDaysAgo: -10,
    expect: 'VANISHED_FROM_SCOPE',
  }),
  rex: role({
    key: 'rex',
    name: 'Rex Reactivated',
    employeeId: 'E-0018',
    department: 'Sales',
    endedDaysAgo: 1,
    expect: 'REACTIVATED_AFTER_END',
  }),
  rita: role({
    key: 'rita',
    name: 'Rita Rehired',
    employeeId: 'E-0019',
    department: 'Sales',
    rehired: { endedDaysAgo: 25, startedDaysAgo: 10 },
    expect: 'CONSISTENT_ACTIVE',
  }),
  amir: role({
    key: 'amir',
    name: 'Amir Ambiguous',
    employeeId: 'E-0020',
    department: 'Engineering',
    endedDaysAgo: 3,
    twin: true,
    expect: 'AMBIGUOUS_MATCH',
  }),
  nora: role({
    key: 'nora',
    name: 'Nora No-Account',
    employeeId: 'E-0021',
    department: 'Sales',
    endedDaysAgo: 6,
    noAccount: true,
    expect: 'LEAVER_NO_ACCOUNT_FOUND',
  }),
  dropped: role({
    key: 'dropped',
    name: 'Drew Dropped',
    employeeId: 'E-0022',
    department: 'Engineering',
    notAssigned: true,
    expect: 'DIRECTORY_ONLY',
  }),
} as const;

export type CastKey = keyof typeof cast;

/** In the directory, on no roster: nobody can say whose it is. */
export const unmatchedAccount = { userPrincipalName: 'backup.runner@contoso.example', displayName: 'Backup Runner', department: 'IT' };

export const DOMAIN = 'contoso.example';

/** `Ada Administrator` → `ada.administrator@contoso.example`. */
export function addressOf(name: string): string {
  return `${name.toLowerCase().replaceAll(' ', '.')}@${DOMAIN}`;
}

export interface Colleague {
  readonly name: string;
  readonly employeeId: string;
  readonly department: 'Engineering' | 'Sales' | 'Operations';
}

/** The rest of the workforce: people to whom nothing happens. */
export function colleagues(count: number): readonly Colleague[] {
  const departments = ['Engineering', 'Sales', 'Operations'] as const;
  return Array.from({ length: count }, (_, index) => ({
    name: `Colleague ${String(index + 1).padStart(5, '0')}`,
    employeeId: `E-${String(index + 10_000)}`,
    department: departments[index % departments.length] ?? 'Operations',
  }));
}
