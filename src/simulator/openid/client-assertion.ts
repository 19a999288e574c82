import { createHash, X509Certificate } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { epochMs, SECOND_MS } from '../../kernel/index.ts';
import type { Application } from '../tenant/application.ts';
import type { OpenidContext } from './openid-context.ts';
import { deny } from './sign-in-error.ts';

/** Throws AADSTS700027 unless one of the application's certificates has signed the assertion, for this endpoint and this moment. */
export function requireAssertion({ tenant, url }: OpenidContext, application: Application, assertion: string): void {
  const thumbprint = (jwt.decode(assertion, { complete: true })?.header as { 'x5t#S256'?: unknown } | undefined)?.['x5t#S256'];
  const known = application.certificates.find(({ certificate }) => thumbprintOf(certificate) === thumbprint);
  if (known === undefined || known.endDateTime <= tenant.now()) {
    deny(700027, `The certificate with identifier used to sign the client assertion is not registered on application, or has expired.`);
  }
  try {
    jwt.verify(assertion, new X509Certificate(known.certificate).publicKey, {
      algorithms: ['PS256', 'RS256'],
      audience: `${url}/${tenant.id}/oauth2/v2.0/token`,
      issuer: application.appId,
      subject: application.appId,
      clockTimestamp: Math.floor(epochMs(tenant.now()) / SECOND_MS),
    });
  } catch (error) {
    deny(700027, `Client assertion failed signature validation: ${error instanceof Error ? error.message : 'unknown'}.`);
  }
}

function thumbprintOf(certificate: string): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
}
