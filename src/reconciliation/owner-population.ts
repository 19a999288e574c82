import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { type Page, type Queryable, readAhead } from '../platform/index.ts';
import type { Effect, MemberVerdict } from '../verdict/index.ts';
import { listOwners } from '../workspace/index.ts';
import { type AnswerableRow, type AnswerableStanding, listAnswerables, tallyAnswerables } from './answerable-read-model.ts';
import { type CountedPopulation, countEffects, sumOf, type TestPopulation } from './counted-population.ts';
import type { DiagnosisCode } from './diagnose-finding.ts';
import type { JudgedOwner, OwnerStanding } from './judge-owner.ts';
import { namedAccounts } from './named-members.ts';
import { openOwnerFindings } from './owner-finding-store.ts';
import { accountClasses } from './report-population.ts';
import { judgeOwners } from './review-owners.ts';
import type { TestMember } from './test-result.ts';

/**
 * The owners of a workspace, judged when it is asked since they are reviewed every minute, and then the accounts that are excluded as
 * nobody's own, as the latest run judged them.
 */
export const ownerPopulation: TestPopulation = {
  isOfRun: false,
  position: /^(?:owner|account)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  count: async (q, { at, workspaceId }, only) => {
    // No disposition speaks of an owner or of a classification: what is decided about those is decided there.
    if (only !== undefined) return { effects: {}, ties: { rows: 0, of: '', parts: [] }, diagnoses: new Map() };
    const owners = await ownerMembers(q, workspaceId, at);
    const answerables = await tallyAnswerables(q, workspaceId);
    return {
      effects: countEffects([
        ...owners.map(({ effect }) => ({ count: 1, effect })),
        ...answerables.map(({ count, standing }) => ({ count, effect: judgeAnswerable(standing).effect })),
      ]),
      diagnoses: diagnosesOf(answerables),
      ties: {
        rows: owners.length + sumOf(answerables),
        of: 'owners and excluded accounts',
        parts: [
          { part: 'owners', count: owners.length },
          ...accountClasses.map((word) => ({ part: `${word} accounts`, count: sumOf(answerables.filter((each) => each.class === word)) })),
        ],
      },
    };
  },
  list: (q, { at, workspaceId }, asked) =>
    readAhead(
      asked,
      ({ position }) => position,
      async (ahead) => {
        const page = { ...asked, ...ahead };
        const owners = await ownersBehind(q, workspaceId, { ...page, at });
        const rest = page.limit - owners.length;
        if (rest <= 0) return owners.slice(0, page.limit);
        const after = page.after?.startsWith('account.') === true ? page.after.slice('account.'.length) : undefined;
        const standings = everyStanding.filter((standing) => page.effects?.includes(judgeAnswerable(standing).effect) ?? true);
        const rows = await listAnswerables(q, workspaceId, { after, limit: rest, standings });
        return [...owners, ...(await answerableMembers(q, workspaceId, rows))];
      },
    ),
};

const everyStanding: readonly AnswerableStanding[] = [
  'EXCLUDED',
  'EXCLUDED_OWNER_DROPPED',
  'EXCLUDED_OWNER_UNSETTLED',
  'EXCLUDED_OWNER_LEFT',
  null,
];

async function ownersBehind(
  q: Queryable,
  workspaceId: WorkspaceId,
  { after = '', at, effects }: Page & { readonly at: Instant; readonly effects: readonly Effect[] | undefined },
): Promise<readonly TestMember[]> {
  if (after.startsWith('account.')) return [];
  const owners = await ownerMembers(q, workspaceId, at);
  return owners.filter(({ effect, position }) => position > after && (effects?.includes(effect) ?? true));
}

