import { addressOf, cast } from './cast.ts';
import { scopes } from '../../platform/index.ts';
import { expectThat } from './narrator.ts';
import type { Opening, WorkspaceMade } from './story.ts';
import type { TenantApplication } from './simulator-control.ts';
import { type AdministrationClient, administrationClient } from './administration-client.ts';

/** The administrator with an API token that has every scope. */
export interface AdministratorMade {
  readonly baseUrl: string;
  readonly token: string;
  readonly client: AdministrationClient;
}

interface SsoConnection {
  readonly id: string;
  readonly state: string;
  readonly redirectUri: string;
}

/** Chapter 3: single sign-on is configured, proven by the administrator's real sign-in, and made active. */
export async function proveSso(stage: Opening, made: WorkspaceMade, application: TenantApplication): Promise<AdministratorMade> {
  stage.narrator.chapter('3  Single sign-on, proven');
  const candidate = await made.administrator.post<SsoConnection>('/sso', {
    protocol: 'oidc',
    tenantId: stage.tenant.tenantId,
    clientId: application.appId,
    clientSecret: application.clientSecret,
  });
  await stage.tenant.control.allowRedirect(application.appId, candidate.redirectUri);
  stage.narrator.line(`OIDC connection is a ${candidate.state}; Entra sends people back to ${new URL(candidate.redirectUri).pathname}`);
  const { signInUrl } = await made.administrator.post<{ signInUrl: string }>('/sso/verifications', { connectionId: candidate.id });
  const form = await stage.browser.open(signInUrl);
  const page = await stage.browser.submit(form, { username: addressOf(cast.ada.name) });
  expectThat(`the administrator's sign-in succeeds (it ended at ${page.url} with ${page.status})`, page.status === 200);
  const { verifications } = await made.owner.get<{ verifications: readonly { verifiedAt: string; issuer: string }[] }>(
    '/sso/verifications',
  );
  stage.narrator.line(`${cast.ada.name} signed in (code, PKCE, nonce, signature): verified ${verifications[0]?.verifiedAt}`);
  const active = await made.owner.post<SsoConnection>(`/sso/${candidate.id}/activate`, {});
  expectThat('the verified connection becomes active', active.state === 'active');
  stage.narrator.line(`connection is ${active.state}`);
  return administratorToken(stage, made);
}

/**
 * The invitation ended with the sign-in; from here on the administrator works with an API token that she issues to herself: one that the
 * owner issued would be in the owner's hands too, and the two could decide nothing together.
 */
async function administratorToken(stage: Opening, made: WorkspaceMade): Promise<AdministratorMade> {
  const { administrators } = await made.owner.get<{ administrators: readonly { boundAt: string | null }[] }>('/administrators');
  expectThat(
    'the invitation is bound to the person who signed in',
    administrators.some(({ boundAt }) => boundAt !== null),
  );
  const baseUrl = `${stage.publicUrl}/api/v1/workspaces/${made.workspaceId}`;
  const { token } = await stage.browser.post<{ token: string }>(`${baseUrl}/api-tokens`, { scopes });
  return { baseUrl, token, client: administrationClient(baseUrl, token) };
}
