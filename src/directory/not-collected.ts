import { GraphFailure, type GraphFailureCode } from './graph-failure.ts';

/** Refused, or out of order for longer than one waits. */
const codes: readonly GraphFailureCode[] = [
  'permission-missing',
  'permission-unknown',
  'access-denied',
  'licence-missing',
  'not-found',
  'request-refused',
  'throttled',
  'graph-unavailable',
  'unreachable',
  'unexpected-answer',
  'page-expired',
];

/** Whether a failure is one of that which is read alone: nothing else depends on it, so it is not collected and the run goes on. */
export function isNotCollected(error: unknown): error is GraphFailure {
  return error instanceof GraphFailure && codes.includes(error.code);
}
