import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ToldFinding } from './notification-body.ts';
import { overdueRules } from './overdue-rules.ts';

/** Workspaces that judge anything: those with a policy. */
export async function workspacesWithPolicy(q: Queryable): Promise<readonly WorkspaceId[]> {
  const { rows } = await q.query<{ id: WorkspaceId }>('select distinct policy.workspace_id as id from policy order by 1');
  return rows.map(({ id }) => id);
}

/** Up to when the file of an earlier day tells; undefined where there was none. */
export async function toldUntil(q: Queryable, workspaceId: WorkspaceId, day: string): Promise<Instant | undefined> {
  const { rows } = await q.query<{ until: Instant }>(
    'select digest.until from digest where digest.workspace_id = $1 and digest.day < $2 order by digest.day desc limit 1',
    [workspaceId, day],
  );
  return rows[0]?.until;
}

/**
 * Up to when everything is known that became overdue: the as-of of the latest run. Of one that is under way nobody can see yet what it finds, and it will
 * say that it was so since the run began. Undefined where there was none.
 */
export async function judgedUntil(q: Queryable, workspaceId: WorkspaceId): Promise<Instant | undefined> {
  const { rows } = await q.query<{ at: Instant }>(
    `select run.as_of as at from reconciliation_run as run
     where run.workspace_id = $1 and run.ord is not null
     order by run.ord desc
     limit 1`,
    [workspaceId],
  );
  return rows[0]?.at;
}

/** Findings that are overdue and became so after `since`, up to `until`, in the order in which they did. */
export async function overdueBetween(
  q: Queryable,
  workspaceId: WorkspaceId,
  { since, until }: { readonly since: Instant | null; readonly until: Instant },
): Promise<readonly ToldFinding[]> {
  const { rows } = await q.query<ToldFinding>(
    `select finding.id, finding.unit_kind as kind, finding.rule, finding.verdict, finding.effect, finding.changed_at as since
     from finding
     where finding.workspace_id = $1 and finding.closed_at is null and finding.rule in (${overdueRules.map((rule) => `'${rule}'`).join(', ')})
       and ($2::timestamptz is null or finding.changed_at > $2::timestamptz) and finding.changed_at <= $3::timestamptz
     order by finding.changed_at, finding.id`,
    [workspaceId, since, until],
  );
  return rows;
}

/** Keeps up to when a day's file tells; made again on the same day, it tells more. */
export async function keepDigest(
  q: Queryable,
  workspaceId: WorkspaceId,
  made: { readonly day: string; readonly since: Instant | null; readonly until: Instant; readonly findings: number },
): Promise<void> {
  await q.query(
    `insert into digest (workspace_id, day, since, until, findings) values ($1, $2, $3, $4, $5)
     on conflict (workspace_id, day) do update set since = excluded.since, until = excluded.until, findings = excluded.findings`,
    [workspaceId, made.day, made.since, made.until, made.findings],
  );
}
