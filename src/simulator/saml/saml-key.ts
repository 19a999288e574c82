import type { KeyObject } from 'node:crypto';
import { DAY_MS, type Instant, MINUTE_MS, plusMs } from '../../kernel/index.ts';
import { makeRsaKeyPair } from '../rsa-key-pair.ts';
import { selfSignedCertificate } from './self-signed-certificate.ts';

/** What the tenant signs assertions with. Entra has a certificate for each application; here one does for all. */
export interface SamlKey {
  readonly privateKey: KeyObject;
  readonly certificate: Buffer;
}

/** Entra's own choice. */
const CERTIFICATE_LIFE_MS = 3 * 365 * DAY_MS;

/** Made when it is first needed: a tenant without SAML never waits for it. */
export function createSamlKey(now: () => Instant): () => SamlKey {
  let made: SamlKey | undefined;
  return () => {
    made ??= makeKey(now());
    return made;
  };
}

/** It counts from a little earlier, so that no clock is behind it. */
const EARLIER_MS = 5 * MINUTE_MS;

function makeKey(at: Instant): SamlKey {
  const pair = makeRsaKeyPair();
  const expiresAt = plusMs(at, CERTIFICATE_LIFE_MS);
  const certificate = selfSignedCertificate({
    ...pair,
    commonName: 'Microsoft Azure Federated SSO Certificate',
    validFrom: plusMs(at, -EARLIER_MS),
    expiresAt,
  });
  return { privateKey: pair.privateKey, certificate };
}
