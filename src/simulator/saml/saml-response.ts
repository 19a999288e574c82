import { randomUUID } from 'node:crypto';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../kernel/index.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import { canonicalAttribute, canonicalText } from './canonical-xml.ts';
import type { AuthnRequest, SamlContext } from './saml-context.ts';
import { signAssertion } from './sign-assertion.ts';

const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const MICROSOFT = 'http://schemas.microsoft.com/identity/claims';
const XMLSOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** Entra's: from five minutes ago for an hour. */
const EARLIER_MS = 5 * MINUTE_MS;

/** A response as Entra makes it by default: the assertion is signed, the response around it is not. */
export function samlResponse(context: SamlContext, request: AuthnRequest, user: DirectoryUser): string {
  const { tenant } = context;
  const at = tenant.now();
  const issuer = samlIssuer(tenant.id);
  const assertion = signedAssertion(context, { request, user, issuer, at });
  return [
    `<samlp:Response ID="_${randomUUID()}" Version="2.0" IssueInstant="${at}" Destination="${canonicalAttribute(request.acsUrl)}"`,
    ` InResponseTo="${canonicalAttribute(request.id)}" xmlns:samlp="${PROTOCOL}"><Issuer xmlns="${ASSERTION}">${canonicalText(issuer)}</Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertion}</samlp:Response>`,
  ].join('');
}

export function samlIssuer(tenantId: string): string {
  return `https://sts.windows.net/${tenantId}/`;
}

interface AssertionOf {
  readonly request: AuthnRequest;
  readonly user: DirectoryUser;
  readonly issuer: string;
  readonly at: Instant;
}

/** In exclusive canonical form: attributes by their names, every element with an end tag of its own, no space between. */
function signedAssertion({ key, tenant }: SamlContext, { at, issuer, request, user }: AssertionOf): string {
  const id = `_${randomUUID()}`;
  const end = plusMs(at, HOUR_MS);
  const assertion = [
    `<Assertion xmlns="${ASSERTION}" ID="${id}" IssueInstant="${at}" Version="2.0"><Issuer>${canonicalText(issuer)}</Issuer>`,
    `<Subject><NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${canonicalText(user.userPrincipalName)}</NameID>`,
    '<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
    `<SubjectConfirmationData InResponseTo="${canonicalAttribute(request.id)}" NotOnOrAfter="${end}" Recipient="${canonicalAttribute(request.acsUrl)}">`,
    '</SubjectConfirmationData></SubjectConfirmation></Subject>',
    `<Conditions NotBefore="${plusMs(at, -EARLIER_MS)}" NotOnOrAfter="${end}"><AudienceRestriction>`,
    `<Audience>${canonicalText(request.entityId)}</Audience></AudienceRestriction></Conditions>`,
    `<AttributeStatement>${claimsOf(tenant.id, user).map(attribute).join('')}</AttributeStatement>`,
    `<AuthnStatement AuthnInstant="${at}" SessionIndex="${id}"><AuthnContext>`,
    '<AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement></Assertion>',
  ].join('');
  return signAssertion(assertion, id, key());
}

function claimsOf(tenantId: string, user: DirectoryUser): readonly (readonly [name: string, value: string])[] {
  return [
    [`${MICROSOFT}/tenantid`, tenantId],
    [`${MICROSOFT}/objectidentifier`, user.id],
    [`${MICROSOFT}/displayname`, user.displayName],
    [`${MICROSOFT}/identityprovider`, samlIssuer(tenantId)],
    ...(user.mail === null ? [] : [[`${XMLSOAP}/emailaddress`, user.mail] as const]),
    [`${XMLSOAP}/name`, user.userPrincipalName],
  ];
}

function attribute([name, value]: readonly [name: string, value: string]): string {
  return `<Attribute Name="${canonicalAttribute(name)}"><AttributeValue>${canonicalText(value)}</AttributeValue></Attribute>`;
}
