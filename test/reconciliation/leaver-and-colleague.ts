import { expect } from '@jest/globals';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { inSnapshot } from '../../src/platform/index.ts';
import { approveLink, withdrawLink } from '../../src/reconciliation/approve-link.ts';
import { askPast } from '../../src/reconciliation/ask-past.ts';
import { askTests } from '../../src/reconciliation/ask-tests.ts';
import { approveClassification, requestClassification } from '../../src/reconciliation/classify-account.ts';
import { decideLink } from '../../src/reconciliation/decide-link.ts';
import { createTestMemory, reconcile, reportPopulation } from '../../src/reconciliation/index.ts';
import { listPastFindings } from '../../src/reconciliation/past-finding-page-read-model.ts';
import { namedUnits } from '../../src/reconciliation/report-units.ts';
import { type ComplianceTestId, effects } from '../../src/verdict/index.ts';
import type { TestDatabase } from '../support/database.ts';
import { ann, annsAccount, LONG_AGO, march, NOW, type StretchGiven } from './facts.ts';
import { judgeableWorkspace } from './judgeable-workspace.ts';

export const REASON = 'it is her namesake’s';
export const BEN = '2,ben@contoso.example,2020-01-01,';
export const enabled = [{ state: 'enabled', from: LONG_AGO }] as const;
/** Ann's employment ended with the 6th; access had to be gone at midnight after the 7th. */
export const late = [
  { state: 'enabled', from: LONG_AGO, to: march(9) },
  { state: 'disabled', from: march(9, 1) },
] as const;
export const inTime = [
  { state: 'enabled', from: LONG_AGO, to: march(6, 20) },
  { state: 'disabled', from: march(7, 2) },
] as const;

interface Whose {
  readonly employeeId?: string;
  readonly actor?: string;
}

/** A workspace in which Ann can leave, and what people decide about her account; Ben stays. */
// oxlint-disable-next-line max-lines-per-function -- a list of what tests may do
export async function leaverAndColleague(db: TestDatabase) {
  const { clock, facts } = await judgeableWorkspace(db);
  const deps = () => ({ database: db.database, clock });

  async function personOf(employeeId: string): Promise<string> {
    const { rows } = await db.owner.query<{ id: string }>('select id from person where workspace_id = $1 and employee_id = $2', [
      facts.workspaceId,
      employeeId,
    ]);
    return rows[0]?.id ?? '';
  }

  /** What a run comes to for a person, `rule effect` for each employment; a run of what changed comes to what a run of everything comes to. */
  async function verdictsOf(employeeId: string): Promise<readonly string[]> {
    await reconcile(deps(), facts.workspaceId, 'system', 'changes');
    const changes = await present();
    await reconcile(deps(), facts.workspaceId, 'system', 'everything');
    expect(await present()).toEqual(changes);
    const { rows } = await db.owner.query<{ line: string }>(
      `select finding.rule || ' ' || finding.effect as line
       from finding join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
       where finding.workspace_id = $1 and person.employee_id = $2 and finding.closed_at is null order by finding.end_earliest nulls last`,
      [facts.workspaceId, employeeId],
    );
    return rows.map(({ line }) => line);
  }

  /** All present findings, as a run leaves them, byte for byte but for when they were judged. */
  async function present(): Promise<readonly unknown[]> {
    const { rows } = await db.owner.query(
      `select id, unit_id, person_id, sentence, evidence, encode(content_hash, 'hex') as hash from finding
       where workspace_id = $1 and closed_at is null order by id`,
      [facts.workspaceId],
    );
    return rows;
  }

  async function accountVerdicts(): Promise<readonly string[]> {
    const { rows } = await db.owner.query<{ line: string }>(
      `select rule || ' ' || effect as line from finding where workspace_id = $1 and unit_kind = 'account' and closed_at is null order by line`,
      [facts.workspaceId],
    );
    return rows.map(({ line }) => line);
  }

  async function annLeft(stretches: readonly StretchGiven[]): Promise<string> {
    await facts.roster(ann('2026-03-06'), BEN);
    const { accountId } = await facts.account({ ...annsAccount, stretches });
    return accountId;
  }

  async function decide(accountId: string, action: 'link' | 'unlink', { actor = 'administrator:one', employeeId = '1' }: Whose = {}) {
    const decision = { personId: await personOf(employeeId), system: 'directory', accountId, action, reason: REASON } as const;
    return decideLink(deps(), facts.workspaceId, { ...decision, actor });
  }

  async function asked(accountId: string, action: 'link' | 'unlink', whose?: Whose): Promise<string> {
    const outcome = await decide(accountId, action, whose);
    if (outcome.kind !== 'waits') throw new Error('it did not wait for a second person');
    return outcome.request.id;
  }

  const approve = (id: string, actor = 'administrator:two') => approveLink(deps(), facts.workspaceId, { id, actor });

  const withdraw = (id: string) => withdrawLink(deps(), facts.workspaceId, { id, actor: 'administrator:two' });

  async function classed(accountId: string): Promise<string> {
    const { id } = await requestClassification(deps(), facts.workspaceId, {
      system: 'directory',
      accountId,
      class: 'shared',
      ownerPersonId: await personOf('2'),
      reason: REASON,
      expiresAt: plusMs(NOW, 30 * DAY_MS),
      actor: 'administrator:one',
    });
    await approveClassification(deps(), facts.workspaceId, { id, actor: 'administrator:two' });
    return id;
  }

  const population = () => reportPopulation(db.database, facts.workspaceId, { periodStart: march(1), periodEnd: march(9) });

  async function testOf(id: ComplianceTestId) {
    const results = await askTests(
      { database: db.database, memory: createTestMemory() },
      { workspaceId: facts.workspaceId, at: clock.now(), period: null },
    );
    return results.find((result) => result.id === id);
  }

  async function lookAt(at: Instant): Promise<void> {
    clock.set(at);
    await facts.looked(at);
  }

  /** What findings are said to have said at an instant. */
  async function toldAt(at: Instant) {
    const past = await askPast(db.database, facts.workspaceId, at);
    if (past.kind === 'unknown') throw new Error(past.reason);
    const { moment } = past;
    return inSnapshot(db.database, async (tx) => {
      const { rows } = await listPastFindings(tx, facts.workspaceId, { after: undefined, limit: 100, effects, moment });
      const units = await namedUnits(tx, facts.workspaceId, { rows, at: moment.at });
      return units.filter(({ person }) => person?.employeeId === '1');
    });
  }

  /** Ann's last employment as a report shows it. */
  async function annsUnit() {
    const personId = await personOf('1');
    const { units } = await population();
    const unit = units.findLast(({ person }) => person?.id === personId);
    if (unit === undefined) throw new Error('Ann is not in the report');
    return unit;
  }

  return {
    clock,
    facts,
    deps,
    personOf,
    verdictsOf,
    accountVerdicts,
    annLeft,
    decide,
    asked,
    approve,
    withdraw,
    classed,
    population,
    testOf,
    lookAt,
    toldAt,
    annsUnit,
  };
}

export type LeaverAndColleague = Awaited<ReturnType<typeof leaverAndColleague>>;
