import type { MatchRule } from './report-population.ts';

/**
 * How sure a link is, by its rule. `decided`: a human answers for it. `certain`: it is the same object, by its id or by a real sign-in.
 * `strong`: HR's own number for the person. `probable`: an address that the account has, and nobody else had while employed. `weak`: an
 * address that it had. No percentages: nobody has counted how often an address is somebody else's.
 */
export type LinkConfidence = 'decided' | 'certain' | 'strong' | 'probable' | 'weak';

const confidences: Readonly<Record<MatchRule, LinkConfidence>> = {
  M0: 'decided',
  M1: 'certain',
  M2: 'certain',
  M3: 'strong',
  M4: 'probable',
  M5: 'weak',
};

/** What each rule goes by. */
export const matchRuleMeanings: Readonly<Record<MatchRule, string>> = {
  M0: 'a decision by hand',
  M1: 'the object id in externalId',
  M2: 'a sign-in',
  M3: 'the employee id',
  M4: 'an address',
  M5: 'an address that it had',
};

/** Null where nothing is decided: of two candidates neither is more than possible. */
export function confidenceOf({
  rule,
  standing,
}: {
  readonly rule: MatchRule;
  readonly standing: 'linked' | 'ambiguous' | 'barred';
}): LinkConfidence | null {
  return standing === 'ambiguous' ? null : confidences[rule];
}
