import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listAccounts } from '../../src/directory/account-read-model.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import type { Queryable } from '../../src/platform/index.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { openWorld, type World } from './simulated-tenant.ts';

const ACCOUNTS = 3_000;
const PAGE = 10;

let world: World;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  world = await openWorld();
  const { owner } = world.db;
  workspaceId = await insertWorkspace(owner, world.clock.now());
  const run = '00000000-0000-4000-8000-000000000001';
  for (const statement of [
    `insert into directory_connection (workspace_id, id, cloud, tenant_id, client_id, created_at, created_by)
     values ($1, '${run}', 'commercial', '${run}', '${run}', now(), 'test')`,
    `insert into directory_account (workspace_id, connection_id, object_id, user_principal_name, address_keys, account_enabled, attributes,
       row_hash, state, in_scope, scope_state, first_run_id, last_run_id)
     select $1, '${run}', gen_random_uuid(), 'u' || n, '{}', false, '{}', '', 'disabled', true, 'in_scope', '${run}', '${run}'
     from generate_series(1, ${ACCOUNTS}) as n`,
    `insert into directory_observation (workspace_id, connection_id, object_id, ordinal, state, seen_from, observed_at, source, run_id,
       record_id)
     select account.workspace_id, account.connection_id, account.object_id, 1, 'disabled', now() - interval '5 minutes', now(), 'full', '${run}',
       gen_random_uuid()
     from directory_account as account where account.workspace_id = $1`,
    `insert into directory_audit_event (workspace_id, connection_id, id, object_id, led_to, at, raw_sha256, run_id)
     select account.workspace_id, account.connection_id, account.object_id || ' ' || n, account.object_id, 'disabled',
       now() - make_interval(mins => n), '', '${run}'
     from directory_account as account cross join generate_series(1, 3) as n where account.workspace_id = $1`,
    `insert into directory_audit_window (workspace_id, connection_id, looked_from, looked_until)
     values ($1, '${run}', now() - interval '7 days', now() + interval '1 hour')`,
  ]) {
    await owner.query(statement, [workspaceId]);
  }
  await owner.query('analyze');
});
afterAll(() => world.close());

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of a table a plan has read. */
function rowsOf(table: string, node: PlanNode): number {
  const own = node['Relation Name'] === table ? node['Actual Rows'] * node['Actual Loops'] : 0;
  return (node.Plans ?? []).reduce((sum, plan) => sum + rowsOf(table, plan), own);
}

describe('a page of accounts', () => {
  it('shows the instants that the audit log gives', async () => {
    const rows = await listAccounts(world.db.database, workspaceId, { state: undefined, after: undefined, limit: PAGE });
    expect(rows).toHaveLength(PAGE);
    expect(rows.every(({ exactAt }) => exactAt !== null)).toBe(true);
  });

  it('reads the entries of its own accounts, and not the whole log', async () => {
    const plans: PlanNode[] = [];
    const explaining: Queryable = {
      query: async (sql, values) => {
        const result = await world.db.database.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
          `explain (analyze, format json) ${typeof sql === 'string' ? sql : sql.text}`,
          values,
        );
        plans.push(...result.rows.flatMap((row) => row['QUERY PLAN'].map(({ Plan }) => Plan)));
        return { rows: [], count: 0 };
      },
    };
    await listAccounts(explaining, workspaceId, { state: undefined, after: undefined, limit: PAGE });
    const read = plans.map((plan) => rowsOf('directory_audit_event', plan));
    expect(read).toHaveLength(1);
    expect(read[0]).toBeLessThanOrEqual(3 * (PAGE + 1));
  });
});
