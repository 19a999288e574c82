import type { ReportSystem, ReportUnit, TestResult } from '../reconciliation/index.ts';
import { isOfRoles, judgeDirectoryAccount, judgeScimUser, type MemberVerdict, type TestedAccount } from '../verdict/index.ts';
import { type Ids, listed, prop } from './oscal-parts.ts';
import { leaversOf, type ReportDocument, wantsResponse } from './report-document.ts';

type TestId = TestResult['id'];

/** The objective of each test (NIST SP 800-53A rev. 5): it is evidence about that, never a statement that it is met as a whole. */
const objectives: Readonly<Record<TestId, { readonly control: string; readonly objective: string }>> = {
  'terminated-people-are-deactivated': { control: 'ps-4', objective: 'ps-4_obj.a' },
  'directory-accounts-have-people': { control: 'ac-2.3', objective: 'ac-2.3_obj.b' },
  'scim-users-are-assigned': { control: 'ac-2', objective: 'ac-2_obj.i.1' },
  'roles-match': { control: 'ps-5', objective: 'ps-5_obj.c' },
  'owners-are-here': { control: 'ac-2', objective: 'ac-2_obj.b' },
  'mfa-on-azure': { control: 'ia-2.2', objective: 'ia-2.2_obj' },
};

/** What the report's tests are evidence about, each once. */
export function reviewedControls({ tests }: Pick<ReportDocument, 'tests'>): object {
  const each = tests.map(({ id }) => objectives[id]);
  const once = (values: readonly string[]) => [...new Set(values)];
  return {
    'control-selections': [{ 'include-controls': once(each.map(({ control }) => control)).map((id) => ({ 'control-id': id })) }],
    'control-objective-selections': [
      { 'include-objectives': once(each.map(({ objective }) => objective)).map((id) => ({ 'objective-id': id })) },
    ],
  };
}

/** What a test looked at, and how it is passed. */
export function testObservation({ asOf, id: testId, population, rule, ties, title }: TestResult, report: ReportDocument, id: Ids): object {
  return {
    uuid: id(`observation/test/${testId}`),
    title,
    description: `${population} ${rule}`,
    props: [prop('rows', ties.rows), ...ties.parts.map(({ count, part }, n) => ({ ...prop(`rows-part-${n + 1}`, count), remarks: part }))],
    methods: ['EXAMINE', 'TEST'],
    'relevant-evidence': [{ href: './report.json', description: `The test ${testId} under “tests”: its population, and how many passed.` }],
    collected: asOf ?? report.asOf,
  };
}

/** A finding for each test: satisfied only where it passes. Doubt, also about who belongs there, and what is not due yet are no pass (I10). */
export function testFindings(report: ReportDocument, id: Ids): readonly object[] {
  const told = report.findings.filter(wantsResponse);
  const leavers = new Set(leaversOf(report));
  return report.tests.map((test) => testFinding(test, { id, told: told.filter((unit) => isAbout[test.id](unit, leavers)) }));
}

function testFinding(test: TestResult, { id, told }: { readonly id: Ids; readonly told: readonly ReportUnit[] }): object {
  const { effects, excepted, id: testId, of, passed, sentence, title, verdict } = test;
  const isUntested = of === 0;
  const reason = isUntested ? 'other' : { FAIL: 'fail', INSUFFICIENT: 'other', PASS: 'pass' }[verdict];
  const others = testId === 'terminated-people-are-deactivated' ? ['population'] : [];
  return {
    uuid: id(`finding/${testId}`),
    title,
    description: isUntested ? `${sentence} Nothing was tested: 0 of 0 is no evidence.` : sentence,
    props: [
      prop('test', testId),
      prop('verdict', verdict),
      prop('passed', passed),
      prop('of', of),
      prop('excepted', excepted),
      ...Object.entries(effects).map(([effect, count]) => prop(`effect-${effect.toLowerCase().replace('/', '')}`, count)),
    ],
    target: {
      type: 'objective-id',
      'target-id': objectives[testId].objective,
      status: { state: verdict === 'PASS' ? 'satisfied' : 'not-satisfied', reason },
    },
    'related-observations': listed([...others, `test/${testId}`, ...told.map((unit) => unit.id)], (of) => ({
      'observation-uuid': id(`observation/${of}`),
    })),
    ...(told.length > 0 && { 'related-risks': listed(told, (unit) => ({ 'risk-uuid': id(`risk/${unit.id}`) })) }),
  };
}

/** Whether a finding of the report is about a member of a test that does not pass it. Findings tell of no owner, and of no MFA. */
const isAbout: Readonly<Record<TestId, (unit: ReportUnit, leavers: ReadonlySet<ReportUnit>) => boolean>> = {
  'terminated-people-are-deactivated': (unit, leavers) => leavers.has(unit),
  'directory-accounts-have-people': (unit) => hasOpen(unit, { system: 'directory', state: 'ENABLED', judge: judgeDirectoryAccount }),
  'scim-users-are-assigned': (unit) => hasOpen(unit, { system: 'scim', state: 'ACTIVE', judge: judgeScimUser }),
  'roles-match': ({ all }) => all.some(isOfRoles),
  'owners-are-here': ({ vector: { classification } }) => classification !== 'HUMAN' && classification !== 'EXCLUDED',
  'mfa-on-azure': () => false,
};

interface Tested {
  readonly system: ReportSystem['system'];
  readonly state: string;
  readonly judge: (account: TestedAccount) => MemberVerdict;
}

/** By the test's own judgement on the accounts that are held to be this unit's. */
function hasOpen({ systems, vector }: ReportUnit, { judge, state, system }: Tested): boolean {
  return systems.some(({ accountId, judged, standing, ...account }) => {
    if (accountId === null || account.system !== system || account.state !== state) return false;
    if (standing === 'barred' || standing === 'released') return false;
    const { behind, role } = account;
    const { effect } = judge({
      vector,
      standing: standing === 'classed' ? 'linked' : standing,
      outcome: judged?.outcome ?? null,
      ...(behind !== undefined && { behind }),
      ...(role !== undefined && { role }),
    });
    return effect !== 'PASS' && effect !== 'N/A';
  });
}
