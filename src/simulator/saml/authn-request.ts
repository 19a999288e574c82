import { inflateRawSync } from 'node:zlib';
import type { Exchange } from '../http/exchange.ts';
import { requireField } from '../openid/openid-context.ts';
import { deny } from '../openid/sign-in-error.ts';
import type { AuthnRequest, SamlContext } from './saml-context.ts';

/** Far more than any request. */
const MAX_REQUEST = 64 * 1024;

/** Reads a request by redirect (SAML bindings §3.4.4.1): deflated and in Base64. Throws what Entra says of one that it does not take. */
export function readAuthnRequest(context: SamlContext, { url: { searchParams } }: Exchange): AuthnRequest {
  const xml = inflated(requireField(searchParams, 'SAMLRequest'));
  const id = attribute(xml, 'ID');
  const entityId = unescape(/<(?:\w+:)?Issuer\b[^>]*>([^<]*)</.exec(xml)?.[1] ?? '');
  const application = [...context.tenant.applications.values()].find(({ identifierUris }) => identifierUris.includes(entityId));
  if (application === undefined) {
    deny(700016, `Application with identifier '${entityId}' was not found in the directory '${context.tenant.id}'.`);
  }
  const acsUrl = attribute(xml, 'AssertionConsumerServiceURL') || (application.redirectUris[0] ?? '');
  if (!application.redirectUris.includes(acsUrl)) {
    deny(50011, `The reply URL '${acsUrl}' specified in the request does not match the reply URLs configured for the application.`);
  }
  if (id === '') deny(75005, 'The request is not a valid Saml2 protocol message.');
  return { id, application, entityId, acsUrl, relayState: searchParams.get('RelayState') ?? undefined };
}

function inflated(encoded: string): string {
  try {
    return inflateRawSync(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_REQUEST }).toString('utf8');
  } catch {
    return deny(75005, 'The request is not a valid Saml2 protocol message.');
  }
}

function attribute(xml: string, name: string): string {
  const request = /<(?:\w+:)?AuthnRequest\b[^>]*>/.exec(xml)?.[0] ?? '';
  return unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(request)?.[1] ?? '');
}

function unescape(text: string): string {
  return text
    .replaceAll(/&#(\d{1,3});/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
