/**
 * The first day that tells no end of an employment, `YYYY-MM-DD`. Systems that cannot leave a date empty write one that nobody lives to see: 2099-12-31, 2999-12-31,
 * Oracle's 4712-12-31, SAP's 9999-12-31. Whoever begins to work today has long retired by then. Fixed, and not so many years ahead, so that what was read
 * once is read alike when a held roster is released, and by a verifier years later.
 */
const FIRST_DAY_OF_NO_END = '2099-12-31';

/** Whether a date `YYYY-MM-DD` lies so far ahead that it stands for "no end". */
export function isBeyondEmployment(date: string): boolean {
  return date >= FIRST_DAY_OF_NO_END;
}
