import { createReadCounters } from './count-reads.ts';
import { createCredentialMemory } from './credential-memory.ts';
import { createHandler, type HandleScimRequest } from './handle-request.ts';
import type { ScimDeps } from './scim-deps.ts';
import { createListener, type ScimListener } from './scim-listener.ts';
import { createTurns } from './take-turns.ts';
import { foldTallies } from './tally-store.ts';
import { createUserMemory } from './user-memory.ts';
import { createGatherers } from './gatherers.ts';

/** The SCIM data plane of a process. */
export interface Scim {
  /** For a node:http server, ahead of everything else. */
  readonly listener: ScimListener;
  /** The same, without HTTP. */
  readonly handle: HandleScimRequest;
  /** Writes the counters of plain reads and the last uses of credentials, and folds the tallies; to be called every few seconds and once at the end. Throws when the database is down, and then keeps them. */
  flush(): Promise<void>;
}

export function createScim(deps: ScimDeps): Scim {
  const counters = createReadCounters(deps.database);
  const memory = createCredentialMemory();
  const endpointDeps = { ...deps, gathered: createGatherers(deps.database), turns: createTurns(), remembered: createUserMemory() };
  const handle = createHandler({ deps: endpointDeps, memory }, counters);
  const flush = async () => {
    await counters.flush();
    await memory.uses.flush(deps);
    await foldTallies(deps.database);
  };
  return { handle, listener: createListener(handle), flush };
}
