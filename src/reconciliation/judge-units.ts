import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, expectManyRows, type Transaction } from '../platform/index.ts';
import { ownPairs, type Pair } from './account-behind-read-model.ts';
import { isCutOff, withLooks } from './account-looks.ts';
import { completeLooks } from './complete-look-read-model.ts';
import { evaluateAccount } from './evaluate-account.ts';
import { evaluatePeriod } from './evaluate-period.ts';
import type { Evaluation, EvaluationContext } from './evaluation.ts';
import type { Concerned } from './find-concerned.ts';
import { type FindingStep, planFinding } from './plan-findings.ts';
import { type PersonUnits, personFacts } from './person-facts-read-model.ts';
import { type FreeUnit, openFreeUnits } from './population-read-model.ts';
import { decidedRoles } from './role-claims-read-model.ts';
import { type Drift, keepDrifts } from './role-drift-store.ts';
import { type FreeUnitFacts, unmatchedFacts } from './unit-read-model.ts';

/** Accounts without a person whose facts are looked up at a time. */
const LOOKED_UP = 250;

/**
 * People who are judged at a time. Few, so that what they are made of is soon garbage, and others who share the process have their turn; and
 * since an answer of PostgreSQL is heard only between two batches, and it waits for the next question for so long.
 */
const BATCH = 10;

/** What a batch came to: what becomes of its findings, and the employments that went on in another before access had to be gone. */
export interface JudgedBatch {
  readonly steps: readonly FindingStep[];
  readonly employmentPeriods: number;
  readonly continued: number;
}

interface Extent {
  readonly context: EvaluationContext;
  /** Left out: everything. */
  readonly among?: Concerned | undefined;
}

/** Judges employment periods and accounts without a person, batch by batch; memory does not grow with them. */
export async function* judgeUnits(tx: Transaction, workspaceId: WorkspaceId, { context, among }: Extent): AsyncGenerator<JudgedBatch> {
  await expectManyRows(tx);
  const nextFree = await openFreeUnits(tx, workspaceId, among);
  if (among !== undefined) await expectFewRows(tx);
  const looks: Looks = new Map();
  for await (const people of personFacts(tx, workspaceId, { among: among?.people, at: context.at, limit: BATCH })) {
    yield await judgePeople(tx, workspaceId, { people, looks, context });
    await othersTurn();
  }
  await expectFewRows(tx);
  for await (const facts of ahead(unmatchedInOrder(tx, workspaceId, nextFree))) yield judgeAccounts(facts, context);
}

async function* unmatchedInOrder(
  tx: Transaction,
  workspaceId: WorkspaceId,
  nextFree: (limit: number) => Promise<readonly FreeUnit[]>,
): AsyncGenerator<readonly FreeUnitFacts[]> {
  const roles = decidedRoles(tx, workspaceId);
  for (let units = await nextFree(LOOKED_UP); units.length > 0; units = await nextFree(LOOKED_UP)) {
    yield await unmatchedFacts(tx, workspaceId, { units, roles });
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

/** By connection: until when complete looks had confirmed what they showed, once somebody of the run asked. */
type Looks = Map<string, readonly Instant[]>;

interface PeopleJudged {
  readonly people: readonly PersonUnits[];
  readonly looks: Looks;
  readonly context: EvaluationContext;
}

async function judgePeople(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { people: known, looks, context }: PeopleJudged,
): Promise<JudgedBatch> {
  const people = await withLooksAt(tx, workspaceId, { people: await withOwnAccounts(tx, workspaceId, known), looks });
  const judged = people.flatMap((person) =>
    person.periods.map((period) => ({ open: person.open.get(period.id) ?? null, evaluation: evaluatePeriod(person, period, context) })),
  );
  const evaluations = judged.flatMap(({ evaluation }) => (evaluation === 'continued' ? [] : [evaluation]));
  await keepDrifts(tx, workspaceId, { ...turnsOfDrifts(people, evaluations, context), at: context.at });
  return {
    steps: judged.flatMap(({ open, evaluation }) => planFinding(evaluation === 'continued' ? undefined : evaluation, open)),
    employmentPeriods: judged.length,
    continued: judged.length - evaluations.length,
  };
}

/** When anybody looked at the accounts of those who are read up to another instant than now. */
async function withLooksAt(
  tx: Transaction,
  workspaceId: WorkspaceId,
  { people, looks }: Pick<PeopleJudged, 'looks' | 'people'>,
): Promise<readonly PersonUnits[]> {
  const connections = people.filter(isCutOff).flatMap(({ directory }) => directory.map(({ connectionId }) => connectionId));
  for (const id of new Set(connections)) if (!looks.has(id)) looks.set(id, await completeLooks(tx, workspaceId, id));
  return people.map((person) => (isCutOff(person) ? withLooks(person, looks) : person));
}

/** With which account each SCIM user goes, of the few who have several: nobody else needs to be asked about. */
async function withOwnAccounts(tx: Transaction, workspaceId: WorkspaceId, people: readonly PersonUnits[]): Promise<readonly PersonUnits[]> {
  const pairs = people.flatMap(pairsOf);
  if (pairs.length === 0) return people;
  const own = new Map<string, string[]>();
  for (const { accountId, userId } of await ownPairs(tx, workspaceId, pairs)) own.set(userId, [...(own.get(userId) ?? []), accountId]);
  return people.map((person) => (pairsOf(person).length === 0 ? person : { ...person, ownAccounts: own }));
}

function pairsOf({ directory, scim }: PersonUnits): readonly Pair[] {
  if (directory.length < 2) return [];
  return scim.flatMap(({ accountId: userId }) => directory.map(({ accountId }) => ({ userId, accountId })));
}

function judgeAccounts(units: readonly FreeUnitFacts[], context: EvaluationContext): JudgedBatch {
  return {
    steps: units.flatMap((facts) => planFinding(evaluateAccount(facts, context), facts.open)),
    employmentPeriods: 0,
    continued: 0,
  };
}

/** Whose role differs and did not before, and the other way round. Most people have none that differs. */
function turnsOfDrifts(
  people: readonly PersonUnits[],
  evaluations: readonly Evaluation[],
  { driftSince }: EvaluationContext,
): Record<'begun' | 'ended', readonly Drift[]> {
  const now = new Map<string, ReadonlySet<string>>();
  for (const { drifting = [], unit } of evaluations) {
    if (unit.personId !== null && drifting.length > 0) now.set(unit.personId, new Set([...(now.get(unit.personId) ?? []), ...drifting]));
  }
  const before = people.flatMap(({ personId }) => [...(driftSince.get(personId)?.keys() ?? [])].map((userId) => ({ personId, userId })));
  const begun = [...now].flatMap(([personId, userIds]) => [...userIds].map((userId) => ({ personId, userId })));
  return {
    begun: begun.filter(({ personId, userId }) => driftSince.get(personId)?.has(userId) !== true),
    ended: before.filter(({ personId, userId }) => now.get(personId)?.has(userId) !== true),
  };
}
