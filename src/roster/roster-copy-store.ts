import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { copyLine, type Transaction } from '../platform/index.ts';
import type { PeriodWrite, PeriodWrites, PersonWrite } from './roster-store.ts';

/** A person whom nobody knew, as `copyPeople` takes them. */
export function personLine(workspaceId: WorkspaceId, at: Instant, person: PersonWrite): string {
  const { id, employeeId, displayName, workEmail, emailKey, managerEmployeeId } = person;
  return copyLine([workspaceId, id, employeeId, displayName, workEmail, emailKey, managerEmployeeId, at, at]);
}

/** Adds people by their lines. */
export async function copyPeople(tx: Transaction, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.copyIn(
    'copy person (workspace_id, id, employee_id, display_name, work_email, email_key, manager_employee_id, created_at, changed_at) from stdin',
    lines,
  );
}

/** A period that was not there, as `copyPeriods` takes it. */
export function periodLine(workspaceId: WorkspaceId, { importId, toldAt }: Omit<PeriodWrites, 'periods'>, period: PeriodWrite): string {
  const { id, personId, startDate, endDate, lastDay, timeZone, site, status, workerType, line, recordId, endTold } = period;
  const told = endTold ? toldAt : null;
  const dates = [startDate, endDate, lastDay, timeZone, site];
  return copyLine([workspaceId, id, personId, ...dates, status, workerType, told, importId, line, recordId]);
}

/** Adds periods by their lines; their people are there. */
export async function copyPeriods(tx: Transaction, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.copyIn(
    `copy employment_period (workspace_id, id, person_id, start_date, end_date, last_day, time_zone, site, status, worker_type, hr_recorded_at,
                             import_id, row_number, record_id) from stdin`,
    lines,
  );
}
