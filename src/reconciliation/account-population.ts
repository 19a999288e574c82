import type { FindingId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, readAhead } from '../platform/index.ts';
import { judgeDirectoryAccount, judgeScimUser, type MemberVerdict, type TestedAccount } from '../verdict/index.ts';
import { countDiagnoses, countEffects, sumOf, type TestPopulation } from './counted-population.ts';
import { namedMembers } from './named-members.ts';
import type { UnitSystem } from './report-population.ts';
import {
  type AccountPopulation,
  type AccountRow,
  listAccounts,
  nextFindings,
  type Tally,
  tallyAccounts,
} from './test-population-read-model.ts';

/** Findings that a page looks at, at the most: few of them may have an account that it shows. */
const MOST_LOOKED_AT = 1_000;

/** Behind every account of a finding. */
const LAST_PLACE = 999_999_999;

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
      // A page looks other employments and links up by key: without statistics the planner would read them whole for each account.
      await expectFewRows(q);
      const only = await nextFindings(q, workspaceId, { after: page.after, limit: MOST_LOOKED_AT });
      const wanted = effects === undefined ? undefined : await tallyAccounts(q, workspaceId, { only, system, state });
      const kinds = wanted?.map(({ kind }) => kind).filter((kind) => effects?.includes(judge(kind).effect));
      const found = await readAhead(page, positionOf, (ahead) => listAccounts(q, workspaceId, { ...ahead, only, system, state, kinds }));
      const rows = await namedMembers(
        q,
        workspaceId,
        found.rows.map((row) => ({ row, accounts: [row.account], position: positionOf(row), ...judge(kindOf(row)) })),
      );
      return { rows, next: found.next ?? behind(only) };
    },
  };
}

/** Behind the findings that a page looked at; null where there are no others. */
function behind(lookedAt: readonly FindingId[]): string | null {
  const last = lookedAt.at(-1);
  return last === undefined || lookedAt.length < MOST_LOOKED_AT ? null : `${last}.${LAST_PLACE}`;
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
