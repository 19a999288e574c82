import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Transaction } from '../platform/index.ts';
import type { AccessPolicy, MfaCoverage, MfaVerdict } from '../verdict/index.ts';
import { type AccountKinds, idAt, placeFrom, tallyKinds } from './account-kinds.ts';
import { readAccountKinds } from './mfa-kind-read-model.ts';
import type { MfaMemory } from './mfa-memory.ts';
import { type MfaKind, objectNames } from './mfa-read-model.ts';
import type { MfaNames } from './mfa-sentence.ts';
import { type MfaAccountRow, objectIdsOf, syncedAmong, syncedIds } from './mfa-synced-read-model.ts';
import { coverageOfKind, type JudgedTenant, type MfaGround } from './mfa-tenants.ts';

/** An account with what Conditional Access makes of it. */
export interface MfaAccount extends MfaAccountRow {
  readonly connectionId: DirectoryConnectionId;
  readonly kind: MfaKind;
  readonly coverage: MfaCoverage;
  readonly names: MfaNames;
}

export type MfaCounts = Readonly<Record<MfaVerdict, number>>;

/** How many accounts there are of each verdict, in all tenants. Who is synced may change at any time, so it is asked anew. */
export async function countMfa(tx: Transaction, workspaceId: WorkspaceId, { isScimOn, memory, tenants }: MfaGround): Promise<MfaCounts> {
  const counts = { ENFORCED: 0, UNKNOWN: 0, PARTIAL: 0, NOT_COVERED: 0, NOT_APPLICABLE: 0 };
  for (const tenant of tenants) {
    const accounts = await kindsIn(tx, workspaceId, { tenant, memory });
    const synced = await syncedIds(tx, workspaceId, { connectionId: tenant.connectionId, isScimOn });
    const tallies = tallyKinds(accounts, synced);
    for (const [place, kind] of accounts.kinds.entries()) counts[coverageOfKind(tenant, kind).verdict] += tallies[place] ?? 0;
  }
  return counts;
}

interface MfaAsked extends Page {
  readonly ground: MfaGround;
  /** Undefined: all of them. */
  readonly verdicts: readonly MfaVerdict[] | undefined;
  /** No others than these. */
  readonly accountIds?: readonly string[];
}

/** A page of accounts, tenant by tenant; of some verdicts, or all. A position is the connection and the object id. */
export async function listMfa(tx: Transaction, workspaceId: WorkspaceId, asked: MfaAsked): Promise<readonly MfaAccount[]> {
  const [connection = '', object] = asked.after?.split('.') ?? [];
  const found: MfaAccount[] = [];
  for (const tenant of asked.ground.tenants) {
    if (tenant.connectionId < connection || found.length >= asked.limit) continue;
    const behind = tenant.connectionId === connection ? object : undefined;
    found.push(...(await listOf(tx, workspaceId, { ...asked, tenant, behind, limit: asked.limit - found.length })));
  }
  return found;
}

interface TenantAsked extends MfaAsked {
  readonly tenant: JudgedTenant;
  /** The object id after which the page begins. */
  readonly behind: string | undefined;
}

/** So many accounts are looked up at once at most, where few of them are synced. */
const MAX_LOOKED_UP = 20_000;

/** Walks the accounts of the wanted kinds, and looks up who of them is synced: as many as the page has room for, then ever more. */
async function listOf(tx: Transaction, workspaceId: WorkspaceId, asked: TenantAsked): Promise<readonly MfaAccount[]> {
  const { ground, limit, tenant } = asked;
  const { connectionId } = tenant;
  const accounts = await kindsIn(tx, workspaceId, { tenant, memory: ground.memory });
  const coverages = accounts.kinds.map((kind) => coverageOfKind(tenant, kind));
  const names = await namesOf(tx, workspaceId, tenant);
  const places = placesOf(accounts, await amongIn(tx, workspaceId, asked), asked.behind);
  const isWanted = coverages.map(({ verdict }) => asked.verdicts?.includes(verdict) ?? true);
  const found: MfaAccount[] = [];
  for (let size = limit; found.length < limit; size = Math.min(size * 4, MAX_LOOKED_UP)) {
    const picked = new Map(pick(accounts, { places, isWanted, size }));
    if (picked.size === 0) break;
    const room = limit - found.length;
    const rows = await syncedAmong(tx, workspaceId, {
      connectionId,
      isScimOn: ground.isScimOn,
      objectIds: [...picked.keys()],
      limit: room,
    });
    for (const row of rows) {
      const place = picked.get(row.objectId) ?? 0;
      const [kind, coverage] = [accounts.kinds[place], coverages[place]];
      if (kind !== undefined && coverage !== undefined) found.push({ ...row, connectionId, kind, coverage, names });
    }
  }
  return found;
}

/** Of which kind each account of a tenant is, as the last look showed it: remembered, or worked out now. */
export function kindsIn(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { memory, tenant }: { readonly memory: MfaMemory; readonly tenant: JudgedTenant },
): Promise<AccountKinds> {
  return memory.kinds.recall(tenant.key, () => readAccountKinds(tx, workspaceId, tenant));
}

async function amongIn(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { accountIds, tenant }: TenantAsked,
): Promise<readonly string[] | undefined> {
  return accountIds && (await objectIdsOf(tx, workspaceId, { connectionId: tenant.connectionId, accountIds }));
}

/** Places behind an object id, in order: of all accounts, or of those with some object ids. */
function* placesOf(accounts: AccountKinds, among: readonly string[] | undefined, behind: string | undefined): Generator<number> {
  const first = behind === undefined ? 0 : placeFrom(accounts, behind);
  const isBehind = (place: number) => behind === undefined || idAt(accounts, place) > behind;
  if (among === undefined) {
    for (let place = first; place < accounts.kindOf.length; place += 1) if (place > first || isBehind(place)) yield place;
    return;
  }
  for (const objectId of among) {
    const place = placeFrom(accounts, objectId);
    if (place < accounts.kindOf.length && idAt(accounts, place) === objectId && isBehind(place)) yield place;
  }
}

interface Picking {
  readonly places: Generator<number>;
  readonly isWanted: readonly boolean[];
  readonly size: number;
}

/** The next accounts of wanted kinds, each by its object id with the place of its kind. */
function pick(accounts: AccountKinds, { isWanted, places, size }: Picking): readonly (readonly [string, number])[] {
  const picked: (readonly [string, number])[] = [];
  while (picked.length < size) {
    const next = places.next();
    if (next.done === true) break;
    const kind = accounts.kindOf[next.value] ?? 0;
    if (isWanted[kind] === true) picked.push([idAt(accounts, next.value), kind]);
  }
  return picked;
}

async function namesOf(tx: Transaction, workspaceId: WorkspaceId, { connectionId, named, policies }: JudgedTenant): Promise<MfaNames> {
  const objects = await objectNames(tx, workspaceId, { connectionId, named });
  const byId = new Map((policies ?? []).map((policy: AccessPolicy) => [policy.id, policy.name]));
  return { policy: (id) => byId.get(id) || id, object: (id) => objects.get(id) ?? id };
}
