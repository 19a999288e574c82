import { earliest, type Instant } from '../kernel/index.ts';
import { type Allowance, deadlineOf, type Reckoning } from './deadline.ts';
import type { EmploymentDates, InstantRange } from './end-interval.ts';
import type { InForce } from './policy-in-force.ts';
import type { Privilege } from './state-vector.ts';

/** What holds at a site of the organisation, as HR calls it. */
export interface SiteAllowance extends Allowance {
  readonly site: string;
}

/** What a version of the policy allows: to everybody, at some sites, and to whoever held a privileged role. */
export interface PolicyTerms extends Allowance {
  readonly sites: readonly SiteAllowance[];
  readonly privileged: { readonly slaHours: number } | null;
}

/** What an employment has to do with a policy's terms. */
export interface Circumstances {
  readonly site: string | null;
  readonly isPrivileged: boolean;
}

/**
 * The allowances that hold for an employment, in the order in which they are looked for: its site's own in the place of the general one, then, for
 * a privileged role, the one for those as well.
 */
export function allowancesFor(
  { sites, privileged, ...general }: PolicyTerms,
  { site, isPrivileged }: Circumstances,
): readonly [Allowance, ...Allowance[]] {
  const own = sites.find((each) => each.site === site) ?? general;
  return isPrivileged && privileged !== null ? [own, { slaHours: privileged.slaHours, businessDays: null }] : [own];
}

/** By when access had to be gone: of several allowances the one that ends first. */
export function policyDeadline(
  end: InstantRange,
  allowances: readonly [Allowance, ...Allowance[]],
  period: EmploymentDates,
  reckoning: Reckoning,
): InstantRange {
  const [first, ...others] = allowances;
  return others.reduce(
    (tightest, allowance) => {
      const deadline = deadlineOf(end, allowance, period, reckoning);
      return { earliest: earliest(tightest.earliest, deadline.earliest), latest: earliest(tightest.latest, deadline.latest) };
    },
    deadlineOf(end, first, period, reckoning),
  );
}

/** What a version of the policy allows somebody, as far as it is known what they held. */
export interface Allowed {
  readonly terms: PolicyTerms;
  readonly site: string | null;
  readonly privileged: Privilege;
}

/**
 * By when a leaver's access had to be gone. Where it is not known whether they held a privileged role, that lies between the deadline for those and the
 * one for everybody: neither in time by the one nor late by the other settles anything (I10).
 */
export function leaverDeadline(
  end: InstantRange,
  { terms, site, privileged }: Allowed,
  period: EmploymentDates,
  reckoning: Reckoning,
): InstantRange {
  const deadline = (isPrivileged: boolean) => policyDeadline(end, allowancesFor(terms, { site, isPrivileged }), period, reckoning);
  if (privileged !== 'UNKNOWN') return deadline(privileged === 'YES');
  return { earliest: deadline(true).earliest, latest: deadline(false).latest };
}

/**
 * By when access had to be gone where several policies may judge the end: from the earliest deadline that any of them sets for an end of its own time to the
 * latest (I10). Throws a RangeError for none.
 */
export function spanningDeadline(
  inForce: readonly InForce<PolicyTerms>[],
  held: Omit<Allowed, 'terms'>,
  period: EmploymentDates,
  reckoning: Reckoning,
): InstantRange {
  const [first, ...others] = inForce.map(({ policy, ends }) => leaverDeadline(ends, { terms: policy, ...held }, period, reckoning));
  if (first === undefined) throw new RangeError('a deadline comes from a policy');
  return others.reduce(
    (span, each) => ({ earliest: earliest(span.earliest, each.earliest), latest: later(span.latest, each.latest) }),
    first,
  );
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}
