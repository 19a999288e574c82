import { guarded, type Problem, problem } from './problem.ts';

/** One step of the verification and what it found; nothing means that it held. */
export interface Step {
  readonly name: string;
  readonly problems: readonly Problem[];
  /** Of values that should be there: what is not, in a sentence. It makes nothing wrong of what is there. */
  readonly notShown?: string;
}

/** How many things a line speaks of, where that is known. */
export function counting(count: number | undefined, what: string): string {
  if (count === undefined) return '';
  return `: ${count} ${what}${count === 1 ? '' : what === 'hash' ? 'es' : 's'}`;
}

/** A step that needs the log; where there is none, the step before has said so, and this one has not held either. */
export function stepOf<Log>(what: string, log: Log | undefined, check: (log: Log) => readonly Problem[]): readonly Problem[] {
  return log === undefined ? [problem('missing-file', 'not checked: there is no log to check against')] : guarded(what, () => check(log));
}
