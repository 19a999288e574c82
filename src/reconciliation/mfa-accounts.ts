import type { DirectoryConnectionId, WorkspaceId } from '../kernel/index.ts';
import type { Page, Transaction } from '../platform/index.ts';
import type { AccessPolicy, MfaCoverage, MfaVerdict } from '../verdict/index.ts';
import { listMfaAccounts, type MfaAccountRow, type MfaKind, objectNames, tallyMfaKinds } from './mfa-read-model.ts';
import type { MfaNames } from './mfa-sentence.ts';
import { coverageOfKind, type JudgedTenant, type MfaGround } from './mfa-tenants.ts';

/** An account with what Conditional Access makes of it. */
export interface MfaAccount extends MfaAccountRow {
  readonly connectionId: DirectoryConnectionId;
  readonly coverage: MfaCoverage;
  readonly names: MfaNames;
}

export type MfaCounts = Readonly<Record<MfaVerdict, number>>;

/** How many accounts there are of each verdict, in all tenants. */
export async function countMfa(tx: Transaction, workspaceId: WorkspaceId, { isScimOn, tenants }: MfaGround): Promise<MfaCounts> {
  const counts = { ENFORCED: 0, UNKNOWN: 0, PARTIAL: 0, NOT_COVERED: 0, NOT_APPLICABLE: 0 };
  for (const tenant of tenants) {
    const { connectionId, named } = tenant;
    const tallies = await tallyMfaKinds(tx, workspaceId, { connectionId, named, isScimOn });
    for (const { kind, count } of tallies) counts[coverageOfKind(tenant, kind).verdict] += count;
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
export async function listMfa(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { ground, verdicts, accountIds, after, limit }: MfaAsked,
): Promise<readonly MfaAccount[]> {
  const [connection = '', object] = after?.split('.') ?? [];
  const found: MfaAccount[] = [];
  for (const tenant of ground.tenants) {
    if (tenant.connectionId < connection || found.length >= limit) continue;
    const asked = { connectionId: tenant.connectionId, named: tenant.named, isScimOn: ground.isScimOn };
    const kinds = verdicts && (await kindsOf(tx, workspaceId, { tenant, asked, verdicts }));
    const behind = tenant.connectionId === connection ? object : undefined;
    const rows = await listMfaAccounts(tx, workspaceId, { ...asked, kinds, accountIds, after: behind, limit: limit - found.length });
    const names = await namesOf(tx, workspaceId, tenant);
    found.push(...rows.map((row) => ({ ...row, connectionId: tenant.connectionId, coverage: coverageOfKind(tenant, row.kind), names })));
  }
  return found;
}

interface KindsAsked {
  readonly tenant: JudgedTenant;
  readonly asked: Parameters<typeof tallyMfaKinds>[2];
  readonly verdicts: readonly MfaVerdict[];
}

async function kindsOf(tx: Transaction, workspaceId: WorkspaceId, { tenant, asked, verdicts }: KindsAsked): Promise<readonly MfaKind[]> {
  const tallies = await tallyMfaKinds(tx, workspaceId, asked);
  return tallies.map(({ kind }) => kind).filter((kind) => verdicts.includes(coverageOfKind(tenant, kind).verdict));
}

async function namesOf(tx: Transaction, workspaceId: WorkspaceId, { connectionId, named, policies }: JudgedTenant): Promise<MfaNames> {
  const objects = await objectNames(tx, workspaceId, { connectionId, named });
  const byId = new Map((policies ?? []).map((policy: AccessPolicy) => [policy.id, policy.name]));
  return { policy: (id) => byId.get(id) || id, object: (id) => objects.get(id) ?? id };
}
