import type { Instant } from '../kernel/index.ts';
import {
  type Allowance,
  allowancesFor,
  type InForce,
  type InstantRange,
  judgesSince,
  type LocalCalendar,
  policiesInForce,
  policyInForce,
  type PolicyTerms,
  type RuleEdition,
  spanningDeadline,
} from '../verdict/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { indexAt, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, recordedAt, wasSettled } from './ledger-facts.ts';
import type { CitingUnit } from './read-citing-unit.ts';
import { type Derived, type DerivedEnd, rangeText } from './recompute-end.ts';
import { same } from './same-value.ts';

/** Derives by when access had to be gone from the derived end and the `policy.set` records that judge it, and holds the report's deadline, and which of them it cites, against it. */
export function recomputeDeadline(
  unit: CitingUnit,
  { end, dates }: DerivedEnd & { readonly end: InstantRange },
  basis: Basis,
): Derived<InstantRange> {
  const cited = basis.facts.ofType('policy.set').filter(({ id }) => unit.evidence.includes(id));
  if (cited.length === 0) return { wrong: ['it cites no policy for its deadline'] };
  const { judging, wrong } = judgingOf(cited, end, basis);
  const terms = judging.map(({ policy, ends }) => ({ policy: termsOf(policy), ends }));
  const { privileged } = unit.vector;
  if (privileged !== 'NO' && terms.every(({ policy }) => policy.privileged === null))
    return { wrong: [`it holds a privileged role against ${listed(judging)}, which sets nothing for those`] };
  const reckoning = { calendar: basis.calendar, workspaceZone: dates.timeZone };
  const value = spanningDeadline(terms, { site: dates.site, privileged }, dates, reckoning);
  if (same(value, unit.deadline)) return { value, wrong };
  const allowed = judging.map(({ policy }) => {
    const allowances = allowancesFor(termsOf(policy), { site: dates.site, isPrivileged: privileged !== 'NO' });
    return `${named(policy)} allows ${allowances.map(saidOf).join(' or ')}`;
  });
  const given = `its deadline is given as ${givenText(unit.deadline)}; ${allowed.join(' and ')}, which gives ${rangeText(value)}`;
  return { value, wrong: [...wrong, given] };
}

interface Judging {
  /** What the deadline is derived from. */
  readonly judging: readonly InForce<ProvenRecord>[];
  readonly wrong: readonly string[];
}

/** All that may have been in force at the end must be cited, and nothing else; up to format 3, the policy of the latest end alone was. */
function judgingOf(cited: readonly ProvenRecord[], end: InstantRange, { edition, facts }: Basis): Judging {
  const isSpanning = judgesSince(edition, 4);
  // What was set shortly before the report may not be known to it, unless it is cited.
  const isKnown = (record: ProvenRecord) => !isSpanning || cited.includes(record) || wasSettled(record, facts.asOf);
  const inForce = inForceAt(facts.ofType('policy.set').filter(isKnown), end, edition);
  const said = (isSpanning ? cited.toReversed() : cited.slice(-1)).map((policy) => ({ policy, ends: end }));
  const isCited = same(idsOf(inForce), idsOf(said));
  return {
    judging: isSpanning ? inForce : said,
    wrong: isCited
      ? []
      : [
          `its deadline comes from ${listed(said)}; ${listed(inForce)} ${inForce.length > 1 ? 'may have been' : 'was'} in force when the employment ended`,
        ],
  };
}

interface Basis {
  readonly facts: LedgerFacts;
  readonly calendar: LocalCalendar;
  readonly edition: RuleEdition;
}

/** What the policies allow that judge an end of employment. */
export function termsAt(end: InstantRange, { edition, facts }: Omit<Basis, 'calendar'>): readonly InForce<PolicyTerms>[] {
  return inForceAt(facts.ofType('policy.set'), end, edition).map(({ policy, ends }) => ({ policy: termsOf(policy), ends }));
}

/** By the rule of the report's format: up to format 3 the policy of the latest end judged alone. */
function inForceAt(policies: readonly ProvenRecord[], end: InstantRange, edition: RuleEdition): readonly InForce<ProvenRecord>[] {
  const versions = versionsOf(policies);
  if (judgesSince(edition, 4)) return policiesInForce(versions, end).map(({ policy, ends }) => ({ policy: policy.record, ends }));
  const latest = policyInForce(versions, end.latest);
  return latest === undefined ? [] : [{ policy: latest.record, ends: end }];
}

/** Latest first. */
function versionsOf(policies: readonly ProvenRecord[]): readonly { readonly record: ProvenRecord; readonly effectiveFrom: Instant }[] {
  return policies.map((record) => ({ record, effectiveFrom: recordedAt(record) })).toReversed();
}

function idsOf(inForce: readonly InForce<ProvenRecord>[]): readonly string[] {
  return inForce.map(({ policy }) => policy.id);
}

function listed(inForce: readonly InForce<ProvenRecord>[]): string {
  return inForce.map(({ policy }) => named(policy)).join(' and ');
}

/** What a policy allows. */
export function termsOf(record: ProvenRecord): PolicyTerms {
  const after = objectAt(record.leaf['after'], `what ${named(record)} sets`);
  const { privileged, sites = [] } = after;
  return {
    ...allowanceOf(after, named(record)),
    sites: listAt(sites, 'sites').map((each) => {
      const own = objectAt(each, 'a site');
      return { site: textAt(own['site'], 'site'), ...allowanceOf(own, `a site of ${named(record)}`) };
    }),
    privileged:
      privileged === undefined ? null : { slaHours: indexAt(objectAt(privileged, 'privileged')['sla_hours'], 'privileged.sla_hours') },
  };
}

function allowanceOf({ sla_hours: slaHours, business_days: businessDays, holidays }: JsonObject, where: string): Allowance {
  if ((slaHours === undefined) === (businessDays === undefined)) throw new TypeError(`${where} sets neither hours nor days, or both`);
  return {
    slaHours: slaHours === undefined ? null : indexAt(slaHours, 'sla_hours'),
    businessDays: businessDays === undefined ? null : indexAt(businessDays, 'business_days'),
    holidays: holidays === undefined ? [] : listAt(holidays, 'holidays').map((day) => textAt(day, 'holidays')),
  };
}

function saidOf({ slaHours, businessDays, holidays = [] }: Allowance): string {
  if (businessDays === null) return `${slaHours ?? 0} h`;
  return `${businessDays} business days${holidays.length === 0 ? '' : ` with ${holidays.length} holidays`}`;
}

function givenText(range: InstantRange | null): string {
  return range === null ? 'none' : rangeText(range);
}
