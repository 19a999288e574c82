import { enqueue, type Task } from '../jobs/index.ts';
import { MINUTE_MS, parseId, plusMs, type ReportId, type WorkspaceId } from '../kernel/index.ts';
import { BucketUnlockedError, type Log } from '../platform/index.ts';
import { type DepositDeps, depositProblem, depositReport, ForeignObjectError } from './deposit-report.ts';
import { noteDepositAttempt, takeDueDeposits } from './deposit-store.ts';

const DEPOSIT_TASK = 'evidence.deposit';
const EVERY_MINUTE = '* * * * *';
/** A bundle may take minutes to send, and a bucket that refuses is down for as long. */
const RETRY_MS = 15 * MINUTE_MS;
/** At a time: those of years come one after the other when a bucket is first named. */
const AT_ONCE = 20;

export interface DepositTaskDeps extends DepositDeps {
  readonly log: Log;
}

/** Puts the bundle of every sealed report into the bucket that is not there yet, and tries again what failed: once for all processes. */
export function depositTasks(deps: DepositTaskDeps): readonly Task[] {
  const { bucket, clock, database } = deps;
  return [
    {
      name: 'evidence.deposit-due',
      schedule: EVERY_MINUTE,
      run: () =>
        database.transaction(async (tx) => {
          const at = clock.now();
          const due = { place: bucket.place, at, triedBefore: plusMs(at, -RETRY_MS), limit: AT_ONCE };
          for (const { reportId, workspaceId } of await takeDueDeposits(tx, due)) {
            await enqueue(tx, { task: DEPOSIT_TASK, payload: { workspaceId, reportId }, jobKey: `${DEPOSIT_TASK}:${reportId}` });
          }
        }),
    },
    {
      name: DEPOSIT_TASK,
      run: async (payload) => {
        const { reportId, workspaceId } = reportIn(payload);
        try {
          await depositReport(deps, workspaceId, reportId);
          deps.log.info('report.deposited', { workspaceId, reportId });
        } catch (error) {
          const problem = depositProblem(error);
          if (problem === undefined) throw error;
          await noteDepositAttempt(database, workspaceId, { reportId, place: bucket.place, triedAt: clock.now(), problem });
          const level = error instanceof BucketUnlockedError || error instanceof ForeignObjectError ? 'error' : 'warn';
          deps.log[level]('report.deposit.failed', { workspaceId, reportId, problem });
        }
      },
    },
  ];
}

function reportIn(payload: unknown): { readonly workspaceId: WorkspaceId; readonly reportId: ReportId } {
  const given = typeof payload === 'object' && payload !== null ? payload : {};
  const workspaceId = 'workspaceId' in given && typeof given.workspaceId === 'string' ? parseId<'workspace'>(given.workspaceId) : undefined;
  const reportId = 'reportId' in given && typeof given.reportId === 'string' ? parseId<'report'>(given.reportId) : undefined;
  if (workspaceId === undefined || reportId === undefined) throw new Error('a job to deposit a bundle names no report');
  return { workspaceId, reportId };
}
