import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { there } from '../support/there.ts';
import { type RosterServer, rosterServer } from './roster-server.ts';

/** What the tests of a file stand on; it is there once they run. */
interface Given {
  readonly db: TestDatabase;
  readonly clock: SteppingClock;
  readonly at: RosterServer;
}

/** A database for the tests of a file, and for each of them a clock, from `since` on, and a workspace of its own with its roster over HTTP. */
export function eachRoster(since?: Instant): Given {
  let db: TestDatabase | undefined;
  let own: Pick<Given, 'clock' | 'at'> | undefined;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db?.drop());
  beforeEach(async () => {
    const clock = steppingClock(since);
    own = { clock, at: await rosterServer(given.db, clock) };
  });
  afterEach(() => own?.at.close());
  const given = {
    get db() {
      return there(db);
    },
    get clock() {
      return there(own).clock;
    },
    get at() {
      return there(own).at;
    },
  };
  return given;
}
