import { createHash, createHmac, createSign, type KeyObject } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { DAY_MS, HOUR_MS, type Instant, plusMs } from '../../../src/kernel/index.ts';
import { selfSignedCertificate } from '../../../src/simulator/saml/self-signed-certificate.ts';
import { freshRsaKeys } from '../../support/fresh-keys.ts';

export const TENANT_ID = '7f3c1e52-0000-4000-8000-00000000aaaa';
export const OBJECT_ID = '7f3c1e52-0000-4000-8000-00000000cccc';
export const ISSUER = `https://sts.windows.net/${TENANT_ID}/`;

const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const sha256 = { signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', digest: 'http://www.w3.org/2001/04/xmlenc#sha256' };
export const sha512 = { signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', digest: 'http://www.w3.org/2001/04/xmlenc#sha512' };
export const sha1 = { signature: `${XMLDSIG}rsa-sha1`, digest: `${XMLDSIG}sha1` };

/** A key of the provider's, with its certificate. */
export interface Signer {
  readonly privateKey: KeyObject;
  readonly certificate: Buffer;
}

export function signer(validFrom: Instant, expiresAt: Instant = plusMs(validFrom, 365 * DAY_MS), modulusLength = 2048): Signer {
  const pair = freshRsaKeys(modulusLength);
  return { privateKey: pair.privateKey, certificate: selfSignedCertificate({ ...pair, commonName: 'test', validFrom, expiresAt }) };
}

/** The provider's metadata with those certificates. */
export function metadataOf(login: string, signers: readonly Pick<Signer, 'certificate'>[]): string {
  const keys = signers.map(
    ({ certificate }) =>
      `<KeyDescriptor use="signing"><KeyInfo xmlns="${XMLDSIG}"><X509Data><X509Certificate>${certificate.toString('base64')}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
  );
  const service = `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${login}/${TENANT_ID}/saml2"/>`;
  return `<EntityDescriptor entityID="${ISSUER}" xmlns="urn:oasis:names:tc:SAML:2.0:metadata"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}${service}</IDPSSODescriptor></EntityDescriptor>`;
}

/** What a request by redirect asked for. */
export interface Asked {
  readonly id: string;
  readonly acsUrl: string;
  readonly entityId: string;
  readonly relayState: string;
  /** The request itself. */
  readonly xml: string;
}

export function askedIn(location: string): Asked {
  const parameters = new URL(location).searchParams;
  const xml = inflateRawSync(Buffer.from(parameters.get('SAMLRequest') ?? '', 'base64')).toString('utf8');
  const read = (pattern: RegExp) => pattern.exec(xml)?.[1] ?? '';
  return {
    id: read(/ ID="([^"]*)"/),
    acsUrl: read(/AssertionConsumerServiceURL="([^"]*)"/),
    entityId: read(/Issuer[^>]*>([^<]*)</),
    relayState: parameters.get('RelayState') ?? '',
    xml,
  };
}

/** How an answer deviates from an honest one: what is changed before it is signed, how it is signed, and what is changed afterwards. */
export interface Craft {
  /** The assertion that is signed, in exclusive canonical form. */
  readonly assertion?: (xml: string) => string;
  readonly algorithms?: typeof sha256;
  readonly signedInfo?: (xml: string) => string;
  /** The whole document after it was signed. */
  readonly document?: (xml: string) => string;
  /** Signs the response too. */
  readonly signsResponse?: boolean;
  /** Shifts what it says of time, in milliseconds. */
  readonly laterMs?: number;
  readonly assertionId?: string;
}

/** The response as the browser would post it, in Base64. */
export function craftedResponse(asked: Asked, at: Instant, key: Signer, craft: Craft = {}): string {
  const id = craft.assertionId ?? `_${createHash('sha256').update(asked.id).digest('hex')}`;
  const time = plusMs(at, craft.laterMs ?? 0);
  const assertion = (craft.assertion ?? same)(honestAssertion(asked, id, time));
  const signed = signedElement(assertion, id, key, craft);
  const response = [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${asked.acsUrl}" ID="_response" InResponseTo="${asked.id}" IssueInstant="${time}" Version="2.0">`,
    `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${ISSUER}</Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>`,
    `${signed}</samlp:Response>`,
  ].join('');
  const document = craft.signsResponse === true ? signedElement(response, '_response', key, {}) : response;
  return Buffer.from((craft.document ?? same)(document), 'utf8').toString('base64');
}

function honestAssertion({ acsUrl, entityId, id: requestId }: Asked, id: string, at: Instant): string {
  const end = plusMs(at, HOUR_MS);
  const claims = [
    ['http://schemas.microsoft.com/identity/claims/tenantid', TENANT_ID],
    ['http://schemas.microsoft.com/identity/claims/objectidentifier', OBJECT_ID],
    ['http://schemas.microsoft.com/identity/claims/displayname', 'Ada'],
    ['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name', 'ada@contoso.example'],
  ].map(([name, value]) => `<Attribute Name="${name}"><AttributeValue>${value}</AttributeValue></Attribute>`);
  return [
    `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" IssueInstant="${at}" Version="2.0"><Issuer>${ISSUER}</Issuer>`,
    '<Subject><NameID>ada@contoso.example</NameID><SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<SubjectConfirmationData InResponseTo="${requestId}" NotOnOrAfter="${end}" Recipient="${acsUrl}"></SubjectConfirmationData></SubjectConfirmation></Subject>`,
    `<Conditions NotBefore="${at}" NotOnOrAfter="${end}"><AudienceRestriction><Audience>${entityId}</Audience></AudienceRestriction></Conditions>`,
    `<AuthnStatement AuthnInstant="${at}"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement>`,
    `<AttributeStatement>${claims.join('')}</AttributeStatement></Assertion>`,
  ].join('');
}

/** Puts an enveloped signature behind the first issuer; the element has to be in exclusive canonical form. */
function signedElement(element: string, id: string, key: Signer, { algorithms = sha256, signedInfo = same }: Craft): string {
  const digest = createHash(algorithms.digest.split('#').at(-1) ?? '')
    .update(element)
    .digest('base64');
  const info = signedInfo(
    [
      `<CanonicalizationMethod Algorithm="${EXCLUSIVE}"></CanonicalizationMethod><SignatureMethod Algorithm="${algorithms.signature}"></SignatureMethod>`,
      `<Reference URI="#${id}"><Transforms><Transform Algorithm="${XMLDSIG}enveloped-signature"></Transform><Transform Algorithm="${EXCLUSIVE}"></Transform></Transforms>`,
      `<DigestMethod Algorithm="${algorithms.digest}"></DigestMethod><DigestValue>${digest}</DigestValue></Reference>`,
    ].join(''),
  );
  const value = signatureValue(`<SignedInfo xmlns="${XMLDSIG}">${info}</SignedInfo>`, algorithms.signature, key);
  const keyInfo = `<KeyInfo><X509Data><X509Certificate>${key.certificate.toString('base64')}</X509Certificate></X509Data></KeyInfo>`;
  const signature = `<Signature xmlns="${XMLDSIG}"><SignedInfo>${info}</SignedInfo><SignatureValue>${value}</SignatureValue>${keyInfo}</Signature>`;
  return element.replace('</Issuer>', () => `</Issuer>${signature}`);
}

function signatureValue(signedInfo: string, method: string, { certificate, privateKey }: Signer): string {
  const name = method.split('#').at(-1) ?? '';
  if (name.startsWith('hmac-')) return createHmac(name.slice('hmac-'.length), certificate).update(signedInfo).digest('base64');
  return createSign(name.toUpperCase()).update(signedInfo).sign(privateKey, 'base64');
}

function same(xml: string): string {
  return xml;
}
