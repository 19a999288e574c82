import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Page, Queryable } from '../platform/index.ts';
import { firstIdAt } from './exchange-id.ts';
import type { Exchange } from './exchange-store.ts';

/** What a list of the wire log is to hold; what is undefined asks for nothing. */
export interface ExchangeFilter {
  readonly userId: string | undefined;
  readonly groupId: string | undefined;
  readonly credentialId: string | undefined;
  readonly method: string | undefined;
  /** The hundreds of the status. */
  readonly statusClass: number | undefined;
  /** Only what was refused, or in which something was tolerated or ignored. */
  readonly onlyOddities: boolean;
  readonly from: Instant | undefined;
  /** Half-open: what happened at this instant is left out. */
  readonly to: Instant | undefined;
}

/** Newest first. Each filter has an index that ends with the id, and ids are in the order of time, so that a page is a walk down one of them. */
export async function listExchanges(
  q: Queryable,
  workspaceId: WorkspaceId,
  filter: ExchangeFilter,
  page: Page,
): Promise<readonly Exchange[]> {
  const { text, values } = exchangesStatement(workspaceId, filter, page);
  const { rows } = await q.query<Exchange>(text, values);
  return rows;
}

/** The statement of a list, and what fills it. */
export function exchangesStatement(workspaceId: WorkspaceId, filter: ExchangeFilter, { after, limit }: Page) {
  const { conditions, values } = conditionsOf(workspaceId, { ...filter, after });
  const text = `select scim_exchange.id, scim_exchange.at, scim_exchange.credential_id as "credentialId",
       scim_exchange.request_id as "requestId", scim_exchange.method, scim_exchange.path, scim_exchange.status,
       scim_exchange.scim_type as "scimType", scim_exchange.detail, scim_exchange.tolerated, scim_exchange.ignored, scim_exchange.canonical,
       scim_exchange.effect, scim_exchange.user_id as "userId", scim_exchange.group_id as "groupId", scim_exchange.body_sha256 as "bodySha256"
     from scim_exchange
     where ${conditions.join(' and ')}
     order by scim_exchange.id desc
     limit $${values.length + 1}::int`;
  return { text, values: [...values, limit] };
}

/** The condition of the index scim_exchange_odd, word for word: PostgreSQL takes a partial index only for what implies its condition. */
const IS_ODD = `(scim_exchange.status >= 400 or scim_exchange.tolerated <> '[]'::jsonb or scim_exchange.ignored <> '[]'::jsonb)`;

/** From here on an answer is a refusal; also the condition of the index scim_exchange_refused. */
const IS_REFUSED = 'scim_exchange.status >= 400';

function conditionsOf(workspaceId: WorkspaceId, filter: ExchangeFilter & Pick<Page, 'after'>) {
  const { after, credentialId, from, groupId, method, onlyOddities, statusClass, to, userId } = filter;
  const values: unknown[] = [];
  const where = (condition: string, value: unknown) => (value === undefined ? [] : [condition.replace('?', `$${values.push(value)}`)]);
  const conditions = [
    ...where('scim_exchange.workspace_id = ?::uuid', workspaceId),
    ...where('scim_exchange.user_id = ?::uuid', userId),
    ...where('scim_exchange.group_id = ?::uuid', groupId),
    ...where('scim_exchange.credential_id = ?::uuid', credentialId),
    ...where('scim_exchange.method = ?::text', method),
    ...where('scim_exchange.status / 100 = ?::int', statusClass),
    ...(statusClass !== undefined && statusClass >= 4 ? [IS_REFUSED] : []),
    ...(onlyOddities ? [IS_ODD] : []),
    ...where('scim_exchange.id >= ?::uuid', from && firstIdAt(from)),
    ...where('scim_exchange.id < ?::uuid', to && firstIdAt(to)),
    ...where('scim_exchange.id < ?::uuid', after),
  ];
  return { conditions, values };
}
