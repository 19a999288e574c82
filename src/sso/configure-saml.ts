import { DomainError, type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { ConfiguredSso, ConfigureSsoDeps } from './configure-oidc.ts';
import { fingerprintOf } from './fingerprint.ts';
import { PROVIDER_LIMITS, unavailable } from './identity-provider.ts';
import { isValidAt, type SigningCertificate } from './saml/certificate.ts';
import { type ProviderMetadata, readProviderMetadata } from './saml/read-provider-metadata.ts';
import { entityId as entityIdOf } from './sign-in-address.ts';
import { insertConnection } from './sso-store.ts';

/** The one that signs now, and the one that will. */
const MAX_CERTIFICATES = 2;

export interface SamlInput {
  readonly tenantId: string;
  /** The identity provider's metadata as XML, or where it is read, once. */
  readonly metadata: { readonly xml: string } | { readonly url: string };
  readonly actor: string;
}

/**
 * Adds a configuration of SAML 2.0 for one Entra tenant as a candidate, from the provider's metadata: it serves nobody until an
 * administrator has really signed in through it. The metadata is read now and never again; a certificate that changes is another configuration.
 * Throws DomainError `invalid-request`, or `identity-provider-unavailable` when the metadata cannot be read from its address.
 */
export async function configureSaml(deps: ConfigureSsoDeps, workspaceId: WorkspaceId, input: SamlInput): Promise<ConfiguredSso> {
  const { actor, tenantId } = input;
  const xml = 'xml' in input.metadata ? input.metadata.xml : await fetchMetadata(deps, tenantId, input.metadata.url);
  const metadata = readProviderMetadata(xml);
  refuseForeignProvider(metadata, `${deps.microsoft.login}/${tenantId}/`, tenantId);
  const at = deps.clock.now();
  const certificates = usableCertificates(metadata, at);
  const id = newId<'sso-connection'>(at);
  const { entityId: issuer, ssoUrl } = metadata;
  const entityId = entityIdOf(deps.publicUrl, workspaceId);
  const fingerprint = fingerprintOf({ protocol: 'saml', tenantId, entityId, issuer, ssoUrl, certificates });
  await deps.database.transaction(async (tx) => {
    const connection = {
      id,
      protocol: 'saml',
      tenantId,
      entityId,
      issuer,
      ssoUrl,
      fingerprint,
      certificates,
      createdAt: at,
      actor,
    } as const;
    await insertConnection(tx, workspaceId, connection);
    const signing = certificates.map(({ expiresAt, sha256 }) => ({ sha256, expiresAt }));
    const after = { protocol: 'saml', tenantId, entityId, issuer, ssoUrl, certificates: signing, fingerprint: fingerprint.toString('hex') };
    await append(tx, workspaceId, [{ type: 'sso.configured', at, actor, subject: { kind: 'sso-connection', id }, after }]);
  });
  return { id, fingerprint };
}

/** Entra's metadata lists those that are over too; they sign nothing any more. */
function usableCertificates(metadata: ProviderMetadata, at: Instant): readonly SigningCertificate[] {
  const certificates = metadata.certificates.filter(({ expiresAt }) => expiresAt > at);
  if (!certificates.some((certificate) => isValidAt(certificate, at))) {
    refuse('invalid-request', { detail: 'No certificate of the metadata is valid at present: nobody could sign in.' });
  }
  if (certificates.length <= MAX_CERTIFICATES) return certificates;
  return refuse('invalid-request', {
    detail: `The metadata has more than ${MAX_CERTIFICATES} certificates that have not expired.`,
    next: "Take the enterprise application's own metadata, whose address ends with its appid, and delete certificates there that are not used.",
  });
}

/** Entra's entity id names the tenant, and sign-ins happen at the login host: a provider that says otherwise is another one. */
function refuseForeignProvider({ entityId, ssoUrl }: ProviderMetadata, tenantAddress: string, tenantId: string): void {
  if (entityId === `https://sts.windows.net/${tenantId}/` && ssoUrl.startsWith(tenantAddress)) return;
  refuse('invalid-request', {
    detail: `The metadata is not that of the tenant ${tenantId} at ${new URL(tenantAddress).origin}.`,
    next: 'Take the Federation Metadata XML of the enterprise application in that very tenant.',
  });
}

async function fetchMetadata({ microsoft, outbound }: ConfigureSsoDeps, tenantId: string, address: string): Promise<string> {
  if (!URL.canParse(address) || !new URL(address).href.startsWith(`${microsoft.login}/${tenantId}/`)) {
    refuse('invalid-request', {
      detail: `"metadataUrl" must be an address of that tenant at ${microsoft.login}.`,
      next: 'Copy the App Federation Metadata Url of the enterprise application.',
    });
  }
  try {
    const response = await outbound.fetch(address, PROVIDER_LIMITS);
    if (response.status === 200) return await response.text();
    throw new Error(`the metadata came with the status ${response.status}`);
  } catch (error) {
    throw error instanceof DomainError ? error : unavailable(error);
  }
}
