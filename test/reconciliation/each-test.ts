import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { there } from '../support/there.ts';
import type { Facts } from './facts.ts';

/** What the tests of a file stand on; it is there once they run. */
export interface Given<World> {
  readonly db: TestDatabase;
  readonly world: World;
}

interface EndableWorld {
  readonly facts: Facts;
  end?(): Promise<void>;
}

/** A database for the tests of a file, and for each of them a world of its own in it, which is ended behind the test where it has to be. */
export function eachTest<World extends EndableWorld>(make: (db: TestDatabase) => Promise<World>): Given<World> {
  let db: TestDatabase | undefined;
  let world: World | undefined;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db?.drop());
  beforeEach(async () => {
    world = await make(given.db);
  });
  afterEach(() => world?.end?.());
  const given = {
    get db() {
      return there(db);
    },
    get world() {
      return there(world);
    },
  };
  return given;
}
