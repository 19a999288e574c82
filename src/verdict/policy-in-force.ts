import type { Instant } from '../kernel/index.ts';

/**
 * The policy that judges an end of employment: the version in force at that instant; before the first version there was none,
 * so the first one judges. A policy that is set later never changes an old verdict. `policies` are latest first.
 */
export function policyInForce<Policy extends { readonly effectiveFrom: Instant }>(
  policies: readonly Policy[],
  end: Instant,
): Policy | undefined {
  return policies.find((policy) => policy.effectiveFrom <= end) ?? policies.at(-1);
}
