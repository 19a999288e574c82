import { DAY_MS, type Instant, latest, parseInstant, plusMs } from '../../kernel/index.ts';
import { doesNotHold } from '../identity-provider.ts';
import { CLOCK_SKEW_MS, type ExpectedResponse } from './expected-response.ts';
import type { XmlElement } from './read-xml.ts';
import { ASSERTION } from './saml-names.ts';
import { childrenOf, onlyChild } from './xml-element.ts';

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/** The longest that a tenant can set, and the difference of the clocks: what has been taken is kept for as long. */
const MAX_LIFE_MS = DAY_MS + CLOCK_SKEW_MS;
/** SAML core §2.5.1: a condition that one does not know cannot be held to. */
const knownConditions = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** What an assertion that holds says. */
export interface ReadAssertion {
  readonly id: string;
  /** When it could no longer be taken: until then, it counts once. */
  readonly expiresAt: Instant;
  readonly issuer: string;
  /** The texts of an attribute, by its name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads an assertion, which has to be the very element whose signature was verified, and holds it to what was asked: issuer, audience,
 * recipient, request and times (SAML profiles §4.1.4.3). Throws DomainError `sign-in-failed`.
 */
export function readAssertion(assertion: XmlElement, expected: ExpectedResponse): ReadAssertion {
  const id = assertion.attributes.get('ID') ?? '';
  if (assertion.namespace !== ASSERTION || assertion.name !== 'Assertion' || id === '') throw doesNotHold('it is no assertion');
  if (assertion.attributes.get('Version') !== '2.0') throw doesNotHold('it is not SAML 2.0');
  if (onlyChild(assertion, ASSERTION, 'Issuer')?.text !== expected.issuer) throw doesNotHold('it is by another issuer');
  if (childrenOf(assertion, ASSERTION, 'AuthnStatement').length === 0) throw doesNotHold('nobody has signed in for it');
  const conditionsEnd = holdConditions(assertion, expected);
  const confirmationEnd = holdConfirmation(assertion, expected);
  return {
    id,
    expiresAt: plusMs(latest(conditionsEnd, confirmationEnd), CLOCK_SKEW_MS),
    issuer: expected.issuer,
    attributes: attributesOf(assertion),
  };
}

function holdConditions(assertion: XmlElement, { at, entityId }: ExpectedResponse): Instant {
  const conditions = onlyChild(assertion, ASSERTION, 'Conditions');
  if (conditions === undefined) throw doesNotHold('it has not exactly one set of conditions');
  if (conditions.children.some(({ name, namespace }) => namespace !== ASSERTION || !knownConditions.includes(name)))
    throw doesNotHold('it has a condition that is not known here');
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction');
  const isForUs = restrictions.every((restriction) => childrenOf(restriction, ASSERTION, 'Audience').some(({ text }) => text === entityId));
  if (restrictions.length === 0 || !isForUs) throw doesNotHold('it is meant for another application');
  const begin = instantAt(conditions, 'NotBefore');
  const end = instantAt(conditions, 'NotOnOrAfter');
  if (begin === undefined || end === undefined) throw doesNotHold('it does not say from when until when it counts');
  if (plusMs(at, MAX_LIFE_MS) < end) throw doesNotHold('it counts for longer than a day');
  if (plusMs(at, CLOCK_SKEW_MS) < begin) throw doesNotHold('it does not count yet');
  if (plusMs(end, CLOCK_SKEW_MS) <= at) throw doesNotHold('it has expired');
  return end;
}

/** One bearer confirmation that holds is enough (SAML profiles §4.1.4.2); until when it does. */
function holdConfirmation(assertion: XmlElement, expected: ExpectedResponse): Instant {
  const subject = onlyChild(assertion, ASSERTION, 'Subject');
  const confirmations = subject === undefined ? [] : childrenOf(subject, ASSERTION, 'SubjectConfirmation');
  const ends = confirmations
    .filter(({ attributes }) => attributes.get('Method') === BEARER)
    .flatMap((confirmation) => onlyChild(confirmation, ASSERTION, 'SubjectConfirmationData') ?? [])
    .flatMap((data) => confirmationEnd(data, expected) ?? []);
  return ends[0] ?? refuseConfirmation();
}

function confirmationEnd(data: XmlElement, { acsUrl, at, requestId }: ExpectedResponse): Instant | undefined {
  const end = instantAt(data, 'NotOnOrAfter');
  const isOurs = data.attributes.get('Recipient') === acsUrl && data.attributes.get('InResponseTo') === requestId;
  // A bearer confirmation names no beginning (SAML profiles §4.1.4.2).
  if (!isOurs || end === undefined || data.attributes.has('NotBefore') || plusMs(at, MAX_LIFE_MS) < end) return undefined;
  return at < plusMs(end, CLOCK_SKEW_MS) ? end : undefined;
}

function refuseConfirmation(): never {
  throw doesNotHold('nothing confirms that it was meant for this request and address, and in time');
}

function instantAt(element: XmlElement, name: string): Instant | undefined {
  return parseInstant(element.attributes.get(name) ?? '');
}

function attributesOf(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const all = childrenOf(assertion, ASSERTION, 'AttributeStatement').flatMap((statement) => childrenOf(statement, ASSERTION, 'Attribute'));
  const attributes = new Map<string, string[]>();
  for (const attribute of all) {
    const name = attribute.attributes.get('Name') ?? '';
    const values = childrenOf(attribute, ASSERTION, 'AttributeValue').map(({ text }) => text);
    attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
  }
  return attributes;
}
