import { types } from 'node:util';
import { DomainError } from '../../kernel/index.ts';

/**
 * Classes 08 (connection), 57P0x (shutdown), 53300 (too many connections), 55P03 and 57014 (a lock, or an end, that did not come in time) and the
 * sockets' own codes: nobody is there to ask, or nobody answers.
 */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '55P03',
  '57014',
]);

/** pg ends a broken connection with these messages and no code. */
const brokenConnection = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** The error to throw on: an outage becomes `database-unavailable` (I8: never an empty answer), anything else stays what it is. */
export function toDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError || !isOutage(error)) return error;
  return new DomainError(
    'database-unavailable',
    {
      detail: 'The database cannot be reached at the moment.',
      next: 'Try again shortly. If it was a change, look first whether it has been made: its answer may be all that was lost.',
    },
    { cause: error },
  );
}

function isOutage(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const code = errorCode(error);
  return (code !== undefined && (unreachable.has(code) || code.startsWith('08'))) || brokenConnection.test(error.message);
}

/** The code that an error of PostgreSQL (SQLSTATE), a socket or the file system carries; undefined when it has none. */
export function errorCode(error: unknown): string | undefined {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The name of the constraint that a statement violated; undefined when the error is of another kind. */
export function constraintOf(error: unknown): string | undefined {
  const name = types.isNativeError(error) && 'constraint' in error ? error.constraint : undefined;
  return typeof name === 'string' ? name : undefined;
}
