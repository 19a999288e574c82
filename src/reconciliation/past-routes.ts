import type { Request } from 'express';
import type { Instant } from '../kernel/index.ts';
import { type Database, queryPast, workspaceOf } from '../platform/index.ts';
import { type AskedPast, askPast } from './ask-past.ts';

/** An instant that was asked for, and whose verdicts were the present ones then. */
export interface Past {
  readonly at: Instant;
  readonly asked: AskedPast;
}

/** `?asOf=`; undefined where the present is asked for. Throws DomainError `invalid-request` for an instant that has not passed. */
export async function pastOf(request: Request, database: Database): Promise<Past | undefined> {
  const at = queryPast(request);
  return at === undefined ? undefined : { at, asked: await askPast(database, workspaceOf(request), at) };
}

/** What was recorded by then is told even where nothing had been judged yet. */
export function shownPast({ asked, at }: Past): Record<string, unknown> {
  if (asked.kind === 'unknown') return { instant: at, run: null, reason: asked.reason };
  const { asOf, id, recordedAt } = asked.moment.run;
  return { instant: at, run: { id, asOf, recordedAt }, reason: null };
}
