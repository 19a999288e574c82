import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { CopyRows, Transaction } from '../platform/index.ts';
import type { PeriodWrite, PeriodWrites, PersonWrite } from './roster-store.ts';

/** Adds a person whom nobody knew to those that `copyPeople` takes. */
export function addPerson(rows: CopyRows, workspaceId: WorkspaceId, at: Instant, person: PersonWrite): void {
  const { id, employeeId, displayName, workEmail, emailKey, managerEmployeeId } = person;
  rows.add([workspaceId, id, employeeId, displayName, workEmail, emailKey, managerEmployeeId, at, at]);
}

/** Adds people, as `addPerson` made them. */
export async function copyPeople(tx: Transaction, rows: CopyRows): Promise<void> {
  if (rows.count === 0) return;
  await tx.copyIn(
    'copy person (workspace_id, id, employee_id, display_name, work_email, email_key, manager_employee_id, created_at, changed_at) from stdin',
    rows.bytes(),
  );
}

/** Adds a period that was not there to those that `copyPeriods` takes. */
export function addPeriod(
  rows: CopyRows,
  workspaceId: WorkspaceId,
  { importId, toldAt }: Omit<PeriodWrites, 'periods'>,
  period: PeriodWrite,
): void {
  const { id, personId, startDate, endDate, lastDay, timeZone, site, status, workerType, line, recordId, endTold } = period;
  const told = endTold ? toldAt : null;
  rows.add([workspaceId, id, personId, startDate, endDate, lastDay, timeZone, site, status, workerType, told, importId, line, recordId]);
}

/** Adds periods, as `addPeriod` made them; their people are there. */
export async function copyPeriods(tx: Transaction, rows: CopyRows): Promise<void> {
  if (rows.count === 0) return;
  await tx.copyIn(
    `copy employment_period (workspace_id, id, person_id, start_date, end_date, last_day, time_zone, site, status, worker_type, hr_recorded_at,
                             import_id, row_number, record_id) from stdin`,
    rows.bytes(),
  );
}
