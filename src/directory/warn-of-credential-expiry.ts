import type { Task } from '../jobs/index.ts';
import { EXPIRY_WARNINGS_DAYS, expiryOf } from '../kernel/index.ts';
import { takeCredentialWarnings } from './credential-store.ts';
import type { DirectoryDeps } from './directory-deps.ts';

const HOURLY = '41 * * * *';

/**
 * Logs `directory.credential.expiring` 60, 30, 14, 7 and 1 days before a credential ends, and `directory.credential.expired` when it
 * has: each once, whatever the number of processes. `expirySource` says who knows: a year that is only assumed may be wrong.
 */
export function warnOfCredentialExpiryTask({ database, clock, log }: Pick<DirectoryDeps, 'database' | 'clock' | 'log'>): Task {
  return {
    name: 'directory.warn-of-credential-expiry',
    schedule: HOURLY,
    run: async () => {
      const at = clock.now();
      for (const warned of await takeCredentialWarnings(database, at, EXPIRY_WARNINGS_DAYS)) {
        const { expiresInDays, warning } = expiryOf(warned.expiresAt, at);
        const event = warning === 'expired' ? 'directory.credential.expired' : 'directory.credential.expiring';
        log.warn(event, { ...warned, expiresInDays });
      }
    },
  };
}
