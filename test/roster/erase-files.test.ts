import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { eraseRosterFiles } from '../../src/roster/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { ANN, BEN, type RosterServer, rosterServer } from './roster-server.ts';

let db: TestDatabase;
let clock: SteppingClock;
let roster: RosterServer;
let firstAt: Instant;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  clock = steppingClock('2026-03-01T08:00:00.000Z' as Instant);
  roster = await rosterServer(db, clock);
  firstAt = clock.now();
  await roster.post('mode=import', [ANN]);
  clock.advance(DAY_MS);
  await roster.post('mode=import', [ANN, BEN]);
});
afterEach(() => roster.close());

interface Kept {
  readonly sealed_file: Buffer | null;
  readonly file_sha256: Buffer;
  readonly row_count: number;
  readonly file_erased_at: Instant | null;
}

async function kept(workspaceId: WorkspaceId = roster.workspaceId): Promise<readonly Kept[]> {
  const { rows } = await db.owner.query<Kept>(
    'select sealed_file, file_sha256, row_count, file_erased_at from roster_import where workspace_id = $1 order by imported_at',
    [workspaceId],
  );
  return rows;
}

function eraseBefore(before: Instant, workspaceId: WorkspaceId = roster.workspaceId): Promise<number> {
  return db.database.transaction((tx) => eraseRosterFiles(tx, workspaceId, { before, at: clock.now() }));
}

describe('HR’s files, when they are older than they are kept', () => {
  it('go, and their hashes, importers and counts stay', async () => {
    const [first, second] = await kept();
    expect(await eraseBefore(plusMs(firstAt, 1))).toBe(1);
    expect(await kept()).toEqual([{ ...first, sealed_file: null, file_erased_at: clock.now() }, second]);
    expect(first?.sealed_file).not.toBeNull();
  });

  it('go once: what is gone is not counted again, and keeps the time at which it went', async () => {
    await eraseBefore(plusMs(firstAt, 1));
    const [gone] = await kept();
    clock.advance(DAY_MS);
    expect(await eraseBefore(plusMs(firstAt, 1))).toBe(0);
    expect((await kept())[0]).toEqual(gone);
  });

  it('stay where they were imported at the very instant, and in another workspace (I12)', async () => {
    expect(await eraseBefore(firstAt)).toBe(0);
    const there = await rosterServer(db, clock);
    await there.post('mode=import', [ANN]);
    expect(await eraseBefore(plusMs(clock.now(), DAY_MS), there.workspaceId)).toBe(1);
    expect((await kept()).every(({ sealed_file: file }) => file !== null)).toBe(true);
    await there.close();
  });
});