/** The present owners, in the order of their ids. A workspace has few. */
async function ownerMembers(q: Queryable, workspaceId: WorkspaceId, at: Instant): Promise<readonly TestMember[]> {
  const judged = await judgeOwners(q, workspaceId, at);
  const present = (await listOwners(q, workspaceId)).filter(({ endedAt }) => endedAt === null);
  const open = (await openOwnerFindings(q, workspaceId)).filter(({ kind }) => kind === 'person-left');
  return present
    .map(({ id, name }) => {
      const found = judged.find(({ ownerId }) => ownerId === id);
      const isOpen = open.some(({ ownerId }) => ownerId === id);
      return { ...nobody, position: `owner.${id}`, ...judgeOwned(found, isOpen), owner: { id, name }, evidence: found?.evidence ?? [] };
    })
    .sort((a, b) => (a.position < b.position ? -1 : 1));
}

/** A finding that the person has left stands until a review of the owners closes it: before that, nobody has said of record that they are here. */
function judgeOwned(found: Pick<JudgedOwner, 'sentence' | 'standing'> | undefined, isOpen: boolean): MemberVerdict {
  if (found === undefined)
    return { effect: 'INSUF', because: 'Nobody is named as the person behind this owner, so nothing shows whether they are here.' };
  const { sentence, standing } = found;
  if (standing !== 'present' || !isOpen) return { effect: ownerEffects[standing], because: sentence };
  return {
    effect: 'INSUF',
    because: `${sentence} The finding that the person had left stands still: the owners are reviewed every minute, and with each run.`,
  };
}

const ownerEffects: Readonly<Record<OwnerStanding, Effect>> = { present: 'PASS', left: 'FAIL', unknown: 'INSUF' };

async function answerableMembers(q: Queryable, workspaceId: WorkspaceId, rows: readonly AnswerableRow[]): Promise<readonly TestMember[]> {
  const accounts = await namedAccounts(
    q,
    workspaceId,
    rows.map(({ systems }) => systems),
  );
  return rows.map(({ evidence, findingId, id, person, standing }, index) => ({
    ...nobody,
    position: `account.${id}`,
    ...judgeAnswerable(standing),
    diagnosis: diagnosisOf(standing),
    findingId,
    person,
    accounts: accounts[index] ?? [],
    evidence,
  }));
}

/** Whether the person who answers for an excluded account is employed. */
function judgeAnswerable(standing: AnswerableStanding): MemberVerdict {
  if (standing === 'EXCLUDED') return { effect: 'PASS', because: 'The person who answers for it is employed.' };
  if (standing === 'EXCLUDED_OWNER_LEFT')
    return { effect: 'FAIL', because: 'The person who answers for it has left: it needs a new owner.' };
  if (standing === 'EXCLUDED_OWNER_DROPPED')
    return {
      effect: 'INSUF',
      because: 'The latest roster no longer names the person who answers for it, and nobody has said what that means.',
    };
  if (standing === 'EXCLUDED_OWNER_UNSETTLED')
    return {
      effect: 'INSUF',
      because:
        'Whether the person who answers for it is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
    };
  return { effect: 'INSUF', because: 'No run has judged it as an excluded account yet, or no source shows it any more.' };
}

function diagnosisOf(standing: AnswerableStanding): DiagnosisCode | null {
  if (standing === 'EXCLUDED_OWNER_LEFT') return 'owner-left';
  if (standing === 'EXCLUDED_OWNER_UNSETTLED') return 'employment-is-unsettled';
  return standing === 'EXCLUDED_OWNER_DROPPED' ? 'roster-leaves-open' : null;
}

function diagnosesOf(
  answerables: readonly { readonly standing: AnswerableStanding; readonly count: number }[],
): CountedPopulation['diagnoses'] {
  const counts = new Map<DiagnosisCode, number>();
  for (const { count, standing } of answerables) {
    const code = diagnosisOf(standing);
    if (code !== null) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  return counts;
}

const nobody = {
  diagnosis: null,
  findingId: null,
  owner: null,
  person: null,
  employmentPeriodId: null,
  end: null,
  deadline: null,
  accounts: [],
  disposition: null,
} as const;
