import type { Request } from 'express';
import { refuse } from '../kernel/index.ts';
import { queryText } from '../platform/index.ts';
import { type Effect, effects } from '../verdict/index.ts';

/** `?effect=FAIL,INSUF`; undefined when absent: passes are part of every population. */
export function effectsOf(request: Request): readonly Effect[] | undefined {
  return queryText(request, 'effect')
    ?.split(',')
    .map((word) => {
      const effect = effects.find((known) => known === word);
      return effect ?? refuse('invalid-request', { detail: `"effect" must be some of ${effects.join(', ')}.` });
    });
}
