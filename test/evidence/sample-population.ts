import { hash } from 'node:crypto';
import { canonicalJson, DAY_MS, HOUR_MS, type Instant, type LedgerRecordId, newId, plusMs } from '../../src/kernel/index.ts';
import type { CoverageRow } from '../../src/evidence/coverage.ts';
import {
  type Freezing,
  type ManagementResponse,
  reportContent,
  type ReportDocument,
  type ReportHead,
} from '../../src/evidence/report-document.ts';
import type { ReportSources } from '../../src/evidence/report-sources.ts';
import { complianceTests } from '../../src/reconciliation/compliance-test.ts';
import type { ReportPopulation, ReportUnit, TestResult } from '../../src/reconciliation/index.ts';
import {
  complianceTestIds,
  concludeTest,
  decide,
  type EffectCounts,
  judgeTiming,
  type StateVector,
  sentenceFor,
  testSentence,
  testWords,
  type TimingInput,
  worstTiming,
} from '../../src/verdict/index.ts';

const periodStart = '2026-01-01T00:00:00.000Z' as Instant;
const periodEnd = '2026-04-01T00:00:00.000Z' as Instant;
export const asOf = '2026-03-03T09:00:00.000Z' as Instant;
const ended = '2026-02-10T23:00:00.000Z' as Instant;
const end = { earliest: ended, latest: ended };
const deadline = { earliest: plusMs(ended, 24 * HOUR_MS), latest: plusMs(ended, 24 * HOUR_MS) };

/** What its one look of which that is known asked. */
const sampleQueries = ['GET {graph}/v1.0/groups?$select=id,displayName&$top=999'];

/** The one directory of the samples. */
export const sampleConnection = '0198c0de-7b1a-7c3d-9abc-0123456789ad';

/** Nobody looked at it from one instant to another. */
export function sampleGap(from: Instant, to: Instant): CoverageRow {
  const gap = { gapId: `${sampleConnection}/${from}`, because: 'no-run' };
  return { source: 'directory', what: 'blind', ref: null, from, to, detail: `connection ${sampleConnection}`, ...gap };
}

interface SampleLeaver {
  readonly name: string;
  readonly employeeId: string;
  /** Hours after the end of the employment; null: not observed. */
  readonly lastUsable: number | null;
  readonly unusable: number | null;
  readonly evidence: readonly LedgerRecordId[];
}

function timingOf({ lastUsable, unusable }: SampleLeaver): TimingInput {
  const after = (hours: number | null) => (hours === null ? null : plusMs(ended, hours * HOUR_MS));
  return {
    neverHadAccount: false,
    end,
    deadline,
    lastProvenUsable: after(lastUsable),
    firstProvenUnusable: after(unusable),
    provenUsableAgain: null,
    evaluatedAt: asOf,
    covered: true,
  };
}

/** A leaver with an account in the directory and one in SCIM, judged as the reconciliation would. */
export function sampleLeaver(leaver: SampleLeaver): ReportUnit {
  const timing = timingOf(leaver);
  const judged = judgeTiming(timing);
  const outcome = worstTiming([judged.outcome]);
  const isOver = leaver.unusable !== null;
  const vector: StateVector = {
    employment: 'ENDED',
    classification: 'HUMAN',
    match: 'ONE',
    directory: isOver ? 'DISABLED' : 'ENABLED',
    scim: isOver ? 'INACTIVE' : 'ACTIVE',
    assigned: 'YES',
    roster: 'LISTED',
    propagation: 'SETTLED',
    role: 'NONE',
    privileged: 'NO',
    directoryTiming: outcome,
    scimTiming: outcome,
  };
  const { primary, all } = decide(vector);
  const account = (system: 'directory' | 'scim') => ({
    system,
    accountId: newId<'scim-user'>(asOf),
    standing: 'linked' as const,
    matchRule: 'M3' as const,
    taken: null,
    state: system === 'directory' ? vector.directory : vector.scim,
    grade: 'C' as const,
    timing,
    judged,
    evidence: leaver.evidence,
    account: `${leaver.name.toLowerCase().replace(' ', '.')}@contoso.example`,
    externalId: null,
    ...(system === 'directory' && { connectionId: sampleConnection }),
  });
  return {
    id: newId<'finding'>(asOf),
    kind: 'employment_period',
    exclusion: null,
    disposition: null,
    deadlineSinceTold: null,
    person: {
      id: newId<'person'>(asOf),
      employeeId: leaver.employeeId,
      displayName: leaver.name,
      workEmail: `${leaver.employeeId}@contoso.example`,
    },
    period: {
      id: newId<'employment-period'>(asOf),
      startDate: '2024-05-01',
      endDate: '2026-02-10',
      lastDay: null,
      timeZone: 'Europe/Berlin',
      site: null,
      workerType: 'employee',
      hrRecordedAt: '2026-02-03T09:00:00.000Z' as Instant,
      backdated: false,
    },
    end,
    deadline,
    policyVersion: 1,
    policyId: null,
    vector,
    systems: [account('directory'), account('scim')],
    rule: primary.rule,
    verdict: primary.verdict,
    effect: primary.effect,
    all,
    sentence: sentenceFor(primary.rule, { vector, directory: [timing], scim: [timing] }),
    openedAt: asOf,
    evidence: leaver.evidence,
  };
}

