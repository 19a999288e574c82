import type { Instant } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';

/** What a database is for. */
export type InstallationKind = 'production' | 'demo' | 'sandbox';

export interface Installation {
  /** Undefined: not marked yet. */
  readonly kind: InstallationKind | undefined;
  readonly hasWorkspaces: boolean;
}

export async function readInstallation(q: Queryable): Promise<Installation> {
  const { rows } = await q.query<{ kind: InstallationKind | null; has_workspaces: boolean }>(
    `select (select installation.kind from installation) as kind,
            exists (select 1 from workspace) as has_workspaces`,
  );
  return { kind: rows[0]?.kind ?? undefined, hasWorkspaces: rows[0]?.has_workspaces ?? false };
}

/** Marks a database once; a mark that is there stays. */
export async function markInstallation(q: Queryable, kind: InstallationKind, at: Instant): Promise<void> {
  await q.query(
    `insert into installation (kind, marked_at) values ($1, $2::timestamptz)
     on conflict (singleton) do nothing`,
    [kind, at],
  );
}

/** Names of the applied migrations. */
export async function appliedMigrations(q: Queryable): Promise<readonly string[]> {
  const { rows } = await q.query<{ name: string }>('select schema_migration.name from schema_migration order by schema_migration.name');
  return rows.map(({ name }) => name);
}
