import type { WorkspaceId } from '../../kernel/index.ts';
import type { Clock, Database } from '../../platform/index.ts';
import { createWorkspace } from '../../workspace/index.ts';
import { addressOf, cast } from '../demo/cast.ts';
import { foundWorkspace } from '../demo/found-workspace.ts';
import { narrator } from '../demo/narrator.ts';
import { proveSso } from '../demo/prove-sso.ts';
import { scriptedBrowser } from '../demo/scripted-browser.ts';
import { simulatorControl } from '../demo/simulator-control.ts';
import type { ScimAccess } from '../demo/story.ts';

export interface SandboxPlace {
  readonly clock: Clock;
  readonly database: Database;
  readonly publicUrl: string;
  readonly tenant: { readonly url: string; readonly tenantId: string };
}

export interface ReadyWorkspace {
  readonly workspaceId: WorkspaceId;
  readonly scim: ScimAccess;
  /** An administrator's API token with every scope. */
  readonly admin: { readonly baseUrl: string; readonly token: string };
}

/** A workspace that SCIM is on for, by the way that everybody goes: sign-in, credential, preview, acknowledgement. */
export async function prepareWorkspace({ clock, database, publicUrl, tenant }: SandboxPlace): Promise<ReadyWorkspace> {
  const control = simulatorControl(tenant.url);
  const makeWorkspace = async (slug: string, timeZone: string) => {
    const made = await createWorkspace(
      { database, clock },
      { slug: `${slug}-${tenant.tenantId.slice(0, 8)}`, name: 'Sandbox', timeZone, ownerName: 'Sandbox Owner' },
    );
    return { workspaceId: made.workspaceId, ownerCredential: made.owner.credential };
  };
  const stage = {
    clock,
    publicUrl,
    tenant: { ...tenant, control },
    createWorkspace: makeWorkspace,
    browser: scriptedBrowser(),
    narrator: narrator(() => undefined),
  };
  const workspace = await foundWorkspace(stage);
  await control.createUsers([{ userPrincipalName: addressOf(cast.ada.name), mail: addressOf(cast.ada.name), displayName: cast.ada.name }]);
  const application = await control.createApplication({
    displayName: 'Rollcall',
    graphRoles: ['Directory.Read.All'],
    redirectUris: [],
    appRoles: [],
  });
  const { client, baseUrl, token } = await proveSso(stage, workspace, application);
  const scim = await client.post<ScimAccess>('/scim/credentials', { label: 'sandbox' });
  const { digest } = await client.post<{ digest: string }>('/activation/previews', {});
  await client.put('/activation', { state: 'on', previewDigest: digest, reason: 'a sandbox is for provisioning' });
  return { workspaceId: workspace.workspaceId, scim, admin: { baseUrl, token } };
}
