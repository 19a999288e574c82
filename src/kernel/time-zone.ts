/**
 * What the time zone database takes for an offset that is the same all year, and people for a zone with summer time: HR's EST is mostly New York, and its GMT mostly London. By the offset a
 * day of summer would end an hour late.
 */
const OFFSETS = /^(?:EST|MST|HST|GMT|GMT[+-]?0|Greenwich|[^A-Za-z].*)$/i;

/** Whether a name is an offset, of which nobody says at which place: which zone is meant is not guessed. */
export function isOffset(zone: string): boolean {
  return OFFSETS.test(zone);
}

/** Whether a name is a time zone's by which days can be reckoned (IANA), as verdicts reckon them. An offset is none. */
export function isTimeZone(zone: string): boolean {
  if (isOffset(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
