import { createHash, randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  type Clock,
  contextOf,
  type Database,
  errorFields,
  hasUnreadBody,
  type Log,
  principalOf,
  type Queryable,
  workspaceOf,
} from '../platform/index.ts';
import { ALIVE_INTERVAL_MS, answerToKeep, decideReplay, lapsedAt, type Replay } from './decide-replay.ts';
import { claimKey, keepAnswer, type KeyClaim, markEffected, releaseKey, stayAlive } from './idempotency-store.ts';

export interface AnswerOnceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** A UUID or what programs make instead of one; in quotes or not, as the draft of the header has it and as most send it. */
const KEY = /^"?([\w.:~+/=-]{1,255})"?$/;

/**
 * Ahead of every route that changes something: a request with an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) takes
 * effect once. The same request again within a day gets the same answer, under `Idempotent-Replayed: true`; a refused one may be sent
 * again with its key. What the request changes commits only while it holds the key, so that even of two that run at once, or after
 * a server died in the middle, one takes effect. A body that a route reads by itself is waited for: such a route asks again, which means
 * nothing to a request whose body was read before, and that holds the key already.
 * Throws DomainError `invalid-request` for what is no key, and what `decideReplay` throws.
 */
export function answerOnce(deps: AnswerOnceDeps): RequestHandler {
  const asked = new WeakSet<Request>();
  return async (request, response, next) => {
    const key = keyOf(request);
    if (key === undefined || hasUnreadBody(request) || asked.has(request)) {
      next();
      return;
    }
    asked.add(request);
    const workspaceId = workspaceOf(request);
    const claim = claimOf(request, key);
    const held = await claimKey(deps.database, workspaceId, claim, lapsedAt(claim.at));
    if (held === undefined) {
      const work = { deps, workspaceId, claim };
      const standing = settleBeforeEnd(work, response);
      const last = async (tx: Queryable) => {
        if (!standing.isOver) await holdTheKey(work, tx);
      };
      deps.database.accompany({ last }, next);
      return;
    }
    send(response, decideReplay(held, claim));
  };
}

interface Work {
  readonly deps: AnswerOnceDeps;
  readonly workspaceId: WorkspaceId;
  readonly claim: KeyClaim;
}

/** Undefined for a request without one, and for one that changes nothing. */
function keyOf(request: Request): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined || request.method === 'GET' || request.method === 'HEAD') return undefined;
  const key = typeof given === 'string' ? KEY.exec(given)?.[1] : undefined;
  return (
    key ??
    refuse('invalid-request', {
      detail: 'The Idempotency-Key is none that is taken here.',
      next: 'Send one of 1 to 255 letters, digits and . : ~ + / = _ -, such as a new UUID for every request.',
    })
  );
}

function claimOf(request: Request, key: string): KeyClaim {
  const { actor, scopes } = principalOf(request);
  const body: unknown = request.body;
  const bytes = Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  const requestSha256 = createHash('sha256').update(`${request.method} ${request.originalUrl}\n`).update(bytes).digest();
  const keySha256 = createHash('sha256').update(key).digest();
  return { actor, keySha256, requestSha256, scopes, claim: randomUUID(), at: contextOf(request).at };
}

/** Throws DomainError `idempotency-key-in-use` when another request has the key by now: then nothing of this one is committed. */
async function holdTheKey({ deps, workspaceId, claim }: Work, tx: Queryable): Promise<void> {
  const isHeld = await markEffected(tx, workspaceId, claim, deps.clock.now());
  if (!isHeld) {
    refuse('idempotency-key-in-use', {
      detail: 'This request took so long that another with its Idempotency-Key has taken its place. It changed nothing.',
      next: 'Send it again with the same key for the answer to the other.',
    });
  }
}

/**
 * Keeps the answer before it is sent, so that whoever has seen it gets it again; lets the key go when it is a refusal. An answer that
 * cannot be kept is sent all the same: it is true, and the key says that it took effect.
 */
function settleBeforeEnd({ deps, workspaceId, claim }: Work, response: Response): { readonly isOver: boolean } {
  const standing = { isOver: false };
  const alive = setInterval(() => {
    stayAlive(deps.database, workspaceId, claim, deps.clock.now()).catch(() => undefined); // an outage shows where it matters: at the commit
  }, ALIVE_INTERVAL_MS).unref();
  const end = response.end.bind(response) as (...rest: readonly unknown[]) => unknown;
  const settle = async (chunk: unknown) => {
    standing.isOver = true;
    clearInterval(alive);
    try {
      if (response.statusCode >= 300) await releaseKey(deps.database, workspaceId, claim);
      else await keepAnswer(deps.database, workspaceId, claim, answerToKeep(response.statusCode, textOf(chunk)));
    } catch (error) {
      deps.log.warn('idempotency.answer_not_kept', errorFields(error));
    }
  };
  Object.assign(response, {
    end: (chunk?: unknown, ...rest: readonly unknown[]) => {
      Object.assign(response, { end });
      void settle(chunk).then(() => end(chunk, ...rest));
      return response;
    },
  });
  return standing;
}

function textOf(chunk: unknown): string | null {
  if (typeof chunk === 'string') return chunk;
  return Buffer.isBuffer(chunk) ? chunk.toString('utf8') : null;
}

function send(response: Response, { status, answer }: Replay): void {
  response.status(status).setHeader('idempotent-replayed', 'true');
  if (answer === null) response.end();
  else response.type('application/json').send(answer);
}
