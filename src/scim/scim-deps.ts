import type { Clock, Database, Log, SecretBox } from '../platform/index.ts';
import type { PerformOperation } from './bulk-operation.ts';
import type { EntraKeys } from './entra-keys.ts';
import type { ScimObserver } from './scim-observer.ts';
import type { TakeTurns } from './take-turns.ts';
import type { Gatherers } from './gatherers.ts';
import type { UserMemory } from './user-memory.ts';

/** What the data plane is made of. */
export interface ScimDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The address that clients reach, without a trailing slash; addresses of resources begin with it. */
  readonly publicUrl: string;
  /** Seals the cursors of lists; the same in every process of the database. */
  readonly secretBox: SecretBox;
  /** Left out: no token of Entra's own is taken, whatever is enrolled. */
  readonly entraKeys?: EntraKeys;
  /** Left out: nobody counts. */
  readonly observer?: ScimObserver;
}

/** The same with what a process keeps for its requests. */
export interface EndpointDeps extends ScimDeps {
  readonly gathered: Gatherers;
  readonly turns: TakeTurns;
  readonly remembered: UserMemory;
  readonly perform: PerformOperation;
}
