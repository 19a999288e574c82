import { type Clock, type Database, errorFields, type Log, type MetricsRegistry, type PoolLoad } from '../../platform/index.ts';
import { countOpenOwnerFindings, ownerFindingKinds } from '../../reconciliation/index.ts';
import { countSources } from '../../roster/index.ts';
import { countSwitches } from '../../workspace/index.ts';
import { ledgerGauges, readLedgerStanding } from './ledger-gauges.ts';
import { rosterGauges } from './roster-gauges.ts';
import { readWebhookStanding, webhookGauges } from './webhook-gauges.ts';

export interface StandingSources {
  readonly database: Database;
  readonly scimDatabase: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** How everything stands, read when it is asked for. What the database alone knows is not shown while it is away: an old figure would look like a present one. */
export function standingGauges(registry: MetricsRegistry, sources: StandingSources): () => Promise<void> {
  const reachable = registry.gauge({ name: 'rollcall_database_reachable', help: 'Whether the database answered this look.', labels: {} });
  const ledger = ledgerGauges(registry);
  const webhooks = webhookGauges(registry);
  const rosters = rosterGauges(registry);
  const workspaces = registry.gauge({
    name: 'rollcall_workspaces',
    help: 'Workspaces by the state of their SCIM switch.',
    labels: { scim: ['on', 'off'] },
  });
  const findings = registry.gauge({
    name: 'rollcall_owner_findings_open',
    help: 'Urgent findings about owners that are open.',
    labels: { kind: ownerFindingKinds },
  });
  const connections = registry.gauge({
    name: 'rollcall_database_connections',
    help: "This process's connections to the database, and those who wait for one.",
    labels: { pool: ['administration', 'scim'], state: ['in-use', 'idle', 'waiting'] },
  });
  const showPool = (pool: string, { idle, inUse, waiting }: PoolLoad): void => {
    for (const [state, count] of Object.entries({ 'in-use': inUse, idle, waiting })) connections({ pool, state }, count);
  };
  return async () => {
    showPool('administration', sources.database.load());
    showPool('scim', sources.scimDatabase.load());
    const standing = await readStanding(sources);
    reachable({}, standing === undefined ? 0 : 1);
    ledger(standing?.ledger);
    webhooks(standing?.webhooks);
    rosters(standing?.rosters);
    for (const scim of ['on', 'off'] as const) workspaces({ scim }, standing?.switches[scim] ?? null);
    for (const kind of ownerFindingKinds) findings({ kind }, standing === undefined ? null : (standing.findings.get(kind) ?? 0));
  };
}

/** Undefined while the database cannot be asked; a scrape is answered all the same. */
async function readStanding({ clock, database, log }: StandingSources) {
  try {
    return {
      ledger: await readLedgerStanding({ clock, database }),
      webhooks: await readWebhookStanding({ clock, database }),
      rosters: await countSources(database, clock.now()),
      switches: await countSwitches(database),
      findings: await countOpenOwnerFindings(database),
    };
  } catch (error) {
    log.warn('metrics.incomplete', errorFields(error));
    return undefined;
  }
}
