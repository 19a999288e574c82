import { DAY_MS, type Instant, MINUTE_MS, msBetween, plusMs, refuse } from '../kernel/index.ts';
import type { Scope } from '../platform/index.ts';
import type { HeldKey, KeptAnswer, KeyClaim } from './idempotency-store.ts';

/** For how long a key is known, as most APIs that take one promise. */
export const KEY_LIFE_MS = DAY_MS;

/** After so long a silence a request that has changed nothing is taken for dead: its key may be claimed anew. Should it live, it can no longer commit. */
const ABANDONED_MS = MINUTE_MS;

/** How often a request at work is heard of: an import of a million rows is at work for minutes. */
export const ALIVE_INTERVAL_MS = ABANDONED_MS / 4;

/** A bearer token as `newToken` makes them, alone or behind the # of a link, or a webhook's secret: every secret that this API hands out. */
const SECRET = /(?:^|#)rc[a-z]_[A-Za-z0-9_-]{43}$|^whsec_[A-Za-z0-9+/]{43}=$/;

/** Which holders of a key no longer hold it at an instant. */
export function lapsedAt(at: Instant): { readonly forgottenAt: Instant; readonly abandonedAt: Instant } {
  return { forgottenAt: plusMs(at, -KEY_LIFE_MS), abandonedAt: plusMs(at, -ABANDONED_MS) };
}

/** An answer to give again. */
export interface Replay {
  readonly status: number;
  /** JSON; null where it had no body. */
  readonly answer: string | null;
}

/**
 * What a request gets whose key another holds: the answer again, if it is the same request.
 * Throws DomainError `idempotency-key-reused` for another request, `forbidden` for a principal who may do less than the one
 * who was answered, `already-issued` where the answer showed a secret, `idempotency-key-in-use` where there is no answer.
 */
export function decideReplay(held: HeldKey, asked: Pick<KeyClaim, 'at' | 'requestSha256' | 'scopes'>): Replay {
  if (!held.requestSha256.equals(asked.requestSha256)) {
    return refuse('idempotency-key-reused', {
      detail: 'This Idempotency-Key came with another method, address or body before.',
      next: 'Give every request a key of its own, and send it again unchanged when its answer was lost.',
    });
  }
  const { answer, showedSecret, status } = held;
  if (status === null) return refuseUnanswered(held, asked.at);
  refuseLesser(held.scopes, asked.scopes);
  if (!showedSecret) return { status, answer };
  return refuse('already-issued', {
    detail: 'This request was answered before, with a secret that is shown once and kept nowhere.',
    next: 'If that answer did not arrive, revoke what was issued, and ask anew with another key.',
    extra: { issued: answer === null ? null : JSON.parse(answer) },
  });
}

function refuseUnanswered({ claimedAt, effectedAt }: HeldKey, at: Instant): never {
  if (effectedAt !== null && msBetween(effectedAt, at) > ABANDONED_MS) {
    return refuse('idempotency-key-in-use', {
      detail: `The request with this key took effect at ${effectedAt}, but the server ended before its answer was kept.`,
      next: 'Look at what is there now (ledger/records has every change), and use another key.',
    });
  }
  return refuse('idempotency-key-in-use', {
    detail: `The request with this key, which came at ${claimedAt}, is still being worked on.`,
    next: 'Send it again in a second, with the same key.',
  });
}

function refuseLesser(answered: readonly Scope[], asking: readonly Scope[]): void {
  const missing = answered.find((scope) => !asking.includes(scope));
  if (missing === undefined) return;
  refuse('forbidden', {
    detail: `The answer to this key was given to a credential with the scope "${missing}", which this one does not have.`,
    next: 'Use the credential that asked first, or another key.',
  });
}

/** An answer as it is kept: null stands where a secret stood. `json`: the body; null where it had none. */
export function answerToKeep(status: number, json: string | null): KeptAnswer {
  let showedSecret = false;
  const hide = (_name: string, value: unknown) => {
    const isSecret = typeof value === 'string' && SECRET.test(value);
    showedSecret ||= isSecret;
    return isSecret ? null : value;
  };
  const answer = json === null ? null : JSON.stringify(JSON.parse(json), hide);
  return { status, answer, showedSecret };
}
