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
  await tellOfMfa(stage, administrator);
  await goBlind(stage, administrator, connectionId);
  return { connectionId };
}

interface MfaTest {
  readonly test: { readonly verdict: string; readonly sentence: string };
  readonly members: readonly { readonly because: string }[];
}

/** A policy for all users passes nobody's test while it leaves a group out. */
async function tellOfMfa(stage: Stage, administrator: AdministrationClient): Promise<void> {
  const { members, test } = await administrator.get<MfaTest>('/tests/mfa-on-azure?effect=FAIL&limit=1');
  const [first] = members;
  expectThat('MFA for all users but a group fails the test', test.verdict === 'FAIL' && first !== undefined);
  stage.narrator.line(`MFA on Azure: ${test.verdict}. ${test.sentence} One of them: ${first?.because}`);
}

interface Accounts {
  readonly accounts: readonly { readonly objectId: string; readonly state: string }[];
}

interface Coverage {
  readonly coverage: readonly {
    readonly windows: readonly unknown[];
    readonly gaps: readonly { readonly reason: string; readonly failedRuns: readonly string[] }[];
  }[];
}

/** A page that leads elsewhere ends the look: nothing of it is believed, and the gap is kept. */
async function goBlind(stage: Stage, administrator: AdministrationClient, connectionId: string): Promise<void> {
  const states = async () =>
    (await administrator.get<Accounts>('/directory/accounts?limit=1000')).accounts
      .map(({ objectId, state }) => `${objectId} ${state}`)
      .join();
  const before = await states();
  await stage.tenant.control.disturbGraph([{ kind: 'foreign-next-link', path: '/v1.0/users', elsewhere: 'https://graph.example.net' }]);
  const failed = await ended(administrator, connectionId);
  await stage.tenant.control.disturbGraph([]);
  expectThat('a look that was led elsewhere fails', failed.state === 'failed');
  expectThat('a look that failed changes nothing (I8)', (await states()) === before);
  stage.narrator.line(`a page leads to another host → sync ${failed.state}: ${failed.errorDetail ?? ''} Nothing changed.`);
  await syncDirectory(stage, administrator, connectionId);
  const [coverage] = (await administrator.get<Coverage>('/directory/coverage')).coverage;
  const gap = coverage?.gaps.find(({ failedRuns }) => failedRuns.includes(failed.id));
  expectThat('the coverage keeps the gap', gap !== undefined);
  stage.narrator.line(`coverage: ${coverage?.windows.length} complete looks, and a gap of which the reason is ${gap?.reason}`);
}

/** Asks for a full sync and waits until it has finished. */
export async function syncDirectory(stage: Stage, administrator: AdministrationClient, connectionId: string): Promise<void> {
  const run = await ended(administrator, connectionId);
  expectThat(`the directory sync succeeds (${run.errorDetail ?? ''})`, run.state === 'complete');
  const counts = Object.entries(run.counts ?? {}).map(([name, count]) => `${count} ${spaced(name)}`);
  stage.narrator.line(`directory sync complete: ${counts.join(', ')}`);
}

/** The name of a member as words: `groupMembers` is `group members`. */
function spaced(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The run that was asked for, once it has ended one way or the other. */
async function ended(administrator: AdministrationClient, connectionId: string): Promise<DirectoryRun> {
  const queued = await administrator.post<DirectoryRun>('/directory/runs', { connectionId });
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const run = await administrator.get<DirectoryRun>(`/directory/runs/${queued.id}`);
    if (run.state === 'complete' || run.state === 'failed' || run.state === 'held') return run;
    await delay(POLL_MS);
  }
  throw new Error('the directory sync does not end');
}
