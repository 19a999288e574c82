import { DAY_MS, plusMs } from '../../kernel/index.ts';
import type { AdministrationClient } from './administration-client.ts';
import { addressOf } from './cast.ts';
import { syncDirectory } from './connect-directory.ts';
import { administrationAccount, fullCast, orphanUserName, serviceAccounts } from './full-cast.ts';
import { importFile } from './import-roster.ts';
import type { Connected } from './let-people-leave.ts';
import { runCycle } from './provision.ts';
import { findingsNow } from './reconcile.ts';
import { byHand } from './scim-by-hand.ts';
import type { Stage, WorkspaceMade } from './story.ts';

const EXCLUDED_DAYS = 90;

type FullKey = keyof typeof fullCast;

/** Full story, before chapter 8: what is in order, and what is only late. */
export async function letOthersChange(
  stage: Stage,
  administrator: AdministrationClient,
  { tenant, connectionId }: Connected,
): Promise<void> {
  stage.narrator.chapter('7b  Others change');
  const { control } = stage.tenant;
  const idOf = (key: FullKey): string => tenant.people.get(key) ?? '';
  stage.narrator.line(
    'unassigned, and still employed: Una; disabled, after the four hours that an administrator has, which she may have been: Priya',
  );
  await control.removeFromGroup(tenant.groups.employees, idOf('una'));
  await control.changeUser(idOf('priya'), { accountEnabled: false });
  await runCycle(stage, tenant);
  await syncDirectory(stage, administrator, connectionId);
}

/** Full story, after chapter 8: what goes wrong between the sources, with people who are still here, and with accounts that are nobody's. */
export async function letMoreGoWrong(
  stage: Stage,
  { owner, timeZone }: WorkspaceMade,
  { administrator, tenant, scim, connectionId }: Connected & { readonly administrator: AdministrationClient },
): Promise<void> {
  stage.narrator.chapter('8b  More goes wrong');
  const { control } = stage.tenant;
  const { appId } = tenant.application;
  const idOf = (key: FullKey): string => tenant.people.get(key) ?? '';

  stage.narrator.line('unassigned while out-of-scope deletions are skipped: Ursula, and Sam, who is then deleted (Entra sends nothing)');
  for (const key of ['ursula', 'sam'] as const) await control.unassign(appId, tenant.assignments.get(idOf(key)) ?? '');
  await runCycle(stage, tenant);
  await control.deleteUser(idOf('sam'));

  stage.narrator.line('in the directory, and no cycle after it: Dora disabled, Jo assigned, Rory given another role');
  await control.changeUser(idOf('dora'), { accountEnabled: false });
  await control.unassign(appId, tenant.assignments.get(idOf('rory')) ?? '');
  await control.assign(appId, [
    { principalId: idOf('jo'), appRoleValue: 'employee' },
    { principalId: idOf('rory'), appRoleValue: 'auditor' },
  ]);

  const hand = byHand(scim);
  await hand.change(addressOf(fullCast.ina.name), { active: false });
  await hand.changeRole(addressOf(fullCast.uma.name), 'superuser');
  for (const userName of [orphanUserName, administrationAccount.userPrincipalName]) await hand.create(userName);
  stage.narrator.line(
    `by hand over SCIM: Ina deactivated, Uma given a role that no catalogue knows, ${orphanUserName} and ${administrationAccount.userPrincipalName} created`,
  );

  await syncDirectory(stage, administrator, connectionId);
  await classifyServiceAccounts(stage, administrator, owner);
  for (const file of ['everybody', 'a later file'] as const) await importFile(stage, administrator, { file, timeZone });
}

/** A run finds accounts that nobody answers for. The administrator asks to have some excluded; somebody else, here the owner, approves. */
async function classifyServiceAccounts(stage: Stage, administrator: AdministrationClient, owner: AdministrationClient): Promise<void> {
  await administrator.post('/reconciliation/runs', {});
  const systems = (await findingsNow(administrator)).flatMap((finding) => finding.systems);
  const { people } = await administrator.get<{ people: readonly { id: string; displayName: string | null }[] }>('/people?limit=1000');
  for (const service of serviceAccounts) {
    const { id } = await administrator.post<{ id: string }>('/account-classifications', {
      system: 'directory',
      accountId: systems.find(({ account }) => account === service.userPrincipalName)?.accountId,
      class: 'service',
      ownerPersonId: people.find(({ displayName }) => displayName === service.owner)?.id,
      reason: 'A job runs by it; nobody signs in.',
      expiresAt: plusMs(stage.clock.now(), EXCLUDED_DAYS * DAY_MS),
    });
    await owner.post(`/account-classifications/${id}/approval`, {});
    stage.narrator.line(
      `${service.userPrincipalName} is a service account, and ${service.owner} answers for it: asked by the administrator, approved by the owner`,
    );
  }
  for (const { accountId, system } of systems.filter(({ account }) => account === administrationAccount.userPrincipalName)) {
    const personId = people.find(({ displayName }) => displayName === fullCast.tess.name)?.id;
    await administrator.post('/account-links', { personId, system, accountId, action: 'link', reason: 'She administers by it.' });
  }
  stage.narrator.line(`${administrationAccount.userPrincipalName} is ${fullCast.tess.name}’s as well, says the administrator`);
  await disown(stage, owner, {
    administrator,
    personId: people.find(({ displayName }) => displayName === fullCast.dina.name)?.id,
    accountId: systems.find(({ account }) => account === addressOf(fullCast.dina.name))?.accountId,
  });
}

/** An account that works still is said not to have been the leaver's: two people can say so, and no source does. */
async function disown(
  { narrator }: Stage,
  owner: AdministrationClient,
  { administrator, ...whose }: { readonly administrator: AdministrationClient } & Readonly<Record<string, unknown>>,
): Promise<void> {
  const said = { ...whose, system: 'directory', action: 'unlink', reason: 'It was never hers, says the help desk.' };
  const { id } = await administrator.post<{ id: string }>('/account-links', said);
  await owner.post(`/account-links/requests/${id}/approval`, {});
  narrator.line(
    `the account of ${fullCast.dina.name}, who left, is said not to be hers: asked by the administrator, approved by the owner`,
  );
}
