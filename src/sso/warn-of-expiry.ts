import { createHash } from 'node:crypto';
import { EXPIRY_WARNINGS_DAYS, expiryOf, type Instant } from '../kernel/index.ts';
import type { Task } from '../jobs/index.ts';
import type { Clock, Database, Log, LogFields } from '../platform/index.ts';
import { takeCertificateWarnings, takeSecretWarnings } from './expiry-store.ts';

const HOURLY = '23 * * * *';

interface WarnDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Logs `sso.secret.expiring` or `sso.certificate.expiring` 60, 30, 14, 7 and 1 days before the client secret or a signing certificate of
 * an active connection ends, and `…expired` when it has: each once, whatever the number of processes. Of warnings missed meanwhile, the nearest.
 */
export function warnOfExpiryTask({ clock, database, log }: WarnDeps): Task {
  const warn = (what: 'certificate' | 'secret', ending: LogFields & { readonly expiresAt: Instant }, at: Instant) => {
    const { expiresInDays, warning } = expiryOf(ending.expiresAt, at);
    log.warn(`sso.${what}.${warning === 'expired' ? 'expired' : 'expiring'}`, { ...ending, expiresInDays });
  };
  return {
    name: 'sso.warn-of-expiry',
    schedule: HOURLY,
    run: async () => {
      const at = clock.now();
      for (const { connectionId, expiresAt, workspaceId } of await takeSecretWarnings(database, at, EXPIRY_WARNINGS_DAYS)) {
        warn('secret', { workspaceId, connectionId, expiresAt }, at);
      }
      for (const { connectionId, der, expiresAt, workspaceId } of await takeCertificateWarnings(database, at, EXPIRY_WARNINGS_DAYS)) {
        const certificateSha256 = createHash('sha256').update(der).digest('hex');
        warn('certificate', { workspaceId, connectionId, certificateSha256, expiresAt }, at);
      }
    },
  };
}
