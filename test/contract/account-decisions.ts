import type { LivingServers } from './living-servers.ts';
import { type Makers, present } from './makers.ts';

/** One classification that waits and one that is approved, and an account that has none. */
export async function classAccounts({ db }: LivingServers, { client, owner, workspaceId }: Makers) {
  const { rows } = await db.owner.query<{ id: string }>(
    `select account_id as id from directory_account
     where workspace_id = $1 and not exists (select from account_link as link where link.account_id = directory_account.account_id and link.rule = 'M0')
     order by user_principal_name desc
     limit 3`,
    [workspaceId],
  );
  const { people } = await client.get<{ people: readonly { id: string }[] }>('/people');
  const request = async (accountId: string | undefined) =>
    client.post<{ id: string }>('/account-classifications', {
      system: 'directory',
      accountId,
      class: 'service',
      ownerPersonId: present(people[0]?.id),
      reason: 'sends the invoices',
      expiresAt: '2096-01-01T00:00:00Z',
    });
  const { id: classificationToApprove } = await request(rows[0]?.id);
  const { id: classificationApproved } = await request(rows[1]?.id);
  await owner.post(`/account-classifications/${classificationApproved}/approval`, {});
  return { classificationToApprove, classificationApproved, freeAccount: present(rows[2]?.id) };
}

/** Decisions about somebody who left, and accounts of others: two that wait, and one that is approved. */
export async function askForLinks({ db }: LivingServers, { client, owner, workspaceId }: Makers) {
  const { rows } = await db.owner.query<{ leaver: string; accountId: string }>(
    `select leaver.id as leaver, account.account_id as "accountId"
     from (
       select period.person_id as id from employment_period as period
       where period.workspace_id = $1 and period.end_date is not null order by period.person_id limit 1
     ) as leaver
     join directory_account as account on account.workspace_id = $1
     where not exists (select from account_link as link where link.account_id = account.account_id and link.person_id = leaver.id)
     order by account.account_id
     limit 3`,
    [workspaceId],
  );
  const ask = async (row: { readonly leaver: string; readonly accountId: string } | undefined) => {
    const pair = { personId: row?.leaver, accountId: row?.accountId, system: 'directory' };
    return (await client.post<{ id: string }>('/account-links', { ...pair, action: 'unlink', reason: 'somebody else’s' })).id;
  };
  const linkRequestApproved = await ask(rows[0]);
  await owner.post(`/account-links/requests/${linkRequestApproved}/approval`, {});
  return {
    leaver: present(rows[0]?.leaver),
    linkRequestApproved,
    linkRequestToApprove: await ask(rows[1]),
    linkRequestToWithdraw: await ask(rows[2]),
    accountToWithdraw: present(rows[2]?.accountId),
  };
}
