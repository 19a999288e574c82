import type { WorkspaceId } from '../kernel/index.ts';
import { type Database, inSnapshot, type Page, type Queryable } from '../platform/index.ts';
import { listRuns } from './run-store.ts';

/**
 * Reads page after page of what one run left. Throws an Error at the first page behind another run: whoever takes a file for one population
 * must not get half of each, so that the file breaks off instead (I8).
 */
export async function readOfOneRun<Found>(
  database: Database,
  workspaceId: WorkspaceId,
  read: (q: Queryable, page: Page) => Promise<Found>,
): Promise<(page: Page) => Promise<Found>> {
  const run = await latestRun(database, workspaceId);
  return (page) =>
    inSnapshot(database, async (q) => {
      if ((await latestRun(q, workspaceId)) !== run) throw new Error('a reconciliation ended while its findings were read');
      return read(q, page);
    });
}

async function latestRun(q: Queryable, workspaceId: WorkspaceId): Promise<string | undefined> {
  const [run] = await listRuns(q, workspaceId, { after: undefined, limit: 1 });
  return run?.id;
}
