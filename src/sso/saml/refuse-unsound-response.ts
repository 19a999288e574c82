import { DomainError } from '../../kernel/index.ts';
import { doesNotHold, refusedByProvider } from '../identity-provider.ts';
import type { ExpectedResponse } from './expected-response.ts';
import type { XmlElement } from './read-xml.ts';
import { ASSERTION, PROTOCOL, XMLDSIG } from './saml-names.ts';
import { everyElement, onlyChild } from './xml-element.ts';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
/** RFC 9231 §2.3.2; SHA-1 is in neither list. */
const signatureMethods = ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'];
const digestMethods = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];

/**
 * Looks at a response as it came, before any signature is verified, for whether it has the one shape that is taken: an answer to our
 * request with one assertion in its place, signed as a whole by an algorithm that is still good. What a wrapped signature needs (a second
 * assertion, an id that is there twice, a signature elsewhere) has no place in that shape.
 * Throws DomainError `sign-in-failed`.
 */
export function refuseUnsoundResponse(response: XmlElement, expected: ExpectedResponse): void {
  if (response.namespace !== PROTOCOL || response.name !== 'Response') throw doesNotHold('it is no SAML response');
  refuseForeignAnswer(response, expected);
  refuseFailure(response);
  const assertion = onlyAssertion(response);
  refuseRepeatedIds(response);
  const signatures = everyElement(response).filter(({ name }) => name === 'Signature');
  const inPlace = [response, assertion].flatMap((owner) => {
    const own = owner.children.filter((child) => signatures.includes(child));
    if (own.length > 1) throw doesNotHold('an element has two signatures');
    for (const signature of own) refuseUnsoundSignature(signature, owner);
    return own;
  });
  if (inPlace.length !== signatures.length) throw doesNotHold('a signature is out of place');
  if (!assertion.children.some((child) => signatures.includes(child))) throw doesNotHold('the assertion is not signed');
}

function refuseForeignAnswer(response: XmlElement, { acsUrl, issuer, requestId }: ExpectedResponse): void {
  const { attributes } = response;
  if (attributes.get('Version') !== '2.0') throw doesNotHold('it is not SAML 2.0');
  if (attributes.get('InResponseTo') !== requestId) throw doesNotHold('it answers another request, or none');
  if (attributes.get('Destination') !== acsUrl) throw doesNotHold('it was sent to another address');
  const named = response.children.filter(({ name, namespace }) => name === 'Issuer' && namespace === ASSERTION);
  if (named.some(({ text }) => text !== issuer)) throw doesNotHold('another issuer has answered');
}

/** The provider's own no comes without an assertion, and mostly unsigned: it is only told. */
function refuseFailure(response: XmlElement): void {
  const status = onlyChild(response, PROTOCOL, 'Status');
  const code = status && onlyChild(status, PROTOCOL, 'StatusCode');
  const value = code?.attributes.get('Value') ?? '';
  if (value === SUCCESS) return;
  const message = status && onlyChild(status, PROTOCOL, 'StatusMessage');
  throw refusedByProvider(value.split(':').at(-1) ?? '', message?.text);
}

function onlyAssertion(response: XmlElement): XmlElement {
  const everywhere = everyElement(response).filter(({ name }) => name === 'Assertion' || name === 'EncryptedAssertion');
  const assertion = onlyChild(response, ASSERTION, 'Assertion');
  if (everywhere.length !== 1 || assertion === undefined)
    throw doesNotHold('it has not exactly one assertion, in the clear and in its place');
  return assertion;
}

/** Whatever a validator may take for an id, in whichever namespace. */
const idName = /(?:^|\})(?:ID|Id|id)$/;

function refuseRepeatedIds(response: XmlElement): void {
  const ids = everyElement(response).flatMap(({ attributes }) =>
    [...attributes].flatMap(([name, value]) => (idName.test(name) ? value : [])),
  );
  if (new Set(ids).size !== ids.length) throw doesNotHold('an id is there twice');
}

/** XML Signature §4: an enveloped signature of its parent, and of nothing else. */
function refuseUnsoundSignature(signature: XmlElement, owner: XmlElement): void {
  const parts = signature.children.map(({ name, namespace }) => (namespace === XMLDSIG ? name : ''));
  const isPlain = ['SignedInfo,SignatureValue', 'SignedInfo,SignatureValue,KeyInfo'].includes(parts.join());
  const signedInfo = onlyChild(signature, XMLDSIG, 'SignedInfo');
  if (signature.namespace !== XMLDSIG || !isPlain || signedInfo === undefined) throw doesNotHold('a signature is not a plain one');
  const reference = onlyChild(signedInfo, XMLDSIG, 'Reference');
  if (reference === undefined || signedInfo.children.length !== 3) throw doesNotHold('a signature signs not one thing');
  const id = owner.attributes.get('ID') ?? '';
  if (id === '' || reference.attributes.get('URI') !== `#${id}`) throw doesNotHold('a signature is of something else than its parent');
  refuseUnsoundMethods(signedInfo, reference);
}

function refuseUnsoundMethods(signedInfo: XmlElement, reference: XmlElement): void {
  const canonicalization = algorithmOf(onlyChild(signedInfo, XMLDSIG, 'CanonicalizationMethod'));
  const transforms = onlyChild(reference, XMLDSIG, 'Transforms')?.children.map(algorithmOf) ?? [];
  if (canonicalization !== EXCLUSIVE || transforms.join() !== `${ENVELOPED},${EXCLUSIVE}`)
    throw doesNotHold('a signature transforms what it signs');
  refuseWeakAlgorithm(algorithmOf(onlyChild(signedInfo, XMLDSIG, 'SignatureMethod')), signatureMethods);
  refuseWeakAlgorithm(algorithmOf(onlyChild(reference, XMLDSIG, 'DigestMethod')), digestMethods);
}

function algorithmOf(element: XmlElement | undefined): string {
  return element?.attributes.get('Algorithm') ?? '';
}

function refuseWeakAlgorithm(algorithm: string, taken: readonly string[]): void {
  if (taken.includes(algorithm)) return;
  throw new DomainError('sign-in-failed', {
    detail: 'The answer is signed by an algorithm that is not taken here; SHA-1 is one of those.',
    next: 'Choose SHA-256 as the signing algorithm of the enterprise application (Single sign-on, SAML Certificates).',
  });
}
