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
  | 'disclosure'
  | 'verdict'
  | 'recomputed'; // the cited records give something else than the report

/** One thing that is wrong with a bundle, in a sentence that names it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: string;
}

export function problem(code: ProblemCode, detail: string): Problem {
  return { code, detail };
}

/**
 * The problems that a check finds; when the check itself breaks on what it is given, that is one: a hostile bundle may be
 * refused, but never stops the verifier from saying what else is wrong.
 */
export function guarded(what: string, check: () => readonly Problem[]): readonly Problem[] {
  try {
    return check();
  } catch (error) {
    return [problem('malformed', `${what} cannot be read: ${error instanceof Error ? error.message : String(error)}`)];
  }
}
