import { refuse } from '../kernel/index.ts';
import type { Connection } from './connection-store.ts';

/** Throws DomainError `not-found` when there is none. */
export function requireConnection(connection: Connection | undefined): Connection {
  return connection ?? refuse('not-found', { detail: 'There is no such directory connection.' });
}
