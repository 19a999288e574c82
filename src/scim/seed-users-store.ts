import { type Instant, newId, type WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import { countUsers } from './tally-store.ts';

const ROWS_PER_CHUNK = 1000;
const MAX_GROUP_SIZE = 50_000;
const GROUP_SIZES = [100, 10_000, MAX_GROUP_SIZE];
const CYCLE_GROUPS = 10;
const CYCLE_MEMBERS = 100;

/**
 * Fills a workspace for measuring: users `u0000000@load.example` … with externalId `x0` …, by COPY; groups `load-g100`,
 * `load-g10000` and `load-g50000`, each where `count` exceeds its size, holding the first users; and, where there are users,
 * `load-cyc-0` … `load-cyc-9` with the first 100. It leaves the ledger out: nobody pushed these users, so there is nothing
 * to be evidence of, and their state rows name no record.
 */
export async function seedUsers(tx: Transaction, workspaceId: WorkspaceId, count: number, at: Instant): Promise<void> {
  // The ids of those that groups may hold; a million of them would be kept for nothing.
  const ids: string[] = [];
  const nextId = () => {
    const id = newId<'scim-user'>(at);
    if (ids.length < MAX_GROUP_SIZE) ids.push(id);
    return id;
  };
  await tx.copyIn(
    `copy scim_user (workspace_id, id, user_name, user_name_key, external_id, display_name, email_keys, active, version, created_at, last_modified, resource) from stdin`,
    chunks(count, (n) => userLine(workspaceId, nextId(), n, at)),
  );
  await tx.query(
    `insert into scim_user_state (workspace_id, scim_user_id, version, active, deleted, at)
     select scim_user.workspace_id, scim_user.id, 1, true, false, scim_user.created_at from scim_user
     where scim_user.workspace_id = $1 and not exists (
       select from scim_user_state where scim_user_state.workspace_id = $1 and scim_user_state.scim_user_id = scim_user.id)`,
    [workspaceId],
  );
  await countUsers(tx, workspaceId);
  for (const size of GROUP_SIZES.filter((size) => count > size))
    await seedGroup(tx, workspaceId, { displayName: `load-g${size}`, memberIds: ids.slice(0, size), at });
  if (count === 0) return;
  for (let n = 0; n < CYCLE_GROUPS; n += 1)
    await seedGroup(tx, workspaceId, { displayName: `load-cyc-${n}`, memberIds: ids.slice(0, CYCLE_MEMBERS), at });
}

function userLine(workspaceId: WorkspaceId, id: string, n: number, at: Instant): string {
  const userName = `u${String(n).padStart(7, '0')}@load.example`;
  const displayName = `Load User ${n}`;
  const emails = [{ type: 'work', value: userName, primary: true }];
  const resource = JSON.stringify({ userName, externalId: `x${n}`, displayName, active: true, emails });
  return [workspaceId, id, userName, userName, `x${n}`, displayName, `{${userName}}`, 't', '1', at, at, resource].join('\t');
}

interface SeedGroup {
  readonly displayName: string;
  readonly memberIds: readonly string[];
  readonly at: Instant;
}

async function seedGroup(tx: Transaction, workspaceId: WorkspaceId, { displayName, memberIds, at }: SeedGroup): Promise<void> {
  await tx.query(
    `with created as (
       insert into scim_group (workspace_id, id, display_name, display_name_key, external_id, version, created_at, last_modified)
       values ($1, $2, $3, $3, $3, 1, $4, $4)
     )
     insert into scim_group_member (workspace_id, group_id, member_id, added_at)
     select $1, $2, member.id, $4 from unnest($5::uuid[]) as member (id)`,
    [workspaceId, newId<'scim-group'>(at), displayName, at, memberIds],
  );
}

function* chunks(count: number, line: (n: number) => string): Generator<string> {
  for (let start = 0; start < count; start += ROWS_PER_CHUNK) {
    const length = Math.min(ROWS_PER_CHUNK, count - start);
    yield Array.from({ length }, (_, n) => `${line(start + n)}\n`).join('');
  }
}
