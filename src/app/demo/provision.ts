import type { AdministrationClient } from './administration-client.ts';
import { addressOf, cast } from './cast.ts';
import { expectThat } from './narrator.ts';
import type { CycleSummary } from './simulator-control.ts';
import type { ScimAccess, Stage, TenantMade } from './story.ts';

interface Outcome {
  readonly predicted: number;
  readonly provisioned: number;
  readonly predictedNotProvisioned: number;
  readonly provisionedNotPredicted: number;
}

interface Diagnosis {
  readonly firstProblem: string | null;
  readonly checks: readonly {
    readonly check: string;
    readonly state: 'ok' | 'problem' | 'unseen';
    readonly detail: string;
    readonly permission: string | null;
  }[];
}

const ROLE_URN = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';

/** Chapter 6: the provisioning service's first cycle, and a second one that has nothing to say. */
export async function provision(
  stage: Stage,
  administrator: AdministrationClient,
  { scim, tenant }: { readonly scim: ScimAccess; readonly tenant: TenantMade },
): Promise<void> {
  stage.narrator.chapter('6  Entra provisions');
  const first = await runCycle(stage, tenant);
  expectThat('the first cycle creates people and groups', first.users.created > 0 && first.groups.created > 0);
  await holdAgainstPreview(stage, administrator);
  await askDiagnosis(stage, administrator);
  await stage.tenant.control.restartProvisioning(tenant.application.appId);
  stage.narrator.line('provisioning restarted: Entra reads everybody again and compares');
  const second = await runCycle(stage, tenant);
  expectThat(
    `a second cycle without changes sends no PATCH (it sent ${second.requests.PATCH})`,
    second.requests.PATCH === 0 && second.requests.POST === 0,
  );
  for (const { key, name, appRole } of [cast.ada, cast.audrey, cast.remy]) {
    const role = await roleOverScim(scim, addressOf(name));
    expectThat(`${key} carries the role that Entra assigned`, role === appRole);
    stage.narrator.line(`${name}: rbac_role_id ${role}`);
  }
}

async function holdAgainstPreview(stage: Stage, administrator: AdministrationClient): Promise<void> {
  const outcome = await administrator.get<Outcome>('/activation/outcome');
  const { predicted, provisioned, predictedNotProvisioned, provisionedNotPredicted } = outcome;
  expectThat('what came of it is what the preview said', predictedNotProvisioned === 0 && provisionedNotPredicted === 0);
  stage.narrator.line(
    `held against the preview: ${predicted} predicted, ${provisioned} provisioned; ${predictedNotProvisioned} missing, ${provisionedNotPredicted} unforeseen`,
  );
}

/** What `rollcall doctor` prints: the problems, and how much else was looked at. */
async function askDiagnosis(stage: Stage, administrator: AdministrationClient): Promise<void> {
  const { firstProblem, checks } = await administrator.get<Diagnosis>('/scim/diagnosis');
  expectThat(`the diagnosis names who is assigned and disabled (${firstProblem})`, firstProblem === 'assigned-are-enabled');
  const count = (state: Diagnosis['checks'][number]['state']) => checks.filter((check) => check.state === state).length;
  const missing = [...new Set(checks.flatMap(({ permission }) => permission ?? []))];
  const unseen = missing.length === 0 ? '' : ` (grant ${missing.join(', ')} to see them)`;
  stage.narrator.line(`diagnosis: ${count('ok')} checks ok, ${count('unseen')} that cannot be seen${unseen}`);
  for (const { check, detail } of checks.filter(({ state }) => state === 'problem')) stage.narrator.line(`  ${check}: ${detail}`);
}

/** Runs one cycle and tells what it did; a failed object or a quarantine is not part of the story. */
export async function runCycle(stage: Stage, tenant: TenantMade): Promise<CycleSummary> {
  const cycle = await stage.tenant.control.runCycle(tenant.application.appId);
  expectThat(`cycle ${cycle.cycle} is not quarantined (${cycle.quarantine?.reason ?? ''})`, cycle.quarantine === undefined);
  expectThat(`cycle ${cycle.cycle} has no failed object (${JSON.stringify(cycle.failures[0] ?? null)})`, cycle.failures.length === 0);
  const { created, updated, disabled, deleted, unchanged } = cycle.users;
  const requests = Object.entries(cycle.requests).map(([method, count]) => `${count} ${method}`);
  stage.narrator.line(
    `cycle ${cycle.cycle}: people ${created} created, ${updated} updated, ${disabled} disabled, ${deleted} deleted, ${unchanged} unchanged; ${requests.join(', ')}`,
  );
  return cycle;
}

async function roleOverScim(scim: ScimAccess, userName: string): Promise<string | undefined> {
  const filter = encodeURIComponent(`userName eq "${userName}"`);
  const response = await fetch(`${scim.tenantUrl}/Users?filter=${filter}`, { headers: { authorization: `Bearer ${scim.token}` } });
  const list = (await response.json()) as {
    readonly Resources?: readonly Readonly<Record<string, { readonly rbac_role_id?: string } | undefined>>[];
  };
  return list.Resources?.[0]?.[ROLE_URN]?.rbac_role_id;
}
