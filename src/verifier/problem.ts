import { MAX_PROBLEMS_KEPT } from './limits.ts';
import { UnpackError } from './unpack-error.ts';

/** What kind of thing is wrong. Closed, so that a script can tell a changed record from a missing file. */
export type ProblemCode =
  | 'unpacking' // the ZIP itself: unsafe or repeated names, sizes beyond the limits, data that cannot be unpacked
  | 'missing-file'
  | 'unexpected-file'
  | 'file-changed'
  | 'malformed'
  | 'signature'
  | 'root-mismatch'
  | 'record-changed'
  | 'records-incomplete'
  | 'seal'
  | 'kept-checkpoint' // the ledger is not the one that the reader knew
  | 'time-stamp' // it is not over a checkpoint of this ledger, or not the authority's
  | 'cosignature' // it is not the witness's, or a witness has cosigned nothing of this ledger
  | 'disclosure'
  | 'verdict'
  | 'table' // it does not say what report.json says
  | 'recomputed'; // the cited records give something else than the report

/** One thing that is wrong with a bundle, in a sentence that names it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
}

export function problem(code: ProblemCode, detail: string): Problem {
  return { code, detail };
}

/** Problems of one check over many things: a hostile bundle may have millions, of which some are kept and the rest is counted. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  #more = 0;

  add(code: ProblemCode, detail: string): void {
    if (this.#kept.length < MAX_PROBLEMS_KEPT) this.#kept.push(problem(code, detail));
    else this.#more += 1;
  }

  all(): readonly Problem[] {
    const [first] = this.#kept;
    return this.#more === 0 || first === undefined ? this.#kept : [...this.#kept, problem(first.code, `${this.#more} more of this kind`)];
  }
}

/**
 * The problems that a check finds; when the check itself breaks on what it is given, that is one: a hostile bundle may be
 * refused, but never stops the verifier from saying what else is wrong.
 */
export function guarded(what: string, check: () => readonly Problem[]): readonly Problem[] {
  try {
    return check();
  } catch (error) {
    return [brokenCheck(what, error)];
  }
}

/** What a check that reads files returns; when it breaks on what it is given, `otherwise` with a problem that says so. */
export async function attempt<Result extends { readonly problems: readonly Problem[] }>(
  what: string,
  otherwise: Result,
  check: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    return { ...otherwise, problems: [...otherwise.problems, brokenCheck(what, error)] };
  }
}

export function brokenCheck(what: string, error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return error instanceof UnpackError ? problem('unpacking', why) : problem('malformed', `${what} cannot be read: ${why}`);
}
