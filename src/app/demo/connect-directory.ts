import { setTimeout as delay } from 'node:timers/promises';
import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { DirectoryConnected, Stage, TenantMade } from './story.ts';

interface DirectoryRun {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'parked' | 'held' | 'complete' | 'failed';
  readonly counts: Readonly<Record<string, number>> | null;
  readonly errorDetail?: string | null;
}

const POLL_MS = 100;
const MAX_POLLS = 1_200;

/** Chapter 4: the directory connection is added, checked and synced, and a scope of two groups is set. */
export async function connectDirectory(stage: Stage, administrator: AdministrationClient, tenant: TenantMade): Promise<DirectoryConnected> {
  stage.narrator.chapter('4  The directory, read only');
  const { id: connectionId } = await administrator.post<{ id: string }>('/directory/connections', {
    cloud: 'commercial',
    tenantId: stage.tenant.tenantId,
    clientId: tenant.application.appId,
    clientSecret: tenant.application.clientSecret,
    scimAppId: tenant.application.appId,
  });
  const check = await administrator.post<{ verdict: string; permissions: readonly { permission: string; granted: unknown }[] }>(
    `/directory/connections/${connectionId}/check`,
    {},
  );
  const granted = check.permissions.filter((permission) => permission.granted === true).map(({ permission }) => permission);
  expectThat('the connection may read the directory', check.verdict === 'ok');
  stage.narrator.line(`connection checked: ${check.verdict}, granted ${granted.join(', ')}`);
  await syncDirectory(stage, administrator, connectionId);
  await administrator.put('/scope', { connectionId, includeGroups: [tenant.groups.engineering, tenant.groups.sales], includeUsers: [] });
  await syncDirectory(stage, administrator, connectionId);
  const scope = await administrator.get<{ inEffect: boolean }>('/scope');
  expectThat('the scope is in effect while the switch is off', scope.inEffect);
  stage.narrator.line('scope set to the groups Engineering and Sales: in effect');
  return { connectionId };
}

/** Asks for a full sync and waits until it has finished. */
export async function syncDirectory(stage: Stage, administrator: AdministrationClient, connectionId: string): Promise<void> {
  const queued = await administrator.post<DirectoryRun>('/directory/runs', { connectionId });
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const run = await administrator.get<DirectoryRun>(`/directory/runs/${queued.id}`);
    if (run.state === 'complete') {
      const counts = Object.entries(run.counts ?? {}).map(([name, count]) => `${count} ${name}`);
      stage.narrator.line(`directory sync complete: ${counts.join(', ')}`);
      return;
    }
    expectThat(`the directory sync succeeds (${run.errorDetail ?? ''})`, run.state !== 'failed' && run.state !== 'held');
    await delay(POLL_MS);
  }
  expectThat('the directory sync ends', false);
}
