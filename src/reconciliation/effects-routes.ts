import type { Request } from 'express';
import { queryWords } from '../platform/index.ts';
import { type Effect, effects } from '../verdict/index.ts';

/** `?effect=FAIL,INSUF`; undefined when absent: passes are part of every population. */
export function effectsOf(request: Request): readonly Effect[] | undefined {
  return queryWords(request, 'effect', effects);
}
