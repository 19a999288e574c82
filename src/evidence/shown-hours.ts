/** Hours with two decimals, and a proper minus. */
export function shownHours(hours: number, round: (hundredths: number) => number = Math.round): string {
  // To the millisecond, which is all that there is: 1.1 × 100 is a little more than 110.
  return `${(round(Number((hours * 100).toFixed(6))) / 100).toFixed(2).replace('-', '−')} h`;
}

/** A time that is known to lie between two, either of which may not be known; rounded so that it lies between what is shown. */
export function boundedHours(low: number | null, high: number | null): string {
  const [from, to] = [low === null ? null : shownHours(low, Math.floor), high === null ? null : shownHours(high, Math.ceil)];
  if (from === null) return to === null ? 'not known' : `at most ${to}`;
  if (to === null) return `more than ${from}, and not proven to have ended`;
  return `between ${from} and ${to}`;
}
