import type { Application } from '../tenant/application.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { SamlKey } from './saml-key.ts';

/** A SAML request that waits for somebody to sign in. */
export interface AuthnRequest {
  readonly id: string;
  readonly application: Application;
  /** Our audience: how the application calls itself. */
  readonly entityId: string;
  readonly acsUrl: string;
  readonly relayState: string | undefined;
}

/** What the steps of the SAML provider work on. A request is taken out when used: it works once. */
export interface SamlContext {
  readonly tenant: Tenant;
  readonly key: () => SamlKey;
  /** Where the simulator listens, without trailing slash. */
  readonly url: string;
  readonly requests: Map<string, AuthnRequest>;
}
