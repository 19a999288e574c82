import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ScimRole } from './unit-facts.ts';

/** How many claims are remembered: a workspace has as many as roles, and what a faulty mapping makes up beside them. */
const MAX_REMEMBERED = 10_000;

/** What claims of a role come to by the catalogue. */
export interface DecidedRoles {
  /** Decides those claims that have not been decided yet. */
  of(claims: readonly string[]): Promise<(claims: string) => ScimRole>;
}

/** Roles as the catalogue has them when they are first asked for. */
export function decidedRoles(q: Queryable, workspaceId: WorkspaceId): DecidedRoles {
  const known = new Map<string, ScimRole>();
  return {
    of: async (claims) => {
      if (known.size > MAX_REMEMBERED) known.clear();
      const unknown = new Set(claims.filter((each) => !known.has(each)));
      if (unknown.size > 0) for (const { claims: each, role } of await decideRoles(q, workspaceId, [...unknown])) known.set(each, role);
      return (each) => {
        const role = known.get(each);
        if (role === undefined) throw new Error('no workspace decides what is claimed');
        return role;
      };
    },
  };
}

async function decideRoles(q: Queryable, workspaceId: WorkspaceId, claims: readonly string[]) {
  const { rows } = await q.query<{ claims: string; role: ScimRole }>(
    `select claim.claims,
            json_build_object('because', decided.because, 'claimed', decided.value,
                              'said', jsonb_path_query_array(claim.claims::jsonb, '$[*].value')) as role
     from unnest($2::text[]) as claim (claims)
     cross join lateral decide_role($1, claim.claims::jsonb) as decided`,
    [workspaceId, claims],
  );
  return rows;
}
