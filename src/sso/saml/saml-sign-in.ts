import { randomBytes } from 'node:crypto';
import { type CacheProvider, SAML, ValidateInResponseTo } from '@node-saml/node-saml';
import { epochMs, type Instant, refuse } from '../../kernel/index.ts';
import { doesNotHold } from '../identity-provider.ts';
import type { SamlBinding } from '../sign-in-attempt.ts';
import { isValidAt } from './certificate.ts';
import { CLOCK_SKEW_MS, type ExpectedResponse } from './expected-response.ts';
import { type ReadAssertion, readAssertion } from './read-assertion.ts';
import { readXml, type XmlElement, XmlError } from './read-xml.ts';
import { refuseUnsoundResponse } from './refuse-unsound-response.ts';

/** Entra's responses have some 5 KiB; with 150 groups of long names, some 50. In characters of Base64. */
const MAX_RESPONSE = 256 * 1024;

export interface BegunSamlSignIn {
  readonly location: URL;
  readonly binding: SamlBinding;
}

/** A request by redirect (SAML bindings §3.4), with the relay state and the id that the answer has to bring back. */
export async function beginSamlSignIn(expected: Omit<ExpectedResponse, 'requestId'>): Promise<BegunSamlSignIn> {
  const requestId = `_${randomBytes(20).toString('hex')}`;
  const state = randomBytes(32).toString('base64url');
  const location = new URL(await new TimedSaml({ ...expected, requestId }).getAuthorizeUrlAsync(state, undefined, {}));
  return { location, binding: { protocol: 'saml', state, requestId } };
}

/**
 * What a response says, once it holds: in the one shape that is taken, signed by a certificate of the provider's that is valid now, and
 * about what was asked. Everything is read from the bytes that the signature covers. Throws DomainError `sign-in-failed`.
 */
export async function finishSamlSignIn(encoded: string, expected: ExpectedResponse): Promise<ReadAssertion> {
  const xml = decodeResponse(encoded);
  refuseUnsoundResponse(readPart(xml), expected);
  const certificates = expected.certificates.filter((certificate) => isValidAt(certificate, expected.at));
  if (certificates.length === 0) {
    refuse('sign-in-failed', {
      detail: 'The certificate of the identity provider has expired.',
      next: 'Add the metadata with its present certificate as a new candidate (POST sso), by an owner if nobody else can enter.',
    });
  }
  const assertion = await verifiedAssertion(xml, { ...expected, certificates });
  return readAssertion(readPart(assertion), expected);
}

function decodeResponse(encoded: string): string {
  const packed = encoded.length > MAX_RESPONSE ? '' : encoded.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw doesNotHold('it is no SAML response');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    throw doesNotHold('it is no text');
  }
}

function readPart(xml: string): XmlElement {
  try {
    return readXml(xml);
  } catch (error) {
    throw error instanceof XmlError ? doesNotHold(error.message, error) : error;
  }
}

/** The assertion, in the very bytes whose signature holds. */
async function verifiedAssertion(xml: string, expected: ExpectedResponse): Promise<string> {
  try {
    const { profile } = await new TimedSaml(expected).validatePostResponseAsync({
      SAMLResponse: Buffer.from(xml, 'utf8').toString('base64'),
    });
    const assertion = profile?.getAssertionXml?.();
    if (assertion !== undefined) return assertion;
  } catch (error) {
    throw doesNotHold(/^[A-Za-z ]{1,80}/.exec(error instanceof Error ? error.message : '')?.[0] ?? 'unknown', error);
  }
  throw doesNotHold('it has no assertion');
}

/** node-saml, which would ask the machine for the time, and remember requests in its own memory. */
class TimedSaml extends SAML {
  readonly #at: Instant;

  constructor(expected: ExpectedResponse) {
    super({
      entryPoint: expected.ssoUrl,
      callbackUrl: expected.acsUrl,
      issuer: expected.entityId,
      audience: expected.entityId,
      idpIssuer: expected.issuer,
      idpCert: expected.certificates.map(({ der }) => der.toString('base64')),
      wantAssertionsSigned: true,
      wantAuthnResponseSigned: false,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: onlyRequest(expected.requestId, expected.at),
      requestIdExpirationPeriodMs: Number.MAX_SAFE_INTEGER,
      generateUniqueId: () => expected.requestId,
      acceptedClockSkewMs: CLOCK_SKEW_MS,
      disableRequestedAuthnContext: true,
      identifierFormat: null,
    });
    this.#at = expected.at;
  }

  protected override checkTimestampsValidityError(
    _machineMs: number,
    notBefore: string,
    notOnOrAfter: string,
    limitMs?: number,
  ): Error | null {
    return super.checkTimestampsValidityError(epochMs(this.#at), notBefore, notOnOrAfter, limitMs);
  }
}

/** The one request that the answer may be to. How old it is was looked at where its attempt was taken, and so was that it is taken once. */
function onlyRequest(requestId: string, at: Instant): CacheProvider {
  return {
    saveAsync: () => Promise.resolve(null),
    getAsync: (key) => Promise.resolve(key === requestId ? at : null),
    removeAsync: () => Promise.resolve(null),
  };
}
