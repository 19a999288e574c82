import type { Queryable } from '../platform/index.ts';
import { type Filter, userType } from '../scim-protocol/index.ts';
import { GATE_OF_REQUEST, type ReadKey } from './gated-write-store.ts';
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
  if (attribute.name === 'userName') return { attribute: 'userName', value: filter.value.toLowerCase() };
  return attribute.name === 'externalId' ? { attribute: 'externalId', value: filter.value } : undefined;
}

/** The users of one attribute's matches; each is found through its index, and counted with its page. */
function matchesBy(attribute: Match['attribute'], condition: string): string {
  return `select wanted.n, found.total, found.id, found.version, found.created_at, found.last_modified, found.resource
    from wanted
    cross join lateral (
      select count(*) over () as total, hit.*
      from (
        select scim_user.id, scim_user.version, scim_user.created_at, scim_user.last_modified, scim_user.resource::text as resource
        from scim_user
        where scim_user.workspace_id = wanted.workspace_id and ${condition}
        offset 0
      ) as hit
      order by hit.id
      limit greatest(wanted.count, 1)
    ) as found
    where wanted.attribute = '${attribute}'`;
}

const matchStatement = {
  name: 'scim-match-users',
  text: `with request as materialized (
      select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::int[]) with ordinality
        as item (workspace_id, credential_id, at, attribute, value, count, n)
    ), ${GATE_OF_REQUEST}, wanted as materialized (
      select request.* from request join gate on gate.n = request.n
    ), found as materialized (
      ${matchesBy('userName', 'scim_user.user_name_key = wanted.value and scim_user.deleted_at is null')}
      union all
      ${matchesBy('externalId', `scim_user.external_id = wanted.value and ${isLive('scim_user')}`)}
    )
    select gate.n::int - 1 as n, gate.state, coalesce(found.total, 0)::int as total, found.id, found.version,
      found.created_at as "createdAt", found.last_modified as "lastModified", found.resource
    from gate left join found on found.n = gate.n`,
};

/** The pages of several matches, each behind its own gate (I12), in their order; a `userName` is given in lower case. */
export async function matchUsers(q: Queryable, matches: readonly Match[]): Promise<readonly ListedPage<StoredUser>[]> {
  type Row = { readonly n: number; readonly state: 'off' | 'on'; readonly total: number } & (StoredUser | { readonly id: null });
  const { rows } = await q.query<Row>(matchStatement, [
    matches.map(({ workspaceId }) => workspaceId),
    matches.map(({ credentialId }) => credentialId),
    matches.map(({ at }) => at),
    matches.map(({ attribute }) => attribute),
    matches.map(({ value }) => value),
    matches.map(({ count }) => count),
  ]);
  return matches.map(({ count }, n) => {
    const own = rows.filter((row) => row.n === n);
    const users = own.filter((row): row is Row & StoredUser => row.id !== null);
    return { state: own[0]?.state, total: own[0]?.total ?? 0, rows: users.slice(0, count).sort((a, b) => (a.id < b.id ? -1 : 1)) };
  });
}
