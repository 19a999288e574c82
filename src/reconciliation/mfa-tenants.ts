import { type DirectoryConnectionId, type Instant, msBetween, type WorkspaceId } from '../kernel/index.ts';
import type { Transaction } from '../platform/index.ts';
import { type AccessPolicy, type MfaCoverage, mfaCoverageOf, type MfaTenant, readAccessPolicy } from '../verdict/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { DIRECTORY_FRESH_MS } from './directory-freshness.ts';
import type { MfaMemory } from './mfa-memory.ts';
import { type MfaKind, type MfaTenantFacts, mfaTenantFacts, type NamedIds, namedStanding } from './mfa-read-model.ts';
import type { TestDoubt } from './test-doubts.ts';

/** A connected tenant, ready to be judged by. */
export interface JudgedTenant {
  readonly connectionId: DirectoryConnectionId;
  readonly known: MfaTenant;
  /** As the last complete look showed them; null where it did not, or is too old. */
  readonly policies: readonly AccessPolicy[] | null;
  readonly named: NamedIds;
  readonly areRolesKnown: boolean;
  /** What it depends on how accounts stand: the tenant, its looks, and what its policies name. */
  readonly key: string;
  readonly doubts: readonly TestDoubt[];
}

export interface MfaGround {
  readonly memory: MfaMemory;
  readonly isScimOn: boolean;
  readonly tenants: readonly JudgedTenant[];
}

/** What MFA is judged by at present: of a tenant that was not looked at lately, no policy is known (I8, I10). */
export async function readMfaGround(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { at, memory }: { readonly at: Instant; readonly memory: MfaMemory },
): Promise<MfaGround> {
  const tenants: JudgedTenant[] = [];
  for (const facts of await mfaTenantFacts(tx, workspaceId)) tenants.push(await judgedTenant(tx, workspaceId, { facts, at, memory }));
  return { memory, isScimOn: (await readSwitch(tx, workspaceId)).state === 'on', tenants };
}

async function judgedTenant(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { facts, at, memory }: { readonly facts: MfaTenantFacts; readonly at: Instant; readonly memory: MfaMemory },
): Promise<JudgedTenant> {
  const { connectionId, lastCompleteAt, securityDefaults, hasPremium, areRolesKnown } = facts;
  const isFresh = lastCompleteAt !== null && msBetween(lastCompleteAt, at) <= DIRECTORY_FRESH_MS;
  const policies = isFresh ? (facts.policies?.map(readAccessPolicy) ?? null) : null;
  const named = namedBy(policies ?? []);
  const key = JSON.stringify([workspaceId, connectionId, facts.looks, named]);
  const standing = await memory.standings.recall(key, () => namedStanding(tx, workspaceId, { connectionId, named }));
  return {
    connectionId,
    known: { policies, named: standing, securityDefaults, hasPremium },
    policies,
    named,
    key,
    areRolesKnown,
    doubts: doubtsOf(facts, { isFresh, policies }),
  };
}

/** Only ids: a word such as `All` names no object. */
function namedBy(policies: readonly AccessPolicy[]): NamedIds {
  const sides = policies.flatMap(({ include, exclude }) => [include, exclude]);
  const idsOf = (words: readonly string[]) => [...new Set(words.filter((word) => UUID.test(word)))];
  return {
    users: idsOf(sides.flatMap(({ users }) => users)),
    groups: idsOf(sides.flatMap(({ groups }) => groups)),
    roles: idsOf(sides.flatMap(({ roles }) => roles)),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function doubtsOf(
  { connectionId, lastCompleteAt, securityDefaults, hasPremium }: MfaTenantFacts,
  { isFresh, policies }: { readonly isFresh: boolean; readonly policies: readonly AccessPolicy[] | null },
): readonly TestDoubt[] {
  const remedy = 'POST directory/connections/{id}/check says what stands in the way of a look.';
  if (lastCompleteAt === null)
    return [{ code: 'directory-never-read', detail: `The directory of connection ${connectionId} was never read whole.`, remedy }];
  if (!isFresh) {
    const detail = `The directory of connection ${connectionId} was last read whole at ${lastCompleteAt}, more than a day ago.`;
    return [{ code: 'directory-stale', detail, remedy }];
  }
  if (policies === null) {
    const detail = `The last look at the directory of connection ${connectionId} did not collect its Conditional Access policies.`;
    return [
      { code: 'policies-not-collected', detail, remedy: 'GET directory/collections says why: most often Policy.Read.All is not granted.' },
    ];
  }
  return [...(securityDefaults === true ? [defaultsOn(connectionId)] : []), ...licenceDoubts(connectionId, { hasPremium, policies })];
}

const defaultsOn = (connectionId: string): TestDoubt => ({
  code: 'security-defaults-on',
  detail: `Security defaults are on in the tenant of connection ${connectionId}: they ask for MFA where Microsoft judges it necessary, which cannot be evaluated account by account.`,
  remedy: 'Conditional Access policies can be evaluated; they take a licence of P1.',
});

/** Policies that are on show that there is a licence, whatever the licences say. */
function licenceDoubts(
  connectionId: string,
  { hasPremium, policies }: { readonly hasPremium: boolean | null; readonly policies: readonly AccessPolicy[] },
): readonly TestDoubt[] {
  if (hasPremium === true || policies.some(({ state }) => state === 'enabled')) return [];
  const detail = `No Conditional Access policy is on in the tenant of connection ${connectionId}, and no licence for them is known.`;
  return [{ code: 'no-licence', detail, remedy: 'MFA that is set user by user, or by another product, is not evaluated here.' }];
}

/** Whether an account of this kind must use MFA. */
export function coverageOfKind(tenant: JudgedTenant, kind: MfaKind): MfaCoverage {
  const { isEnabled, userType, isExternal, groups } = kind;
  const roles = tenant.areRolesKnown ? kind.roles : null;
  return mfaCoverageOf({ id: kind.named ?? '', isEnabled, userType, isExternal, groups, roles }, tenant.known);
}
