import { administrationClient } from './administration-client.ts';
import { addressOf, cast } from './cast.ts';
import { expectThat } from './narrator.ts';
import { zoneAtMidday } from './roster-file.ts';
import type { Opening, WorkspaceMade } from './story.ts';

const SLA_HOURS = 24;

/** By when access must be gone; `privilegedSlaHours` for whoever held one of `privilegedRoles`. */
export interface PolicyAsked {
  readonly slaHours: number;
  readonly privilegedSlaHours?: number;
  readonly privilegedRoles?: readonly string[];
}

/** Chapter 1: a workspace with an owner, a role catalogue, an invited administrator and a policy. */
export async function foundWorkspace(stage: Opening, policy: PolicyAsked = { slaHours: SLA_HOURS }): Promise<WorkspaceMade> {
  stage.narrator.chapter('1  A workspace');
  const timeZone = zoneAtMidday(stage.clock.now());
  const { workspaceId, ownerCredential } = await stage.createWorkspace('acme', timeZone);
  const baseUrl = `${stage.publicUrl}/api/v1/workspaces/${workspaceId}`;
  const owner = administrationClient(baseUrl, ownerCredential);
  const workspace = await owner.get<{ slug: string; timeZone: string }>('');
  const { owners } = await owner.get<{ owners: readonly { name: string }[] }>('/owners');
  stage.narrator.line(
    `workspace ${workspace.slug} (${workspace.timeZone}), owner ${owners[0]?.name}: credential shown once, stored as a hash`,
  );
  for (const [rank, id] of ['employee', 'reviewer', 'auditor', 'admin'].entries())
    await owner.post('/roles', { id, name: titleCase(id), rank });
  const { roles } = await owner.get<{ roles: readonly { id: string }[] }>('/roles');
  stage.narrator.line(`role catalogue: ${roles.map(({ id }) => id).join(', ')}`);
  await owner.post('/policies', policy);
  const { policies } = await owner.get<{ policies: readonly { slaHours: number }[] }>('/policies');
  stage.narrator.line(`policy: access ends within ${policies[0]?.slaHours} h of the end of employment`);
  const invited = await owner.post<{ email: string; roleId: string; invitation: { token: string } }>('/administrators', {
    email: addressOf(cast.ada.name),
    roleId: 'admin',
  });
  stage.narrator.line(`administrator ${invited.email} invited as ${invited.roleId}`);
  return { workspaceId, timeZone, ownerCredential, owner, administrator: administrationClient(baseUrl, invited.invitation.token) };
}

/** Chapter 2: switching on is refused as long as nobody has signed in. */
export async function refuseSwitchWithoutSso(stage: Opening, { administrator }: WorkspaceMade): Promise<void> {
  stage.narrator.chapter('2  SCIM before SSO');
  const problem = await administrator.refusal('PUT', '/activation', { state: 'on', reason: 'we would like to start' });
  const because = problem.refusals?.map(({ code }) => code) ?? [];
  expectThat(
    'switching on without a verified sign-in is refused for that reason',
    problem.status === 409 && because.includes('sso-not-verified'),
  );
  stage.narrator.line(`switch on → ${problem.status} ${problem.title}`);
  for (const refusal of problem.refusals ?? []) stage.narrator.line(`  ${refusal.code}: ${refusal.detail}`);
}

function titleCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
