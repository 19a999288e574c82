import { randomUUID } from 'node:crypto';
import { type Instant, type ReconciliationRunId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Database, inSnapshot, type Queryable, readAhead, type Stretch, type Transaction } from '../platform/index.ts';
import {
  type ComplianceTestId,
  complianceTestIds,
  concludeTest,
  type EffectCounts,
  effects as everyEffect,
  testSentence,
} from '../verdict/index.ts';
import { directoryAccountPopulation, scimRolePopulation, scimUserPopulation } from './account-population.ts';
import { type ComplianceTest, complianceTests, type TestPeriod } from './compliance-test.ts';
import {
  type CountedPopulation,
  type MemberPage,
  type PopulationAsked,
  type PresentPopulation,
  type TestPopulation,
  whenOf,
} from './counted-population.ts';
import { diagnosisOf } from './diagnose-finding.ts';
import { leaverPopulation } from './leaver-population.ts';
import { mfaPopulation } from './mfa-population.ts';
import { ownerPopulation } from './owner-population.ts';
import type { PastMoment } from './past-moment-read-model.ts';
import { readTestBasis } from './test-basis-read-model.ts';
import { doubtsOf, neverReconciled } from './test-doubts.ts';
import { exceptedFindings } from './test-population-read-model.ts';
import type { TestMember, TestResult } from './test-result.ts';
import { createTestMemory, type TestMemory } from './test-memory.ts';

/** Tests that are judged when they are asked. */
type PresentTestId = 'mfa-on-azure';

/** Whom each test is about that a run has judged. */
const testPopulations: Readonly<Record<Exclude<ComplianceTestId, PresentTestId>, TestPopulation>> = {
  'terminated-people-are-deactivated': leaverPopulation,
  'directory-accounts-have-people': directoryAccountPopulation,
  'scim-users-are-assigned': scimUserPopulation,
  'roles-match': scimRolePopulation,
  'owners-are-here': ownerPopulation,
};

const presentPopulations: Readonly<Record<PresentTestId, PresentPopulation>> = { 'mfa-on-azure': mfaPopulation };

function isPresent(id: ComplianceTestId): id is PresentTestId {
  return id in presentPopulations;
}

/** Whether it can be asked of a past instant. */
function isOfThePast(id: ComplianceTestId): boolean {
  return complianceTests[id].presentAlone === null;
}

/** How positions in a test's population look. */
export function positionIn(id: ComplianceTestId): RegExp {
  return isPresent(id) ? presentPopulations[id].position : testPopulations[id].position;
}

export interface TestsAsked {
  readonly workspaceId: WorkspaceId;
  /** When it is asked. */
  readonly at: Instant;
  /** A reporting period for the tests that can be asked of one; null: whatever the run judged. */
  readonly period: TestPeriod | null;
  /** A past moment, for the tests that can be asked of one, as of the run that was the latest then: `at` is its instant. Left out: the present. */
  readonly moment?: PastMoment | undefined;
}

interface AskDeps {
  readonly database: Database;
  readonly memory: TestMemory;
}

/** Every test that can be asked so over its whole population, as of one run. */
export function askTests({ database, memory }: AskDeps, asked: TestsAsked): Promise<readonly TestResult[]> {
  return inSnapshot(database, (q) => testResults(q, asked, memory));
}

/** As `askTests`, within the caller's own snapshot: for a report, which counts once. */
export async function testResults(q: Transaction, asked: TestsAsked, memory = createTestMemory()): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const id of complianceTestIds.filter((each) => asked.moment === undefined || isOfThePast(each)))
    results.push(await resultOf(q, { ...asked, id }, memory));
  return results;
}

/**
 * One test and a page of its population, both as of the same run; of one that is judged when it is asked, as of the first page of the reading, which alone
 * counts. Throws DomainError `invalid-request` for a period that it has not. */
export function askTest(
  { database, memory }: AskDeps,
  asked: TestsAsked & { readonly id: ComplianceTestId },
  page: MemberPage,
): Promise<{ readonly test: TestResult; readonly members: Stretch<TestMember> }> {
  if (asked.period !== null && !complianceTests[asked.id].ofPeriod) {
    refuse('invalid-request', {
      detail: 'This test speaks of one instant, so that it takes no period.',
      next: 'Leave "from" and "to" out.',
    });
  }
  return inSnapshot(database, async (q) => {
    if (isPresent(asked.id)) return readPresent(q, { ...asked, memory }, page);
    return { members: await membersIn(q, { ...asked, memory }, page), test: await resultOf(q, asked, memory) };
  });
}

/** A reading is known by a name of its own, which stands behind the position in each `next`; a process that does not know it counts. */
async function readPresent(
  q: Transaction,
  { memory, ...asked }: TestsAsked & { readonly id: ComplianceTestId; readonly memory: TestMemory },
  page: MemberPage,
): Promise<{ readonly test: TestResult; readonly members: Stretch<TestMember> }> {
  const [connectionId, objectId, reading = randomUUID()] = page.after?.split('.') ?? [];
  const after = objectId === undefined ? undefined : `${connectionId}.${objectId}`;
  const { next, rows } = await membersIn(q, { ...asked, memory }, { ...page, after });
  const test = await memory.readings.recall(`${asked.workspaceId} ${asked.id} ${reading}`, () => resultOf(q, asked, memory));
  return { test, members: { rows, next: next === null ? null : `${next}.${reading}` } };
}

