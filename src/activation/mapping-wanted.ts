import type { WorkspaceId } from '../kernel/index.ts';
import type { Database } from '../platform/index.ts';
import { SCIM_ROLE_URN } from '../scim/index.ts';
import { listRoles } from '../workspace/index.ts';
import type { MappingWanted } from './review-mapping.ts';

/** What a workspace wants of Entra's mappings: where the role goes, and which one everybody has. */
export async function mappingWanted(database: Database, workspaceId: WorkspaceId): Promise<MappingWanted> {
  const grantable = (await listRoles(database, workspaceId)).filter(({ directoryMayGrant }) => directoryMayGrant);
  const [least] = [...grantable].sort((a, b) => a.rank - b.rank);
  return { roleAttribute: `${SCIM_ROLE_URN}:rbac_role_id`, leastRoleId: least?.id };
}
