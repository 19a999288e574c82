import type { WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Page, type Queryable, type Stretch } from '../platform/index.ts';
import { judgeDirectoryAccount, judgeScimRole, judgeScimUser, type MemberVerdict, type TestedAccount } from '../verdict/index.ts';
import {
  countDiagnoses,
  countEffects,
  type DiagnoseMember,
  memberDiagnosis,
  type PopulationAsked,
  roleDiagnosis,
  sumOf,
  type TestPopulation,
  whenOf,
} from './counted-population.ts';
import { namedMembers } from './named-members.ts';
import {
  type AccountPopulation,
  type AccountRow,
  type AccountTally,
  listAccounts,
  nextFindings,
  type Tally,
  tallyAccounts,
} from './test-population-read-model.ts';

/** Findings that a page looks at, at the most, beside as many as it shows: few of them may have an account of the test. */
const MOST_LOOKED_AT = 1_000;

/** Behind every account of a finding. */
const LAST_PLACE = 999_999_999;

interface AccountTest extends AccountPopulation {
  readonly of: string;
  readonly judge: (account: TestedAccount) => MemberVerdict;
  /** Left out: by whatever is wrong. */
  readonly diagnose?: DiagnoseMember;
}

/** Directory accounts that are enabled, or were when they were last shown and have vanished. */
export const directoryAccountPopulation = populationOf({
  system: 'directory',
  state: 'ENABLED',
  of: 'directory accounts in the scope that are enabled or have vanished while they were, as the latest run judged them',
  judge: judgeDirectoryAccount,
});

/** SCIM users that are active. */
export const scimUserPopulation = populationOf({
  system: 'scim',
  state: 'ACTIVE',
  of: 'active SCIM users, as the latest run judged them',
  judge: judgeScimUser,
});

/** The same SCIM users, and the roles that they brought. */
export const scimRolePopulation = populationOf({
  system: 'scim',
  state: 'ACTIVE',
  of: 'active SCIM users, as the latest run judged them',
  judge: judgeScimRole,
  diagnose: roleDiagnosis,
});

function populationOf({ diagnose = memberDiagnosis, judge, of, state, system }: AccountTest): TestPopulation {
  return {
    isOfRun: true,
    position: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,9}$/,
    count: async (q, asked, only) => {
      await expectManyRows(q);
      const tallies = await (only === undefined
        ? everyTally(q, asked, { system, state })
        : tallyAccounts(q, asked.workspaceId, { only, system, state, moment: asked.moment }));
      const judged = tallies.map(({ count, kind }) => ({ count, vector: kind.vector, effect: judge(kind).effect }));
      return {
        effects: countEffects(judged),
        diagnoses: countDiagnoses(judged, diagnose),
        ties: { rows: sumOf(tallies), of, parts: partsOf(tallies) },
      };
    },
    list: async (q, asked, { after, effects, limit }) => {
      const tallies = effects === undefined ? undefined : await everyTally(q, asked, { system, state });
      const wanted = tallies?.filter(({ kind }) => effects?.includes(judge(kind).effect));
      const found = await readWanted(q, asked.workspaceId, { system, state, after, limit, wanted, moment: asked.moment });
      const rows = await namedMembers(
        q,
        asked.workspaceId,
        found.rows.map((row) => ({ row, accounts: [row.account], position: positionOf(row), ...judge(row.kind) })),
        diagnose,
      );
      return { rows, next: found.next };
    },
  };
}

/** How many accounts of each kind a run left; remembered, since a run alone changes it. */
function everyTally(
  q: Queryable,
  { basis, kinds, moment, workspaceId }: PopulationAsked,
  of: AccountPopulation,
): Promise<readonly AccountTally[]> {
  return kinds.recall(`${workspaceId} ${basis.runId} ${whenOf(moment)} ${of.system}`, async () => {
    await expectManyRows(q);
    return tallyAccounts(q, workspaceId, { only: undefined, moment, ...of });
  });
}

type WantedPage = AccountPopulation & Page & Pick<PopulationAsked, 'moment'> & { readonly wanted: readonly AccountTally[] | undefined };

/**
 * A page of accounts of the wanted kinds. Findings whose vectors have them are found by an index, so that nearly each has one; it is not so
 * where an account may be several people's, or is judged by another employment. Of the past no index tells vectors, so that a page may be short.
 */
async function readWanted(q: Queryable, workspaceId: WorkspaceId, { wanted, ...asked }: WantedPage): Promise<Stretch<AccountRow>> {
  // A page looks other employments and links up by key: without statistics the planner would read them whole for each account.
  await expectFewRows(q);
  const { moment } = asked;
  const vectorHashes = moment === undefined ? wanted && [...new Set(wanted.map(({ vectorHash }) => vectorHash))] : undefined;
  const kinds = wanted?.map(({ kind }) => kind);
  const [rows, size]: [AccountRow[], number] = [[], asked.limit + 1];
  let [position, lookedAt] = [asked.after, 0];
  while (rows.length <= asked.limit && lookedAt <= MOST_LOOKED_AT) {
    // The finding of the position comes again, since it may have other accounts.
    const only = await nextFindings(q, workspaceId, { after: position, limit: size + 1, vectorHashes, moment });
    rows.push(...(await listAccounts(q, workspaceId, { ...asked, after: position, limit: size - rows.length, only, kinds })));
    const last = only.at(-1);
    if (last === undefined || only.length <= size) return upTo(rows, { limit: asked.limit, behind: null });
    lookedAt += only.length;
    position = `${last}.${LAST_PLACE}`;
  }
  return upTo(rows, { limit: asked.limit, behind: position ?? null });
}

/** So many rows, and the position of the last of them; `behind` where there are no more. */
function upTo(
  rows: readonly AccountRow[],
  { behind, limit }: { readonly limit: number; readonly behind: string | null },
): Stretch<AccountRow> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { rows: rows.slice(0, limit), next: last === undefined ? behind : positionOf(last) };
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

function whoseIs({ standing, vector }: { readonly standing: TestedAccount['standing']; readonly vector: TestedAccount['vector'] }): Whose {
  if (vector.classification !== 'HUMAN') return 'excluded as nobody’s own';
  if (vector.employment === 'NONE') return 'of nobody';
  return standing === 'candidate' ? 'of several candidates' : 'of a person';
}