/** A page of a test's population, and the run that judged it; null where no run did. Nothing is counted: a file asks for many pages. */
export function askMembers(
  { database, memory }: AskDeps,
  asked: TestsAsked & { readonly id: ComplianceTestId },
  page: MemberPage,
): Promise<{ readonly runId: ReconciliationRunId | null; readonly members: Stretch<TestMember> }> {
  return inSnapshot(database, async (q) => ({
    members: await membersIn(q, { ...asked, memory }, page),
    runId: isPresent(asked.id) ? null : ((await readTestBasis(q, asked.workspaceId, asked.moment?.run.id))?.runId ?? null),
  }));
}

async function membersIn(
  q: Transaction,
  asked: TestsAsked & { readonly id: ComplianceTestId; readonly memory: TestMemory },
  page: MemberPage,
): Promise<Stretch<TestMember>> {
  if (isPresent(asked.id)) {
    const { list } = presentPopulations[asked.id];
    return readAhead(
      page,
      ({ position }) => position,
      (ahead) => list(q, { ...asked, memory: asked.memory.mfa }, { ...page, ...ahead }),
    );
  }
  const basis = await readTestBasis(q, asked.workspaceId, asked.moment?.run.id);
  return basis === undefined
    ? { rows: [], next: null }
    : testPopulations[asked.id].list(q, { ...asked, basis, moment: asked.moment, kinds: asked.memory.kinds }, page);
}

async function resultOf(
  q: Transaction,
  { id, period, ...asked }: TestsAsked & { readonly id: ComplianceTestId },
  memory: TestMemory,
): Promise<TestResult> {
  const test = complianceTests[id];
  if (isPresent(id)) {
    const { doubts, excepted, ...counted } = await presentPopulations[id].count(q, { ...asked, memory: memory.mfa });
    return { ...shown({ id, test, period: null, counted, doubts, excepted, basis: null }), asOf: asked.at };
  }
  const { moment } = asked;
  const basis = await readTestBasis(q, asked.workspaceId, moment?.run.id);
  const within = test.ofPeriod ? period : null;
  if (basis === undefined)
    return shown({ id, test, period: within, counted: nobodyCounted, doubts: [neverReconciled], excepted: 0, basis: null });
  const population = testPopulations[id];
  const full = { ...asked, basis, moment, period: within, kinds: memory.kinds };
  const count = () => population.count(q, full, undefined);
  const what = `${id} ${within?.from ?? ''} ${within?.to ?? ''}`;
  const counted = await (population.isOfRun
    ? memory.tallies.recall(`${asked.workspaceId} ${basis.runId} ${whenOf(moment)} ${what}`, count)
    : count());
  const excepted = await countExcepted(q, population, full);
  const doubts = [...doubtsOf(test, basis, { at: asked.at, period: within }), ...(counted.inDoubt ?? [])];
  return shown({ id, test, period: within, counted, doubts, excepted, basis });
}

async function countExcepted(q: Queryable, population: TestPopulation, asked: PopulationAsked): Promise<number> {
  const only = await exceptedFindings(q, asked.workspaceId, asked.at);
  if (only.length === 0) return 0;
  const { effects } = await population.count(q, asked, only);
  return membersOf(effects) - (effects.PASS ?? 0);
}

const nobodyCounted: CountedPopulation = {
  effects: {},
  ties: { rows: 0, of: 'nothing has been reconciled', parts: [] },
  diagnoses: new Map(),
};

interface Answer extends Pick<TestResult, 'id' | 'period' | 'doubts' | 'excepted'> {
  readonly test: ComplianceTest;
  readonly counted: CountedPopulation;
  readonly basis: PopulationAsked['basis'] | null;
}

function shown({ basis, counted, doubts, excepted, id, period, test }: Answer): TestResult {
  const { diagnoses, effects, taken = 0, takenBack, ties } = counted;
  const result = {
    id,
    title: test.title,
    population: test.population,
    rule: test.rule,
    verdict: concludeTest(effects, doubts.length > 0),
    passed: effects.PASS ?? 0,
    of: membersOf(effects),
    effects,
    excepted,
    ties,
    diagnoses: mostFirst(diagnoses),
    doubts,
    asOf: basis?.asOf ?? null,
    runId: basis?.runId ?? null,
    period,
    relevantTo: test.controls,
  };
  return { ...result, sentence: testSentence(test, { ...result, taken, takenBack }) };
}

function mostFirst(diagnoses: CountedPopulation['diagnoses']): TestResult['diagnoses'] {
  return [...diagnoses].sort(([, a], [, b]) => b - a).map(([code, count]) => ({ ...diagnosisOf(code), count }));
}

function membersOf(effects: EffectCounts): number {
  return everyEffect.reduce((sum, effect) => sum + (effects[effect] ?? 0), 0);
}
