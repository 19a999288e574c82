import type { Instant } from '../../kernel/index.ts';
import type { Application } from '../tenant/application.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { deny } from './sign-in-error.ts';
import type { SigningKey } from './signing-key.ts';

/** An authorization request that waits for somebody to sign in. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'form_post';
  readonly scope: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly codeChallenge: string;
}

export interface AuthorizationCode {
  readonly request: AuthorizationRequest;
  readonly userId: string;
  readonly issuedAt: Instant;
}

/** What the steps of the identity provider work on. Requests and codes are taken out when used: each works once. */
export interface OpenidContext {
  readonly tenant: Tenant;
  readonly key: SigningKey;
  /** Where the simulator listens, without trailing slash. */
  readonly url: string;
  /** Where its Azure Resource Manager listens. */
  readonly armUrl: string;
  readonly requests: Map<string, AuthorizationRequest>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly redeemedCodes: Set<string>;
}

/** Throws AADSTS90002 for any other tenant than the one there is. */
export function requireTenant({ tenant }: Pick<OpenidContext, 'tenant'>, tenantId: string): void {
  if (tenantId.toLowerCase() !== tenant.id) {
    deny(
      90002,
      `Tenant '${tenantId}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    );
  }
}

/** Throws AADSTS700016 for an application that the tenant does not know. */
export function requireClient({ tenant }: OpenidContext, clientId: string): Application {
  const application = tenant.applications.get(clientId.toLowerCase());
  return application ?? deny(700016, `Application with identifier '${clientId}' was not found in the directory '${tenant.id}'.`);
}

export function requireField(fields: URLSearchParams, name: string): string {
  const value = fields.get(name);
  if (value === null || value === '') deny(900144, `The request body must contain the following parameter: '${name}'.`);
  return value;
}
