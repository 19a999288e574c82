/** Hours with two decimals, and a proper minus. */
export function shownHours(hours: number): string {
  return `${hours.toFixed(2).replace('-', '−')} h`;
}

/** A time that is known to lie between two, either of which may not be known. */
export function boundedHours(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'not known' : `at most ${shownHours(high)}`;
  if (high === null) return `more than ${shownHours(low)}, and not proven to have ended`;
  return `between ${shownHours(low)} and ${shownHours(high)}`;
}
