import { refuse } from '../kernel/index.ts';
import type { BodyReader } from '../platform/index.ts';
import { MAX_BUSINESS_DAYS, MAX_SITES, MAX_SLA_HOURS, type SiteInput } from './set-policy.ts';

/** A site's name in a policy, which a ledger record holds with all the others. */
const MAX_SITE_NAME = 100;

/** The sites of a policy as a request gives them. Throws DomainError `invalid-request`. */
export function readPolicySites(body: BodyReader): readonly SiteInput[] {
  if (!body.has('sites')) return [];
  return body.objects('sites', { max: MAX_SITES }).map((each) => {
    const site = each.text('site', { max: MAX_SITE_NAME }).normalize('NFC');
    const slaHours = each.has('slaHours') ? each.integer('slaHours', { min: 0, max: MAX_SLA_HOURS }) : null;
    const businessDays = each.has('businessDays') ? each.integer('businessDays', { min: 1, max: MAX_BUSINESS_DAYS }) : null;
    if ((slaHours === null) === (businessDays === null)) {
      refuse('invalid-request', { detail: `The site "${site}" needs one of "slaHours" and "businessDays".` });
    }
    const holidays = each.has('holidays') ? each.textList('holidays') : [];
    each.end();
    return { site, slaHours, businessDays, holidays };
  });
}
