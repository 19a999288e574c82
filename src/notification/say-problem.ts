import { DomainError, SECOND_MS } from '../kernel/index.ts';
import { errorCode } from '../platform/index.ts';

export type DeliveryProblem = 'answered' | 'timeout' | 'unreachable' | 'refused';

/** Why a receiver did not take what it was sent: a code for programs, and what went wrong with what to do, for people. Nothing of the address but its origin. */
export interface SaidProblem {
  readonly problem: DeliveryProblem;
  readonly detail: string;
}

/** Of an answer that is not 200 to 299. */
export function answeredProblem(status: number): SaidProblem {
  return { problem: 'answered', detail: `The receiver answered ${status}. ${afterAnswer(status)}` };
}

/** Of an attempt that brought no answer within `timeoutMs`. Whatever goes wrong on the way to a receiver is the receiver's: it may only be tried again. */
export function failedProblem(error: unknown, timeoutMs: number): SaidProblem {
  if (error instanceof DomainError) return { problem: 'refused', detail: [error.message, error.next ?? []].flat().join(' ') };
  const code = errorCode(error);
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT') {
    return {
      problem: 'timeout',
      detail: `The receiver did not answer within ${timeoutMs / SECOND_MS} seconds. Have it answer first, and work afterwards.`,
    };
  }
  const said = code === undefined || !/^[A-Z][A-Z\d_]+$/.test(code) ? '' : ` (${code})`;
  return {
    problem: 'unreachable',
    detail: `The receiver could not be reached, or its answer not be read${said}. See that its address is right, its server runs and its certificate is valid.`,
  };
}

function afterAnswer(status: number): string {
  if (status >= 300 && status < 400)
    return 'Redirects are not followed: add a webhook with the address that they lead to, and DELETE this one.';
  if (status === 401 || status === 403) return 'Have it let in whatever carries a valid signature: nothing else is sent along.';
  if (status === 404 || status === 410) return 'Where its address has changed, add a webhook with the new one, and DELETE this one.';
  return 'What was taken is to be answered with 200 to 299; the receiver’s own log may say what stood in the way.';
}
