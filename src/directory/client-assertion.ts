import { randomUUID, X509Certificate } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { epochMs, type Instant, SECOND_MS } from '../kernel/index.ts';
import { thumbprintOf } from './read-certificate.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Entra sets no limit and advises to stay below ten minutes (microsoft-graph §1.3). In seconds. */
const LIFE_S = 300;

/** How far behind ours Entra's clock may be, in seconds. */
const SKEW_S = 60;

interface Assertion {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientId: string;
  /** The token endpoint that it is for. */
  readonly audience: string;
  readonly at: Instant;
}

/** A client assertion (RFC 7523 §3): PS256, with the certificate's SHA-256 thumbprint in the header, as Entra wants it. */
export function signAssertion({ certificate, privateKey, clientId, audience, at }: Assertion): string {
  const now = Math.floor(epochMs(at) / SECOND_MS);
  const claims = { aud: audience, iss: clientId, sub: clientId, jti: randomUUID(), iat: now, nbf: now - SKEW_S, exp: now + LIFE_S };
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprintOf(new X509Certificate(certificate)) };
  return jwt.sign(claims, privateKey, { algorithm: 'PS256', header });
}
