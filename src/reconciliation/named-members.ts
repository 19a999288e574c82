import type { Instant, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Effect } from '../verdict/index.ts';
import { type DiagnoseMember, memberDiagnosis } from './counted-population.ts';
import { accountNames } from './finding-read-model.ts';
import type { UnitSystem } from './report-population.ts';
import type { MemberRow } from './test-population-read-model.ts';
import type { TestMember } from './test-result.ts';

/** A member judged, before its accounts are named. */
export interface JudgedMember {
  readonly row: MemberRow;
  /** Those of the finding's accounts that the member is about. */
  readonly accounts: readonly UnitSystem[];
  readonly position: string;
  readonly effect: Effect;
  readonly because: string;
}

/** Members as they are shown, their accounts by the names that the systems have for them. */
export async function namedMembers(
  q: Queryable,
  workspaceId: WorkspaceId,
  judged: readonly JudgedMember[],
  diagnose: DiagnoseMember = memberDiagnosis,
): Promise<readonly TestMember[]> {
  const shown = await namedAccounts(
    q,
    workspaceId,
    judged.map(({ accounts }) => accounts),
  );
  return judged.map(({ because, effect, position, row }, index) => ({
    position,
    effect,
    because,
    diagnosis: diagnose(effect, row.vector),
    findingId: row.findingId,
    owner: null,
    person: row.person,
    employmentPeriodId: row.employmentPeriodId,
    end: rangeOf(row.endEarliest, row.endLatest),
    deadline: rangeOf(row.deadlineEarliest, row.deadlineLatest),
    accounts: shown[index] ?? [],
    disposition: row.disposition,
    evidence: row.evidence,
  }));
}

/** The accounts of several members; lines that say that there is none are left out. */
export async function namedAccounts(
  q: Queryable,
  workspaceId: WorkspaceId,
  systems: readonly (readonly UnitSystem[])[],
): Promise<readonly TestMember['accounts'][]> {
  const ids = systems.flat().flatMap(({ accountId }) => accountId ?? []);
  const names = await accountNames(q, workspaceId, ids);
  return systems.map((accounts) =>
    accounts.flatMap(({ accountId, grade, matchRule, standing, state, system }) => {
      if (accountId === null) return [];
      const name = names.get(accountId) ?? { account: null, externalId: null };
      return [{ system, accountId, state, standing, matchRule, grade, ...name }];
    }),
  );
}

function rangeOf(earliest: Instant | null, latest: Instant | null) {
  return earliest === null || latest === null ? null : { earliest, latest };
}
