import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SAML } from '@node-saml/node-saml';
import { type Instant, instantOf } from '../../src/kernel/index.ts';
import { selfSignedCertificate } from '../../src/simulator/saml/self-signed-certificate.ts';
import { formOf } from '../sso/browser.ts';
import { signer } from '../sso/saml/crafted-response.ts';
import { type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

const ACS = 'https://rollcall.example/saml?a=1&b=2';
const ENTITY_ID = 'https://rollcall.example/us';

let tenant: SimulatedTenant;

// node-saml compares times with the machine's, so this tenant's clock starts there.
beforeAll(async () => {
  tenant = await simulatedTenant(instantOf(Date.now()));
  await tenant.users('ada.lovelace');
  await tenant.application({ redirectUris: [ACS], identifierUris: [ENTITY_ID] });
});
afterAll(() => tenant.close());

async function metadata(): Promise<string> {
  const response = await fetch(`${tenant.url}/${tenant.tenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=x`);
  expect(response.headers.get('content-type')).toBe('application/samlmetadata+xml');
  return response.text();
}

/** An application as node-saml would be one, with all that its authors think good. */
async function application(callbackUrl = ACS, issuer = ENTITY_ID): Promise<SAML> {
  const idpCert = /<X509Certificate>([^<]+)</.exec(await metadata())?.[1] ?? '';
  const entryPoint = /HTTP-Redirect" Location="([^"]+)"/.exec(await metadata())?.[1] ?? '';
  return new SAML({
    callbackUrl,
    issuer,
    idpCert,
    entryPoint,
    audience: issuer,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
  });
}

async function pageAt(url: string): Promise<{ readonly status: number; readonly page: string }> {
  const response = await fetch(url);
  return { status: response.status, page: await response.text() };
}

async function submit(page: string, fields: Readonly<Record<string, string>>) {
  const form = formOf(page);
  const body = new URLSearchParams({ ...form.fields, ...fields });
  const response = await fetch(new URL(form.action, tenant.url), { method: 'POST', body });
  return { status: response.status, page: await response.text() };
}

describe('the SAML side of the simulated tenant', () => {
  it('signs a person in to an application that validates as node-saml does', async () => {
    const saml = await application();
    const { page } = await pageAt(await saml.getAuthorizeUrlAsync('the-state', undefined, {}));
    const { action, fields } = formOf((await submit(page, { username: 'ada.lovelace@contoso.example' })).page);
    expect([action, fields['RelayState']]).toEqual([ACS, 'the-state']);
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: fields['SAMLResponse'] ?? '' });
    expect(profile).toMatchObject({
      issuer: `https://sts.windows.net/${tenant.tenantId}/`,
      'http://schemas.microsoft.com/identity/claims/tenantid': tenant.tenantId,
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': 'ada.lovelace@contoso.example',
    });
  });

  it('shows a mistake to the person, not to the application', async () => {
    const url = async (saml: Promise<SAML>) => (await saml).getAuthorizeUrlAsync('', undefined, {});
    const garbled = `${tenant.url}/${tenant.tenantId}/saml2?SAMLRequest=`;
    const empty = deflateRawSync('<a/>').toString('base64');
    for (const [address, said] of [
      [await url(application(ACS, 'https://other.example')), 'AADSTS700016'],
      [await url(application('https://other.example')), 'AADSTS50011'],
      [(await url(application())).replace(tenant.tenantId, '00000000-0000-4000-8000-000000000000'), 'AADSTS90002'],
      [garbled, 'AADSTS900144'],
      [`${garbled}x`, 'AADSTS75005'],
      [`${garbled}${encodeURIComponent(empty)}`, 'AADSTS700016'],
    ] as const) {
      expect(await pageAt(address)).toMatchObject({ status: 400, page: expect.stringContaining(said) });
    }
  });

  it.each([
    { name: 'a name that nobody has', fields: { username: 'nobody@contoso.example' }, says: /AADSTS50034/ },
    { name: 'a person who cancels', fields: { cancel: 'true' }, says: /AADSTS65004/ },
  ])('takes a request once, and does not answer it for $name', async ({ fields, says }) => {
    const { page } = await pageAt(await (await application()).getAuthorizeUrlAsync('', undefined, {}));
    expect((await submit(page, fields)).page).toMatch(says);
    expect((await submit(page, { username: 'ada.lovelace@contoso.example' })).page).toMatch(/AADSTS16000/);
  });

  it.each(['2029-03-03T09:00:00.000Z', '2061-03-03T09:00:00.000Z'] as Instant[])(
    'has a certificate that OpenSSL reads, until %s',
    (expiresAt) => {
      const { privateKey } = signer('2026-03-03T09:00:00.000Z' as Instant);
      const publicKey = createPublicKey(privateKey);
      const subject = { commonName: 'Contoso', privateKey, publicKey, validFrom: '2026-03-03T09:00:00.000Z' as Instant, expiresAt };
      const certificate = new X509Certificate(selfSignedCertificate(subject));
      expect(certificate.verify(publicKey)).toBe(true);
      expect(certificate.subject).toBe('CN=Contoso');
      expect(new Date(certificate.validTo).toISOString()).toBe(expiresAt);
    },
  );
});
