import { epochMs, type Instant } from '../../kernel/index.ts';
import { type AnchorKind, anchorKinds, readAnchorAges, readLedgerLag } from '../../ledger/index.ts';
import type { Clock, Database, MetricsRegistry } from '../../platform/index.ts';

/** How all ledgers stand: what waits for its place and for how long, and how old the oldest last anchor of each kind is; in seconds. */
interface LedgerStanding {
  readonly records: number;
  readonly lagSeconds: number;
  readonly anchorAges: ReadonlyMap<AnchorKind, number>;
}

export async function readLedgerStanding({
  clock,
  database,
}: {
  readonly clock: Clock;
  readonly database: Database;
}): Promise<LedgerStanding> {
  const secondsSince = (instant: Instant) => Math.max(0, (epochMs(clock.now()) - epochMs(instant)) / 1000);
  const { oldestAt, records } = await readLedgerLag(database);
  const ages = await readAnchorAges(database);
  return {
    records,
    lagSeconds: oldestAt === null ? 0 : secondsSince(oldestAt),
    anchorAges: new Map(ages.map((age) => [age.kind, secondsSince(age.oldestAt)])),
  };
}

/** Shows it; undefined while the database cannot be asked, and then nothing is shown. */
export function ledgerGauges(registry: MetricsRegistry): (standing: LedgerStanding | undefined) => void {
  const unsequenced = registry.gauge({
    name: 'rollcall_ledger_unsequenced_records',
    help: 'Records that are committed and have no place in their ledger yet.',
    labels: {},
  });
  const lag = registry.gauge({ name: 'rollcall_ledger_lag_seconds', help: 'For how long the oldest of them waits.', labels: {} });
  const anchorAge = registry.gauge({
    name: 'rollcall_ledger_anchor_age_seconds',
    help: 'Since when the ledger that waits the longest was not anchored, by the kind of place; left out for kinds that no ledger uses.',
    labels: { kind: anchorKinds },
  });
  return (standing) => {
    unsequenced({}, standing?.records ?? null);
    lag({}, standing?.lagSeconds ?? null);
    for (const kind of anchorKinds) anchorAge({ kind }, standing?.anchorAges.get(kind) ?? null);
  };
}
