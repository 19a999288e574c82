import { caseFolded } from '../kernel/index.ts';
import type { Queryable, Statement } from '../platform/index.ts';
import { type Filter, userType } from '../scim-protocol/index.ts';
import { type ReadKey, stateOf } from './gated-write-store.ts';
import type { ListedPage } from './list-read-model.ts';
import { isLive } from './live-row-store.ts';
import type { StoredUser } from './user-store.ts';

/** A look-up by the attribute that users are matched by: `userName eq "…"` or `externalId eq "…"`, the first page of what it finds. */
export interface Match extends ReadKey {
  readonly attribute: 'userName' | 'externalId';
  readonly value: string;
  readonly count: number;
}

/** What a filter matches by when it is nothing but such a look-up, and its value one that can be looked up. */
export function matchedBy(filter: Filter | undefined): Pick<Match, 'attribute' | 'value'> | undefined {
  if (filter?.kind !== 'comparison' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
  const { attribute } = filter.path;
  if (attribute.schema !== userType.schema.id || /\0|\p{Surrogate}/u.test(filter.value)) return undefined;
  if (attribute.name === 'userName') return { attribute: 'userName', value: caseFolded(filter.value) };
  return attribute.name === 'externalId' ? { attribute: 'externalId', value: filter.value } : undefined;
}

/** A statement for each attribute, since a workspace matches by one: each match is found through its index, and counted with its page. */
function matchStatement(attribute: Match['attribute'], condition: string) {
  return {
    name: `scim-match-users-${attribute}`,
    text: `with request as materialized (
        select item.*, ${stateOf('item')} as state
        from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::int[]) with ordinality
          as item (workspace_id, credential_id, at, value, count, n)
      )
      select request.n::int - 1 as n, request.state, coalesce(found.total, 0)::int as total, found.id, found.version,
        found.created_at as "createdAt", found.last_modified as "lastModified", found.resource
      from request
      left join lateral (
        select count(*) over () as total, hit.*
        from (
          select scim_user.id, scim_user.version, scim_user.created_at, scim_user.last_modified, scim_user.resource::text as resource
          from scim_user
          where scim_user.workspace_id = request.workspace_id and ${condition}
          offset 0
        ) as hit
        order by hit.id
        limit greatest(request.count, 1)
      ) as found on request.state is not null`,
  };
}

const matchStatements: Readonly<Record<Match['attribute'], Statement>> = {
  userName: matchStatement('userName', 'scim_user.user_name_key = request.value and scim_user.deleted_at is null'),
  externalId: matchStatement('externalId', `scim_user.external_id = request.value and ${isLive('scim_user')}`),
};

/** The pages of several matches by one attribute, each behind its own gate (I12), in their order; a `userName` is given folded. */
export async function matchUsers(
  q: Queryable,
  attribute: Match['attribute'],
  matches: readonly Match[],
): Promise<readonly ListedPage<StoredUser>[]> {
  type Row = { readonly n: number; readonly state: 'off' | 'on' | null; readonly total: number } & (StoredUser | { readonly id: null });
  const { rows } = await q.query<Row>(matchStatements[attribute], [
    matches.map(({ workspaceId }) => workspaceId),
    matches.map(({ credentialId }) => credentialId),
    matches.map(({ at }) => at),
    matches.map(({ value }) => value),
    matches.map(({ count }) => count),
  ]);
  return matches.map(({ count }, n) => {
    const own = rows.filter((row) => row.n === n);
    const users = own.filter((row): row is Row & StoredUser => row.id !== null);
    return {
      state: own[0]?.state ?? undefined,
      total: own[0]?.total ?? 0,
      rows: users.slice(0, count).sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  });
}
