import type { ReadAssertion } from './read-assertion.ts';

/** Entra's names for the claims by which a person is known; in the order of those that an ID token has for the same. */
const names = {
  tid: 'http://schemas.microsoft.com/identity/claims/tenantid',
  oid: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  preferred_username: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name',
  name: 'http://schemas.microsoft.com/identity/claims/displayname',
} as const;

/**
 * What an assertion says of a person, in the words of an ID token. A claim that has more than one value says nothing. Neither the mail
 * address nor the name id is among them: both are whatever somebody has configured.
 */
export function assertionClaims({ attributes, issuer }: ReadAssertion): Readonly<Record<string, unknown>> {
  const claims = Object.entries(names).map(([claim, name]) => {
    const [value, ...more] = attributes.get(name) ?? [];
    return [claim, more.length === 0 ? value : undefined];
  });
  return { iss: issuer, ...Object.fromEntries(claims) };
}
