import { randomBytes } from 'node:crypto';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { createSecretBox } from '../../src/platform/index.ts';
import type { DirectoryFacts } from '../../src/reconciliation/unit-facts.ts';
import { personFacts } from '../../src/reconciliation/person-facts-read-model.ts';
import { connectionFacts } from '../../src/reconciliation/unit-read-model.ts';
import { importRoster } from '../../src/roster/index.ts';
import { slicesOf } from '../../src/roster/decode-roster-file.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import type { World } from '../directory/simulated-tenant.ts';

export interface Claims {
  /** By object id, as reconciliation reads them. */
  readonly accounts: ReadonlyMap<string, DirectoryFacts>;
  /** What goes on still held then or later; null when no look was complete. */
  readonly confirmedUntil: Instant | null;
}

const secretBox = createSecretBox(randomBytes(32));
const HEADER = 'employee_id,work_email,start_date,end_date,last_day_worked,status,time_zone,display_name';

/** Gives each account a person of the roster, by the employee id, and reads what reconciliation would know of it. */
export async function claimsOf(world: World, workspaceId: WorkspaceId, people: number): Promise<Claims> {
  const { database, owner } = world.db;
  const rows = Array.from({ length: people }, (_, n) => `${n},p${n}@contoso.example,2020-01-01,,,,,Person ${n}`);
  const bytes = Buffer.from([HEADER, ...rows].join('\n'));
  await importRoster({ database, clock: world.clock, secretBox }, workspaceId, {
    source: 'file',
    bytes,
    read: readerOf('file', slicesOf(bytes)),
    actor: 'system',
    full: false,
    partial: true,
    elseUnchanged: true,
    allowRejected: false,
  });
  await owner.query(
    `insert into account_link (workspace_id, id, person_id, system, account_id, standing, rule, linked_at, linked_by, record_id)
     select person.workspace_id, gen_random_uuid(), person.id, 'directory', account.account_id, 'linked', 'M3', $2, 'system', gen_random_uuid()
     from person
     join directory_account as account on account.workspace_id = person.workspace_id and account.employee_id = person.employee_id
     where person.workspace_id = $1`,
    [workspaceId, world.clock.now()],
  );
  const ids = await owner.query<{ accountId: string; objectId: string }>(
    `select account.account_id as "accountId", account.object_id as "objectId" from directory_account as account where account.workspace_id = $1`,
    [workspaceId],
  );
  const objectIds = new Map(ids.rows.map(({ accountId, objectId }) => [accountId, objectId]));
  const facts = await database.transaction(async (tx) => {
    const found: DirectoryFacts[] = [];
    for await (const people of personFacts(tx, workspaceId, { at: world.clock.now(), limit: 100 }))
      found.push(...people.flatMap(({ directory }) => directory));
    return found;
  });
  const [connection] = await connectionFacts(database, workspaceId);
  return {
    accounts: new Map(facts.map((fact) => [objectIds.get(fact.accountId) ?? '', fact])),
    confirmedUntil: connection?.confirmedUntil ?? null,
  };
}
