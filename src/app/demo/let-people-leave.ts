import type { AdministrationClient } from './administration-client.ts';
import type { CastKey } from './cast.ts';
import { syncDirectory } from './connect-directory.ts';
import { runCycle } from './provision.ts';
import type { ScimAccess, Stage, TenantMade } from './story.ts';

/** What earlier chapters have connected. */
export interface Connected {
  readonly tenant: TenantMade;
  readonly scim: ScimAccess;
  readonly connectionId: string;
}

/** Chapter 8: Entra disables, unassigns and deletes, in both PATCH dialects, and some of it goes wrong as it does in life. */
export async function letPeopleLeave(
  stage: Stage,
  administrator: AdministrationClient,
  { tenant, scim, connectionId }: Connected,
): Promise<void> {
  stage.narrator.chapter('8  People leave');
  const { control } = stage.tenant;
  const { appId } = tenant.application;
  const access = { tenantUrl: scim.tenantUrl, secretToken: scim.token };
  const idOf = (key: CastKey): string => tenant.people.get(key) ?? '';

  stage.narrator.line('disabled: Ines, Lars, Rex; unassigned only: Olga; deleted: Dana (older PATCH dialect)');
  for (const key of ['ines', 'lars', 'rex'] as const) await control.changeUser(idOf(key), { accountEnabled: false });
  await control.removeFromGroup(tenant.groups.employees, idOf('olga'));
  await control.deleteUser(idOf('dana'));
  await runCycle(stage, tenant);
  await syncDirectory(stage, administrator, connectionId);

  stage.narrator.line('unassigned while out-of-scope deletions are skipped, then deleted: Sven (Entra sends nothing)');
  await control.configureProvisioning(appId, { ...access, dialect: 'legacy', skipOutOfScopeDeletions: true });
  await control.unassign(appId, tenant.assignments.get(idOf('sven')) ?? '');
  await runCycle(stage, tenant);
  await control.deleteUser(idOf('sven'));
  await control.configureProvisioning(appId, { ...access, dialect: 'flag', skipOutOfScopeDeletions: true });

  stage.narrator.line('purged: Dana; enabled again after the end: Rex; no longer shown to us: Vera (newer PATCH dialect)');
  await control.purgeUser(idOf('dana'));
  await control.changeUser(idOf('rex'), { accountEnabled: true });
  await control.withholdUser(idOf('vera'), true);
  await runCycle(stage, tenant);
  await syncDirectory(stage, administrator, connectionId);
}
