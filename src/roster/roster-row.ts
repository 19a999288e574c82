/** Who a row may speak of, and what HR may say of them (evidence §6). */
export const workerTypes = ['employee', 'contractor', 'intern', 'guest'] as const;
export type WorkerType = (typeof workerTypes)[number];

export const rosterStatuses = ['prehire', 'active', 'leave', 'notice', 'garden_leave', 'terminated'] as const;
export type RosterStatus = (typeof rosterStatuses)[number];

/** One employment period as a row of the file states it. Dates are `YYYY-MM-DD`. */
export interface RosterRow {
  /** The line of the file on which the row begins; the header is line 1. */
  readonly line: number;
  readonly employeeId: string;
  readonly workEmail: string;
  readonly displayName: string | null;
  readonly workerType: WorkerType;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly lastDay: string | null;
  readonly status: RosterStatus;
  readonly timeZone: string | null;
  /** Where they work, as HR calls it. */
  readonly site: string | null;
  /** The employee id of their manager. */
  readonly managerEmployeeId: string | null;
}

/** A row that cannot be taken: where, and why. */
export interface RejectedRow {
  readonly line: number;
  readonly column: string;
  readonly reason: string;
}
