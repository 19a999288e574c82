import { plural } from '../kernel/index.ts';

/** What a roster that leaves people out amounts to. */
export type OmissionDecision = { readonly kind: 'dropped'; readonly implausible: string | null } | { readonly kind: 'ended' };

/**
 * How much smaller than the one before a roster of everybody may be: as many as a company loses at once, or a tenth of a large one; of a small
 * one a third, since half of it is a file that was cut in half.
 */
export const PLAUSIBLE_LOSS = { people: 10, share: 0.1, mostShare: 1 / 3 } as const;

/**
 * For so many days it is good what somebody said of a person whom HR leaves out: as long as a roster is HR's word of today (`roster-stale`). The first roster behind them that leaves
 * the person out asks again.
 */
export const KEPT_FOR_DAYS = 35;

/**
 * Whether leaving somebody out ends their employment: only where the roster was declared to hold everybody, and is about as large as the
 * one before (evidence §6 rule 2). A file that was cut off in the middle is shorter, and ends nobody; nor does one with a row of which
 * nobody can say whom it names.
 */
export function decideOmission({
  full,
  rows,
  unnamedRows,
  rowsBefore,
  omitted,
  isConfirmed,
}: {
  readonly full: boolean;
  readonly rows: number;
  readonly unnamedRows: number;
  readonly rowsBefore: number;
  readonly omitted: number;
  /** Two people say, or will have to, that it is to be taken at its word, whatever its size. */
  readonly isConfirmed: boolean;
}): OmissionDecision {
  if (!full) return { kind: 'dropped', implausible: null };
  if (unnamedRows > 0 && omitted > 0) {
    return {
      kind: 'dropped',
      implausible: `It was declared to hold everybody, and of ${unnamedRows} of its rows nobody can say whom ${unnamedRows === 1 ? 'it names' : 'they name'}: whom it leaves out are asked about, one by one.`,
    };
  }
  if (isConfirmed) return { kind: 'ended' };
  const { mostShare, people, share } = PLAUSIBLE_LOSS;
  const known = Math.max(rowsBefore, rows + omitted);
  const most = Math.min(Math.max(people, Math.floor(known * share)), Math.floor(known * mostShare));
  const loss = Math.max(rowsBefore - rows, omitted);
  if (loss <= most) return { kind: 'ended' };
  return {
    kind: 'dropped',
    implausible: `It was declared to hold everybody, has ${plural(rows, 'row')} after ${rowsBefore} and leaves out ${plural(omitted, 'person who is', 'people who are')} employed: more than ${most} at once are asked about, one by one.`,
  };
}
