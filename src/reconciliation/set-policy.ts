import { type CanonicalObject, instantOf, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Queryable } from '../platform/index.ts';
import { listRoles } from '../workspace/index.ts';
import { type PolicyPresetId, policyPresets } from './policy-presets.ts';
import { listPolicies, lockPolicies, replacePolicy } from './policy-store.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { PolicySite, ReportPolicy } from './report-population.ts';

/** A year: an SLA beyond it is a mistake. */
export const MAX_SLA_HOURS = 8_760;
export const MAX_BUSINESS_DAYS = 260;
/** Some twenty years of a country with many. */
const MAX_HOLIDAYS = 500;
/** A policy's record holds the version before it as well, within the 64 KiB of a leaf. */
export const MAX_SITES = 100;
const MAX_HOLIDAYS_AT_SITES = 1_000;

/** What holds at a site: hours or business days, one of the two; holidays in any order. */
export type SiteInput = PolicySite;

/** A preset, hours or business days: one of the three. */
export interface PolicyInput {
  readonly preset?: PolicyPresetId | undefined;
  readonly slaHours?: number | undefined;
  readonly businessDays?: number | undefined;
  /** With business days alone: `YYYY-MM-DD`, in any order. */
  readonly holidays?: readonly string[] | undefined;
  /** Each once. */
  readonly sites?: readonly SiteInput[] | undefined;
  readonly privileged?: { readonly slaHours: number; readonly roles: readonly string[] } | undefined;
  readonly actor: string;
}

/**
 * Sets by when access must be gone after the end of employment. It judges ends from now on; earlier versions stay for theirs. Which roles
 * are privileged is part of the version. Throws DomainError `invalid-request` for none or several of preset, hours and days, for a role that
 * the catalogue lacks, for privileged roles that would have longer than others, for a site that is named twice, and for holidays that are none.
 */
export async function setPolicy(
  { database, clock }: ReconciliationDependencies,
  workspaceId: WorkspaceId,
  { actor, ...input }: PolicyInput,
): Promise<ReportPolicy> {
  const allowed = allowanceOf(input);
  const holidays = holidaysOf(input.holidays ?? [], allowed);
  const sites = sitesOf(input.sites ?? []);
  const privileged = input.privileged ?? null;
  if (privileged !== null && allowed.slaHours !== null && privileged.slaHours > allowed.slaHours) {
    refuse('invalid-request', {
      detail: 'Privileged roles cannot have longer than others.',
      next: 'Give them no more hours than the policy gives everybody.',
    });
  }
  return database.transaction(async (tx) => {
    await lockPolicies(tx, workspaceId);
    if (privileged !== null) await refuseUnknownRoles(tx, workspaceId, privileged.roles);
    const at = clock.now();
    const [previous] = await listPolicies(tx, workspaceId);
    const id = newId<'policy'>(at);
    const policy = { id, version: (previous?.version ?? 0) + 1, ...allowed, holidays, sites, privileged, effectiveFrom: at };
    const recordId = await appendOne(tx, workspaceId, {
      type: 'policy.set',
      at,
      actor,
      subject: { kind: 'policy', id },
      ...(previous === undefined ? {} : { before: recorded(previous) }),
      after: recorded(policy),
      detail: { anchor: 'employment_end', ...(previous === undefined ? {} : { supersedes: previous.id }) },
    });
    await replacePolicy(tx, workspaceId, { ...policy, actor, recordId });
    return { ...policy, supersededAt: null, recordId };
  });
}

function allowanceOf({
  preset,
  slaHours,
  businessDays,
}: Omit<PolicyInput, 'actor'>): Pick<ReportPolicy, 'preset' | 'slaHours' | 'businessDays'> {
  if ([preset, slaHours, businessDays].filter((given) => given !== undefined).length !== 1) {
    return refuse('invalid-request', {
      detail: 'Give one of "preset", "slaHours" and "businessDays".',
      next: 'GET /policies lists the presets.',
    });
  }
  const found = policyPresets.find(({ id }) => id === preset);
  if (found !== undefined) return { preset: found.id, slaHours: found.slaHours, businessDays: found.businessDays };
  return { preset: null, slaHours: slaHours ?? null, businessDays: businessDays ?? null };
}

/** Each once, in order. Throws DomainError `invalid-request` for what is no day, and where hours are counted, which know no holidays. */
function holidaysOf(given: readonly string[], { businessDays }: Pick<ReportPolicy, 'businessDays'>): readonly string[] {
  const holidays = [...new Set(given)].sort();
  if (holidays.length > 0 && businessDays === null) {
    refuse('invalid-request', { detail: '"holidays" go with business days: hours run through them.' });
  }
  const wrong = holidays.find((day) => !isDay(day));
  if (wrong !== undefined) refuse('invalid-request', { detail: `"holidays" must be days such as 2026-12-25; "${wrong}" is none.` });
  if (holidays.length > MAX_HOLIDAYS) refuse('invalid-request', { detail: `A policy lists at most ${MAX_HOLIDAYS} holidays.` });
  return holidays;
}

/** In the order of their names. Throws DomainError `invalid-request`. */
function sitesOf(given: readonly SiteInput[]): readonly PolicySite[] {
  const sites = given.map((each) => ({ ...each, holidays: holidaysOf(each.holidays, each) })).sort((a, b) => (a.site < b.site ? -1 : 1));
  const twice = sites.find(({ site }, index) => sites[index + 1]?.site === site);
  if (twice !== undefined) refuse('invalid-request', { detail: `The site "${twice.site}" is there twice.` });
  if (sites.flatMap(({ holidays }) => holidays).length > MAX_HOLIDAYS_AT_SITES) {
    refuse('invalid-request', { detail: `A policy lists at most ${MAX_HOLIDAYS_AT_SITES} holidays of its sites.` });
  }
  return sites;
}

function isDay(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  return !Number.isNaN(ms) && instantOf(ms).startsWith(text);
}

async function refuseUnknownRoles(tx: Queryable, workspaceId: WorkspaceId, roles: readonly string[]): Promise<void> {
  const known = new Set((await listRoles(tx, workspaceId)).map(({ id }) => id));
  const unknown = roles.find((role) => !known.has(role));
  if (unknown !== undefined)
    refuse('invalid-request', { detail: `The catalogue has no role "${unknown}".`, next: 'GET /roles lists them.' });
}

/** What does not apply is left out. */
function recorded({
  version,
  preset,
  sites,
  privileged,
  ...general
}: Omit<ReportPolicy, 'id' | 'effectiveFrom' | 'supersededAt' | 'recordId'>): CanonicalObject {
  return {
    version,
    ...recordedAllowance(general),
    ...(sites.length === 0 ? {} : { sites: sites.map((each) => ({ site: each.site, ...recordedAllowance(each) })) }),
    ...(preset === null ? {} : { preset }),
    ...(privileged === null ? {} : { privileged: { sla_hours: privileged.slaHours, roles: privileged.roles } }),
  };
}

function recordedAllowance({ slaHours, businessDays, holidays }: Omit<PolicySite, 'site'>): CanonicalObject {
  return {
    ...(slaHours === null ? {} : { sla_hours: slaHours }),
    ...(businessDays === null ? {} : { business_days: businessDays }),
    ...(holidays.length === 0 ? {} : { holidays }),
  };
}
