/**
 * Verdicts that say that somebody who left may still have access, after the deadline (evidence §4.5): given back (L01), proven (L02 to L04),
 * or not proven to be gone (L06), be it that nobody has looked since (L07): doubt is not a pass (I10).
 */
export const overdueRules = ['L01', 'L02', 'L03', 'L04', 'L06', 'L07'] as const;
