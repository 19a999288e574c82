import { expectFewRows, expectManyRows } from '../platform/index.ts';
import { judgeDirectoryAccount, judgeScimUser, type MemberVerdict, type TestedAccount } from '../verdict/index.ts';
import { countDiagnoses, countEffects, sumOf, type TestPopulation } from './counted-population.ts';
import { namedMembers } from './named-members.ts';
import type { UnitSystem } from './report-population.ts';
import { type AccountPopulation, type AccountRow, listAccounts, type Tally, tallyAccounts } from './test-population-read-model.ts';

interface AccountTest extends AccountPopulation {
  readonly of: string;
  readonly judge: (account: TestedAccount) => MemberVerdict;
}

/** Directory accounts that are enabled. */
export const directoryAccountPopulation = populationOf({
  system: 'directory',
  state: 'ENABLED',
  of: 'enabled directory accounts in the scope, as the latest run judged them',
  judge: judgeDirectoryAccount,
});

/** SCIM users that are active. */
export const scimUserPopulation = populationOf({
  system: 'scim',
  state: 'ACTIVE',
  of: 'active SCIM users, as the latest run judged them',
  judge: judgeScimUser,
});

function populationOf({ judge, of, state, system }: AccountTest): TestPopulation {
  return {
    isOfRun: true,
    position: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,9}$/,
    count: async (q, { workspaceId }, only) => {
      await expectManyRows(q);
      const tallies = await tallyAccounts(q, workspaceId, { only, system, state });
      const judged = tallies.map(({ count, kind }) => ({ count, vector: kind.vector, effect: judge(kind).effect }));
      return {
        effects: countEffects(judged),
        diagnoses: countDiagnoses(judged),
        ties: { rows: sumOf(tallies), of, parts: partsOf(tallies) },
      };
    },
    list: async (q, { workspaceId }, { effects, ...page }) => {
      const wanted = effects === undefined ? undefined : await tallyAccounts(q, workspaceId, { only: undefined, system, state });
      const kinds = wanted?.map(({ kind }) => kind).filter((kind) => effects?.includes(judge(kind).effect));
      // A page looks other employments and links up by key: without statistics the planner would read them whole for each account.
      await expectFewRows(q);
      const rows = await listAccounts(q, workspaceId, { ...page, system, state, kinds });
      return namedMembers(
        q,
        workspaceId,
        rows.map((row) => ({ row, accounts: [row.account], position: positionOf(row), ...judge(kindOf(row)) })),
      );
    },
  };
}

function kindOf({ account, vector }: AccountRow): TestedAccount {
  return { vector, standing: account.standing, outcome: account.judged?.outcome ?? null };
}

function positionOf({ findingId, place }: AccountRow): string {
  return `${findingId}.${place}`;
}

function partsOf(tallies: readonly Tally<TestedAccount>[]) {
  const whose = (part: Whose) => sumOf(tallies.filter(({ kind }) => whoseIs(kind) === part));
  return whoseWords.map((part) => ({ part, count: whose(part) }));
}

const whoseWords = ['of a person', 'of several candidates', 'excluded as nobody’s own', 'of nobody'] as const;
type Whose = (typeof whoseWords)[number];

function whoseIs({ standing, vector }: { readonly standing: UnitSystem['standing']; readonly vector: TestedAccount['vector'] }): Whose {
  if (vector.classification !== 'HUMAN') return 'excluded as nobody’s own';
  if (vector.employment === 'NONE') return 'of nobody';
  return standing === 'candidate' ? 'of several candidates' : 'of a person';
}