/** A population of such leavers. */
export function samplePopulation(units: readonly ReportUnit[]): ReportPopulation {
  return {
    run: { id: newId<'reconciliation-run'>(asOf), asOf },
    periodStart,
    periodEnd,
    takenAccounts: [],
    decisions: [],
    policies: [],
    totals: {
      employmentPeriods: 40 + units.length,
      leavers: units.length,
      endedOutsidePeriod: 3,
      continued: 0,
      active: 36,
      prehire: 1,
      unmatchedAccounts: 0,
      excludedAccounts: 0,
    },
    units,
  };
}

const sources: ReportSources = {
  software: { name: 'rollcall', version: '0.0.0' },
  roster: [
    {
      importId: '0198c0de-7b1a-7c3d-9abc-0123456789ab',
      source: 'file',
      importedAt: plusMs(periodStart, DAY_MS),
      importedBy: 'administrator:0198c0de-7b1a-7c3d-9abc-0123456789ac',
      fileName: 'people 2026-01.csv',
      sha256: 'ab'.repeat(32),
      bytes: 4_096,
      isFull: true,
      tells: 'everybody',
      toldAt: plusMs(periodStart, DAY_MS),
      rows: 43,
      added: 43,
      changed: 0,
      ended: 0,
      rehired: 0,
      unchanged: 0,
      rejected: 0,
      dropped: 0,
      rejections: [],
      format: { encoding: 'utf-8', delimiter: ',', headerLine: 1 },
      mapping: {},
      recordId: newId<'ledger-record'>(asOf),
    },
  ],
  rosterTotals: { imports: 1, rows: 43, added: 43, changed: 0, ended: 0, rehired: 0, unchanged: 0, rejected: 0 },
  directories: [
    {
      connectionId: sampleConnection,
      cloud: 'commercial',
      tenantId: '7a1b2c3d-0000-4000-8000-000000000001',
      connectedAt: periodStart,
      removedAt: null,
      schedules: [{ syncEveryMinutes: 60, fullEveryMinutes: 720, from: periodStart, to: null, recordId: null }],
      requests: [
        { kind: 'full', looks: 1, sha256: hash('sha256', canonicalJson(sampleQueries), 'hex'), queries: sampleQueries },
        { kind: 'full', looks: 2, sha256: null, queries: null },
      ],
      completeLooks: 1_400,
      failedLooks: 2,
      lastLookAt: asOf,
      lastFullLook: { runId: '0198c0de-7b1a-7c3d-9abc-0123456789ae', requestedAt: asOf, accounts: 40 },
      longestUnseen: { from: plusMs(asOf, -2 * HOUR_MS), to: plusMs(asOf, -HOUR_MS / 2) },
      isAudited: false,
      promisedMinutes: 65,
      provableMinutes: 95,
    },
  ],
  scim: { users: 41, active: 38, countedAt: asOf },
  authority: [
    { authority: 'scope', from: periodStart, to: plusMs(periodStart, 20 * DAY_MS), by: null, recordId: null },
    { authority: 'scim', from: plusMs(periodStart, 20 * DAY_MS), to: null, by: 'owner:x', recordId: newId<'ledger-record'>(asOf) },
  ],
  scopes: [],
  queries: { roster: 'Rows.', directory: 'Users.', scim: 'Users.', population: 'Periods.' },
};

/** Each employment period was begun by a row. */
function sourcesOf(units: readonly ReportUnit[]): ReportSources {
  const rows = 40 + units.length;
  return { ...sources, rosterTotals: { ...sources.rosterTotals, rows, added: rows } };
}

function countedBy(units: readonly ReportUnit[]): EffectCounts {
  const counts: Partial<Record<ReportUnit['effect'], number>> = {};
  for (const { effect } of units) counts[effect] = (counts[effect] ?? 0) + 1;
  return counts;
}

