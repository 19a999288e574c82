import type { WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../platform/index.ts';
import { evaluateAccount } from './evaluate-account.ts';
import { evaluatePeriod } from './evaluate-period.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import type { Concerned } from './find-concerned.ts';
import { type FindingStep, planFinding } from './plan-findings.ts';
import { type FreeUnit, nextPeople, openFreeUnits } from './population-read-model.ts';
import { keepDrifts } from './role-drift-store.ts';
import { type FreeUnitFacts, type PersonUnits, personFacts, unmatchedFacts } from './unit-read-model.ts';

/** People or accounts whose facts are in memory at a time; twice as many, since the next are on their way while these are judged. */
const BATCH = 1_000;

/** What a batch came to: what becomes of its findings, and the employments that went on in another before access had to be gone. */
export interface JudgedBatch {
  readonly steps: readonly FindingStep[];
  readonly employmentPeriods: number;
  readonly continued: number;
}

/** What every unit is judged against, but for what is known of each person alone. */
export type RunContext = Omit<EvaluationContext, 'privilegedBefore'>;

interface Extent {
  readonly context: RunContext;
  /** Left out: everything. */
  readonly among?: Concerned | undefined;
}

/** Judges employment periods and accounts without a person, batch by batch; memory does not grow with them. */
export async function* judgeUnits(tx: Transaction, workspaceId: WorkspaceId, { context, among }: Extent): AsyncGenerator<JudgedBatch> {
  await expectManyRows(tx);
  const nextFree = await openFreeUnits(tx, workspaceId, among);
  await expectFewRows(tx);
  for await (const people of ahead(among === undefined ? peopleInOrder(tx, workspaceId) : peopleAmong(tx, workspaceId, among))) {
    yield await judgePeople(tx, workspaceId, { people, context });
  }
  for await (const facts of ahead(unmatchedInOrder(tx, workspaceId, nextFree))) yield judgeAccounts(facts, context);
}

async function* peopleInOrder(tx: Transaction, workspaceId: WorkspaceId): AsyncGenerator<readonly PersonUnits[]> {
  let after: string | undefined;
  do {
    const ids = await nextPeople(tx, workspaceId, { after, limit: BATCH });
    after = ids.at(-1);
    if (ids.length > 0) yield await personFacts(tx, workspaceId, ids);
  } while (after !== undefined);
}

async function* peopleAmong(tx: Transaction, workspaceId: WorkspaceId, { people }: Concerned): AsyncGenerator<readonly PersonUnits[]> {
  for (let start = 0; start < people.length; start += BATCH) {
    yield await personFacts(tx, workspaceId, people.slice(start, start + BATCH));
  }
}

async function* unmatchedInOrder(
  tx: Transaction,
  workspaceId: WorkspaceId,
  nextFree: (limit: number) => Promise<readonly FreeUnit[]>,
): AsyncGenerator<readonly FreeUnitFacts[]> {
  for (let units = await nextFree(BATCH); units.length > 0; units = await nextFree(BATCH)) {
    yield await unmatchedFacts(tx, workspaceId, units);
  }
}

/** Asks for the next while the present one is worked on: PostgreSQL reads while we judge. */
async function* ahead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let coming = items.next();
  for (let item = await coming; item.done !== true; item = await coming) {
    coming = items.next();
    // It is waited for above; until then nobody would hear of its failure.
    coming.catch(() => undefined);
    yield item.value;
  }
}

interface PeopleJudged {
  readonly people: readonly PersonUnits[];
  readonly context: RunContext;
}

async function judgePeople(tx: Transaction, workspaceId: WorkspaceId, { people, context }: PeopleJudged): Promise<JudgedBatch> {
  const judged = people.flatMap((person) =>
    person.periods.map((period) => {
      const open = person.open[period.id] ?? null;
      const privilegedBefore = new Map(open?.privilegedBy ? [[period.id, open.privilegedBy]] : []);
      return { open, evaluation: evaluatePeriod(person, period, { ...context, privilegedBefore }) };
    }),
  );
  const evaluations = judged.flatMap(({ evaluation }) => (evaluation === 'continued' ? [] : [evaluation]));
  await keepDrifts(tx, workspaceId, { among: people.map(({ personId }) => personId), drifting: driftingOf(evaluations), at: context.at });
  return {
    steps: judged.flatMap(({ open, evaluation }) => planFinding(evaluation === 'continued' ? undefined : evaluation, open)),
    employmentPeriods: judged.length,
    continued: judged.length - evaluations.length,
  };
}

function judgeAccounts(units: readonly FreeUnitFacts[], context: RunContext): JudgedBatch {
  const noneBefore = { ...context, privilegedBefore: new Map<string, readonly string[]>() };
  return {
    steps: units.flatMap((facts) => planFinding(evaluateAccount(facts, noneBefore), facts.open)),
    employmentPeriods: 0,
    continued: 0,
  };
}

/** Whose role differs, for however long. */
function driftingOf(evaluations: readonly Evaluation[]): readonly string[] {
  const drifts = evaluations.filter(({ vector }) => vector.role === 'DRIFT' || vector.role === 'DRIFTING');
  return [...new Set(drifts.flatMap(({ unit }) => unit.personId ?? []))];
}
