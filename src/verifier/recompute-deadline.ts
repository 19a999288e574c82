import type { Instant } from '../kernel/index.ts';
import {
  type Allowance,
  allowancesFor,
  type InstantRange,
  leaverDeadline,
  type LocalCalendar,
  policyInForce,
  type PolicyTerms,
} from '../verdict/index.ts';
import type { ProvenRecord } from './proven-record.ts';
import { indexAt, type JsonObject, listAt, objectAt, textAt } from './json-shape.ts';
import { type LedgerFacts, named, recordedAt } from './ledger-facts.ts';
import type { CitingUnit } from './read-citing-unit.ts';
import { type Derived, type DerivedEnd, rangeText } from './recompute-end.ts';
import { same } from './same-value.ts';

/** Derives by when access had to be gone from the cited `policy.set` record and the derived end, and holds the report's deadline against it. */
export function recomputeDeadline(
  unit: CitingUnit,
  { end, dates }: DerivedEnd & { readonly end: InstantRange },
  { facts, calendar }: { readonly facts: LedgerFacts; readonly calendar: LocalCalendar },
): Derived<InstantRange> {
  const policies = facts.ofType('policy.set');
  const cited = policies.findLast(({ id }) => unit.evidence.includes(id));
  if (cited === undefined) return { wrong: ['it cites no policy for its deadline'] };
  const inForce = policyAt(end.latest, facts);
  const terms = termsOf(cited);
  const { privileged } = unit.vector;
  if (privileged !== 'NO' && terms.privileged === null)
    return { wrong: [`it holds a privileged role against ${named(cited)}, which sets nothing for those`] };
  const allowances = allowancesFor(terms, { site: dates.site, isPrivileged: privileged !== 'NO' });
  const value = leaverDeadline(end, { terms, site: dates.site, privileged }, dates, { calendar, workspaceZone: dates.timeZone });
  const isSame = same(value, unit.deadline);
  return {
    value,
    wrong: [
      ...(inForce === undefined || inForce === cited
        ? []
        : [`its deadline comes from ${named(cited)}; ${named(inForce)} was in force when the employment ended`]),
      ...(isSame
        ? []
        : [
            `its deadline is given as ${givenText(unit.deadline)}; ${named(cited)} allows ${allowances.map(saidOf).join(' or ')}, which gives ${rangeText(value)}`,
          ]),
    ],
  };
}

/** The policy that judges an end of employment. */
export function policyAt(end: Instant, facts: LedgerFacts): ProvenRecord | undefined {
  const versions = facts.ofType('policy.set').map((record) => ({ record, effectiveFrom: recordedAt(record) }));
  return policyInForce(versions.toReversed(), end)?.record;
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
