import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { ScimAccess, Stage, TenantMade } from './story.ts';

interface Preview {
  readonly id: string;
  readonly digest: string;
  readonly appears: readonly { readonly name: string }[];
  readonly disappears: readonly { readonly name: string }[];
  readonly counts: { readonly appears: number; readonly disappears: number; readonly stays: number };
}

const NAMES_SHOWN = 4;

/** Chapter 5: a credential, a preview that names people, its acknowledgement, and the switch. */
export async function switchOn(stage: Stage, administrator: AdministrationClient, tenant: TenantMade): Promise<ScimAccess> {
  stage.narrator.chapter('5  The switch');
  const credential = await administrator.post<ScimAccess>('/scim/credentials', { label: 'Entra provisioning' });
  await configureProvisioning(stage, tenant, credential);
  const { ok, status, detail } = await stage.tenant.control.testConnection(tenant.application.appId);
  expectThat(`Entra's test connection succeeds (${status} ${detail ?? ''})`, ok);
  stage.narrator.line(`SCIM credential issued (shown once); Entra's test connection: ${status}`);
  const preview = await administrator.post<Preview>('/activation/previews', {});
  stage.narrator.line(`preview: ${preview.counts.stays} stay, ${named('appear', preview.appears)}, ${named('drop', preview.disappears)}`);
  expectThat(
    'the preview names those who drop',
    preview.disappears.some(({ name }) => name === 'Drew Dropped'),
  );
  const stale = await administrator.refusal('PUT', '/activation', {
    state: 'on',
    previewDigest: '0'.repeat(64),
    reason: 'a digest nobody saw',
  });
  expectThat('a digest that nobody saw is not acknowledged', stale.status === 409);
  await administrator.put('/activation', { state: 'on', previewDigest: preview.digest, reason: 'Entra is the source of truth from today' });
  const activation = await administrator.get<{ state: string }>('/activation');
  const scope = await administrator.get<{ inEffect: boolean; overriddenBy?: string; since?: string }>('/scope');
  expectThat(
    'the switch is on and the scope says that it is overridden',
    activation.state === 'on' && !scope.inEffect && scope.overriddenBy === 'scim',
  );
  stage.narrator.line(
    `switch is ${activation.state}; scope in effect: ${scope.inEffect}, overridden by ${scope.overriddenBy} since ${scope.since}`,
  );
  const refused = await administrator.refusal('PUT', '/scope', {
    connectionId: tenant.application.appId,
    includeGroups: [],
    includeUsers: [],
  });
  stage.narrator.line(`changing the scope now → ${refused.status} ${refused.title}`);
  return credential;
}

async function configureProvisioning(stage: Stage, tenant: TenantMade, credential: ScimAccess): Promise<void> {
  await stage.tenant.control.configureProvisioning(tenant.application.appId, {
    tenantUrl: credential.tenantUrl,
    secretToken: credential.token,
    dialect: 'legacy',
  });
}

function named(verb: string, people: readonly { readonly name: string }[]): string {
  const names = people.slice(0, NAMES_SHOWN).map(({ name }) => name);
  const more = people.length > NAMES_SHOWN ? ` and ${people.length - NAMES_SHOWN} more` : '';
  return `${people.length} ${verb}${names.length === 0 ? '' : ` (${names.join(', ')}${more})`}`;
}
