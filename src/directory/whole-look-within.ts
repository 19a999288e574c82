import { DAY_MS } from '../kernel/index.ts';

/**
 * The whole tenant is looked at within this time, whatever a schedule says (microsoft-graph §2.3). In milliseconds. What a longer stretch
 * means is said here once: the last look no longer speaks of now, and a stretch as long between two looks is no usual one.
 */
export const WHOLE_LOOK_WITHIN_MS = DAY_MS;
