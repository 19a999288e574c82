import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { ScimAccess, Stage, TenantMade } from './story.ts';

interface Preview {
  readonly id: string;
  readonly digest: string;
  readonly appears: readonly Previewed[];
  readonly disappears: readonly Previewed[];
  readonly counts: { readonly appears: number; readonly disappears: number; readonly stays: number };
}

interface Previewed {
  readonly name: string;
  readonly because: string;
}

interface Scope {
  readonly inEffect: boolean;
  readonly overriddenBy?: string;
  readonly since?: string;
  readonly settings: readonly {
    readonly connectionId: string;
    readonly includeGroups: readonly string[];
    readonly includeUsers: readonly string[];
  }[];
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
    'the preview names those who drop, and why',
    preview.disappears.some(({ name, because }) => name === 'Drew Dropped' && because === 'not-assigned'),
  );
  const stale = await administrator.refusal('PUT', '/activation', {
    state: 'on',
    previewDigest: '0'.repeat(64),
    reason: 'a digest nobody saw',
  });
  expectThat('a digest that nobody saw is not acknowledged', stale.status === 409);
  await administrator.put('/activation', { state: 'on', previewDigest: preview.digest, reason: 'Entra is the source of truth from today' });
  const activation = await administrator.get<{ state: string }>('/activation');
  const scope = await administrator.get<Scope>('/scope');
  expectThat(
    'the switch is on and the scope says that it is overridden',
    activation.state === 'on' && !scope.inEffect && scope.overriddenBy === 'scim',
  );
  stage.narrator.line(
    `switch is ${activation.state}; scope in effect: ${scope.inEffect}, overridden by ${scope.overriddenBy} since ${scope.since}`,
  );
  await keepScopeForLater(stage, administrator, scope);
  return credential;
}

/** While SCIM is on a scope is refused, or kept for the day it is off by somebody who says that they know. */
async function keepScopeForLater(stage: Stage, administrator: AdministrationClient, { settings }: Scope): Promise<void> {
  const [setting] = settings;
  if (setting === undefined) throw new Error('a connected directory has a scope');
  const { connectionId, includeGroups, includeUsers } = setting;
  const choice = { connectionId, includeGroups, includeUsers };
  const refused = await administrator.refusal('PUT', '/scope', choice);
  expectThat('a scope is refused while SCIM is on', refused.status === 409);
  const kept = await administrator.put<Scope>('/scope', { ...choice, acceptDormant: true });
  expectThat('a scope that is kept for later has no effect', !kept.inEffect);
  stage.narrator.line(
    `changing the scope now → ${refused.status} ${refused.title}; kept for later with acceptDormant, in effect: ${kept.inEffect}`,
  );
}

async function configureProvisioning(stage: Stage, tenant: TenantMade, credential: ScimAccess): Promise<void> {
  await stage.tenant.control.configureProvisioning(tenant.application.appId, {
    tenantUrl: credential.tenantUrl,
    secretToken: credential.token,
    dialect: 'legacy',
  });
}

function named(verb: string, people: readonly Previewed[]): string {
  const names = people.slice(0, NAMES_SHOWN).map(({ name, because }) => `${name}: ${because}`);
  const more = people.length > NAMES_SHOWN ? ` and ${people.length - NAMES_SHOWN} more` : '';
  return `${people.length} ${verb}${names.length === 0 ? '' : ` (${names.join(', ')}${more})`}`;
}
