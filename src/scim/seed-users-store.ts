import { type CanonicalValue, type Instant, newId, type ScimUserId, type WorkspaceId } from '../kernel/index.ts';
import { recordBatch } from '../ledger/index.ts';
import { CopyRows, type Transaction } from '../platform/index.ts';
import { countUsers } from './tally-store.ts';

/** Written at a time, with their records. */
const USERS_PER_BATCH = 5_000;
const MAX_GROUP_SIZE = 50_000;
const GROUP_SIZES = [100, 10_000, MAX_GROUP_SIZE];
const CYCLE_GROUPS = 10;
const CYCLE_MEMBERS = 100;

/**
 * Fills a workspace for trying and measuring: users `u0000000@load.example` … with externalId `x0` …, by COPY; groups `load-g100`,
 * `load-g10000` and `load-g50000`, each where `count` exceeds its size, holding the first users; and, where there are users,
 * `load-cyc-0` … `load-cyc-9` with the first 100. Each user has the record of its making, which the first request of SCIM's would have left, so that
 * reports hold when they are derived again; groups, of which no report tells, have none.
 */
export async function seedUsers(tx: Transaction, workspaceId: WorkspaceId, count: number, at: Instant): Promise<void> {
  // The ids of those that groups may hold; a million of them would be kept for nothing.
  const ids: string[] = [];
  for (let from = 0; from < count; from += USERS_PER_BATCH) {
    const seeds = Array.from({ length: Math.min(USERS_PER_BATCH, count - from) }, (_, n) => seedOf(from + n, at));
    await writeSeeds(tx, workspaceId, seeds, at);
    for (const { id } of seeds.slice(0, MAX_GROUP_SIZE - ids.length)) ids.push(id);
  }
  await countUsers(tx, workspaceId);
  for (const size of GROUP_SIZES.filter((size) => count > size))
    await seedGroup(tx, workspaceId, { displayName: `load-g${size}`, memberIds: ids.slice(0, size), at });
  if (count === 0) return;
  for (let n = 0; n < CYCLE_GROUPS; n += 1)
    await seedGroup(tx, workspaceId, { displayName: `load-cyc-${n}`, memberIds: ids.slice(0, CYCLE_MEMBERS), at });
}

interface Seed {
  readonly id: ScimUserId;
  /** What tells who it is. */
  readonly identity: {
    readonly userName: string;
    readonly externalId: string;
    readonly displayName: string;
    readonly emails: CanonicalValue;
  };
}

function seedOf(n: number, at: Instant): Seed {
  const userName = `u${String(n).padStart(7, '0')}@load.example`;
  const emails = [{ type: 'work', value: userName, primary: true }];
  return { id: newId<'scim-user'>(at), identity: { userName, externalId: `x${n}`, displayName: `Load User ${n}`, emails } };
}

async function writeSeeds(tx: Transaction, workspaceId: WorkspaceId, seeds: readonly Seed[], at: Instant): Promise<void> {
  const records = recordBatch(tx, workspaceId);
  const recordIds = records.add(
    seeds.map(({ id, identity }) => ({
      type: 'scim.user.created',
      at,
      actor: 'system',
      subject: { kind: 'scim-user', id },
      after: { active: true },
      detail: { version: 1 },
      disclose: { user: identity },
    })),
  );
  await records.append();
  const [users, states] = [new CopyRows(), new CopyRows()];
  for (const [n, { id, identity }] of seeds.entries()) {
    const { displayName, externalId, userName } = identity;
    const resource = JSON.stringify({ ...identity, active: true });
    users.add([workspaceId, id, userName, userName, externalId, displayName, `{${userName}}`, true, 1, at, at, resource]);
    states.add([workspaceId, id, 1, true, false, at, recordIds[n] ?? null]);
  }
  await tx.copyIn(
    'copy scim_user (workspace_id, id, user_name, user_name_key, external_id, display_name, email_keys, active, version, created_at, last_modified, resource) from stdin',
    users.bytes(),
  );
  await tx.copyIn('copy scim_user_state (workspace_id, scim_user_id, version, active, deleted, at, record_id) from stdin', states.bytes());
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
