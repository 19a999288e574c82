import type { Task } from '../jobs/index.ts';
import { EXPIRY_WARNINGS_DAYS, secretExpiryOf } from '../kernel/index.ts';
import type { Clock, Database, Log } from '../platform/index.ts';
import { takeExpiryWarnings } from './sso-store.ts';

const HOURLY = '23 * * * *';

/**
 * Logs `sso.secret.expiring` 60, 30, 14, 7 and 1 days before the client secret of an active connection ends, and
 * `sso.secret.expired` when it has: each once, whatever the number of processes. Of warnings missed meanwhile, the nearest.
 */
export function warnOfSecretExpiryTask(deps: { readonly database: Database; readonly clock: Clock; readonly log: Log }): Task {
  return {
    name: 'sso.warn-of-secret-expiry',
    schedule: HOURLY,
    run: async () => {
      const at = deps.clock.now();
      for (const { workspaceId, connectionId, expiresAt } of await takeExpiryWarnings(deps.database, at, EXPIRY_WARNINGS_DAYS)) {
        const { expiresInDays, warning } = secretExpiryOf(expiresAt, at);
        const event = warning === 'expired' ? 'sso.secret.expired' : 'sso.secret.expiring';
        deps.log.warn(event, { workspaceId, connectionId, expiresAt, expiresInDays });
      }
    },
  };
}