type Figures = Pick<TestResult, 'id' | 'effects' | 'ties' | 'doubts' | 'runId' | 'period' | 'diagnoses' | 'relevantTo'>;

/** A test with what its figures come to, in its own words. */
function testOf(figures: Figures, taken = 0): TestResult {
  const { doubts, effects, id } = figures;
  const { nobody: _nobody, passes: _passes, ...words } = testWords[id];
  const of = Object.values(effects).reduce((sum, count) => sum + count, 0);
  const counted = { ...figures, ...words, passed: effects.PASS ?? 0, of, excepted: 0, asOf };
  return { ...counted, verdict: concludeTest(effects, doubts.length > 0), sentence: testSentence(testWords[id], { ...counted, taken }) };
}

function leaversTest(units: readonly ReportUnit[], doubts: TestResult['doubts']): TestResult {
  const figures: Figures = {
    id: 'terminated-people-are-deactivated',
    effects: countedBy(units),
    ties: {
      rows: 40 + units.length,
      of: 'employment periods',
      parts: [
        { part: 'ended, and tested', count: units.length },
        { part: 'others', count: 40 },
      ],
    },
    diagnoses: [{ code: 'offboarding-late', count: 1, cause: 'Access has ended, after its deadline.', steps: ['Ask.'], lookAt: ['Here.'] }],
    doubts,
    runId: null,
    period: { from: periodStart, to: periodEnd },
    relevantTo: [
      { framework: 'SOC 2 (TSC 2017)', control: 'CC6.2', about: 'access' },
      { framework: 'SOC 2 (TSC 2017)', control: 'CC6.3', about: 'roles' },
    ],
  };
  const isTaken = ({ systems }: ReportUnit) => systems.some(({ standing, taken }) => taken !== null && standing !== 'released');
  return testOf(figures, units.filter(isTaken).length);
}

/** Any other test, of whose population so many have each effect. */
export function sampleTest(id: Exclude<TestResult['id'], 'terminated-people-are-deactivated'>, effects: EffectCounts): TestResult {
  const of = Object.values(effects).reduce((sum, count) => sum + count, 0);
  const ties = { rows: of, of: 'rows', parts: of === 0 ? [] : [{ part: 'all', count: of }] };
  const { controls } = complianceTests[id];
  return testOf({ id, effects, ties, diagnoses: [], doubts: [], period: null, runId: null, relevantTo: controls });
}

/** Of a report that has all tests: nobody is in the others. */
export const otherTests: readonly TestResult[] = complianceTestIds.flatMap((id) =>
  id === 'terminated-people-are-deactivated' ? [] : [sampleTest(id, {})],
);

/** MFA is judged by no run. */
function ofRun(test: TestResult, runId: TestResult['runId']): TestResult {
  return test.id === 'mfa-on-azure' ? test : { ...test, runId };
}

const goesOn: TestResult['doubts'][number] = {
  code: 'period-not-over',
  detail: `The latest run judged what was known at ${asOf}, before the period ended.`,
  remedy: 'Reconcile after the period has ended.',
};

interface Sample {
  readonly head?: Partial<ReportHead>;
  readonly coverage?: readonly CoverageRow[];
  readonly frozen?: Freezing;
  readonly responses?: readonly ManagementResponse[];
  /** Why nobody can tell who left; that the period goes on, unless said otherwise. */
  readonly doubts?: TestResult['doubts'];
  readonly earlierSeals?: ReportDocument['earlierSeals'];
  readonly setAside?: ReportDocument['setAside'];
  /** Beside the test about leavers. */
  readonly tests?: readonly TestResult[];
}

/** A report on such a population: an interim one unless said otherwise. */
export function sampleReport(
  units: readonly ReportUnit[],
  { head, coverage = [], frozen, responses = [], doubts = [goesOn], earlierSeals = [], setAside = [], tests = [] }: Sample = {},
): ReportDocument {
  const population = samplePopulation(units);
  const content = reportContent(
    {
      kind: 'INTERIM',
      version: 1,
      supersedes: null,
      reportId: newId<'report'>(asOf),
      workspace: { id: newId<'workspace'>(asOf), name: 'Contoso' },
      log: 'log',
      ...head,
    },
    {
      population,
      sources: sourcesOf(units),
      coverage,
      tests: [leaversTest(units, doubts), ...tests].map((test) => ofRun(test, population.run.id)),
      toldAfterSeal: [],
    },
  );
  return {
    ...content,
    createdAt: asOf,
    createdBy: 'system',
    frozen: frozen ?? null,
    responses,
    leavesOpen: ['Nobody outside has time-stamped it.'],
    earlierSeals,
    setAside,
    actors: [],
    names: [],
  };
}
