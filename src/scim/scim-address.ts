import { parseId, type WorkspaceId } from '../kernel/index.ts';

/** Entra's "Tenant URL" of a workspace. */
export function scimTenantUrl(publicUrl: string, workspaceId: WorkspaceId): string {
  return `${publicUrl}${scimPath(workspaceId, [])}`;
}

/** The path of what lies under a workspace's tenant URL. */
export function scimPath(workspaceId: WorkspaceId, segments: readonly string[]): string {
  return ['', 'workspaces', workspaceId, 'scim', 'v2', ...segments].join('/');
}

/** The OAuth token endpoint of a workspace. */
export function scimTokenUrl(publicUrl: string, workspaceId: WorkspaceId): string {
  return `${publicUrl}/workspaces/${workspaceId}/scim/oauth/token`;
}

export interface ScimAddress {
  readonly workspaceId: WorkspaceId | undefined;
  /** What follows `/scim/v2`, without empty segments: `//` and a trailing slash are taken (entra-scim-client §1.3). */
  readonly segments: readonly string[];
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Whether a request target lies under a workspace's SCIM endpoint; `parseScimAddress` then takes it apart. */
export function isScimAddress(target: string): boolean {
  return /^\/+workspaces\/+[^/?]+\/+scim\/+v2(?:[/?]|$)/.test(target);
}

/** A request target under `/workspaces/{workspaceId}/scim/v2`; undefined when it lies elsewhere. */
export function parseScimAddress(target: string): ScimAddress | undefined {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const [workspaces, workspace = '', scim, version, ...segments] = path.split('/').filter((segment) => segment !== '');
  if (workspaces !== 'workspaces' || scim !== 'scim' || version !== 'v2') return undefined;
  const query = new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1));
  return { workspaceId: parseId<'workspace'>(workspace), segments, path, query };
}
