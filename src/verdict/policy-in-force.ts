import type { Instant } from '../kernel/index.ts';
import type { InstantRange } from './end-interval.ts';

interface Version {
  readonly effectiveFrom: Instant;
}

/**
 * The policy that judges an end of employment: the version in force at that instant; before the first version there was none,
 * so the first one judges. A policy that is set later never changes an old verdict. `policies` are latest first.
 */
export function policyInForce<Policy extends Version>(policies: readonly Policy[], end: Instant): Policy | undefined {
  return policies.find((policy) => policy.effectiveFrom <= end) ?? policies.at(-1);
}

/** A policy that may judge an end of employment, and the ends that it would judge: those of its own time. */
export interface InForce<Policy> {
  readonly policy: Policy;
  readonly ends: InstantRange;
}

/**
 * The policies that may judge an end of employment that is known as a range alone: every version that was in force within it, latest first (I10). One only
 * where the end is exact; none where no policy was ever set. `policies` are latest first.
 */
export function policiesInForce<Policy extends Version>(policies: readonly Policy[], end: InstantRange): readonly InForce<Policy>[] {
  return policies.flatMap((policy, index) => {
    const until = policies[index - 1]?.effectiveFrom;
    const isBegun = index === policies.length - 1 || policy.effectiveFrom <= end.earliest;
    const from = isBegun ? end.earliest : policy.effectiveFrom;
    if (from > end.latest || (until !== undefined && until <= from)) return [];
    return [{ policy, ends: { earliest: from, latest: until === undefined || until > end.latest ? end.latest : until } }];
  });
}
