import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { firstIdAt } from './exchange-id.ts';

/**
 * How far a provisioning service has come (entra-scim-client §7): nobody with a credential has asked anything; only Test Connection
 * was pressed; users or groups are looked for but none is sent; what is sent is refused; some are taken. Most of the reasons why
 * nobody is provisioned need no more to be told apart.
 */
export type ProvisioningSign = 'silent' | 'probed' | 'looking' | 'refused' | 'taken';

/** The farthest that it has come since an instant. Each question is one look into an index. */
export async function readProvisioningSign(q: Queryable, workspaceId: WorkspaceId, since: Instant): Promise<ProvisioningSign> {
  const { rows } = await q.query<{ sign: ProvisioningSign }>(
    `select case
       when exists (select from scim_exchange where scim_exchange.workspace_id = $1 and scim_exchange.id >= $3::uuid
         and scim_exchange.method = 'POST' and scim_exchange.status = 201) then 'taken'
       when exists (select from scim_exchange where scim_exchange.workspace_id = $1 and scim_exchange.id >= $3::uuid
         and scim_exchange.method = 'POST' and scim_exchange.status >= 400) then 'refused'
       when exists (select from scim_exchange where scim_exchange.workspace_id = $1 and scim_exchange.id >= $3::uuid)
         or exists (select from scim_exchange_minute where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute >= date_trunc('minute', $2::timestamptz, 'UTC')
           and not scim_exchange_minute.is_probe and scim_exchange_minute.resource_type <> 'Discovery') then 'looking'
       when exists (select from scim_exchange_minute where scim_exchange_minute.workspace_id = $1 and scim_exchange_minute.minute >= date_trunc('minute', $2::timestamptz, 'UTC'))
         then 'probed'
       else 'silent'
     end as sign`,
    [workspaceId, since, firstIdAt(since)],
  );
  return rows[0]?.sign ?? 'silent';
}
