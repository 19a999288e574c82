import type { OutboundHttp } from '../platform/index.ts';
import type { OidcConfiguration } from './fingerprint.ts';
import type { OidcBinding } from './sign-in-attempt.ts';

/** How a sign-in by OpenID Connect is begun and ended, whichever library does the work: one contract, which the tests hold both to. */
export interface OidcAdapter {
  /**
   * The address at the identity provider that a browser is sent to, with what the answer has to be bound to: authorization code, PKCE
   * S256, state and nonce.
   * Throws DomainError `identity-provider-unavailable` when its metadata cannot be had, or is not the issuer's; `outbound-refused`.
   */
  begin(configuration: OidcConfiguration, address: AnswerAddress): Promise<BegunSignIn>;
  /**
   * Exchanges what came back for an ID token and validates it: state, nonce, issuer, audience, times, and the signature by the issuer's
   * own keys (RS256 only), although the token came straight from the token endpoint (OpenID Connect Core §3.1.3.7). Returns its claims.
   * Throws DomainError `sign-in-failed`, or `identity-provider-unavailable`; `outbound-refused`.
   */
  finish(configuration: OidcConfiguration, answer: OidcAnswer): Promise<Readonly<Record<string, unknown>>>;
}

export interface OidcDeps {
  readonly outbound: OutboundHttp;
  /** Whether the login host is a stand-in on loopback, reached by http. */
  readonly allowInsecure: boolean;
}

/** Where the provider sends the browser back to, and how. */
export interface AnswerAddress {
  readonly redirectUri: string;
  readonly responseMode: 'form_post' | 'query';
}

export interface BegunSignIn {
  readonly location: URL;
  readonly binding: OidcBinding;
}

export interface OidcAnswer extends AnswerAddress {
  readonly binding: OidcBinding;
  /** What the browser brought back. */
  readonly parameters: URLSearchParams;
}
