import type { AdministrationClient } from './administration-client.ts';
import { expectThat } from './narrator.ts';
import type { Stage } from './story.ts';

interface ReconciliationRun {
  readonly id: string;
  readonly counts: { readonly byVerdict: Readonly<Record<string, number>>; readonly byEffect: Readonly<Record<string, number>> };
}

export interface Finding {
  readonly verdict: string;
  readonly effect: string;
  readonly all: readonly { readonly verdict: string; readonly effect: string }[];
  readonly person: { readonly name: string; readonly employeeId: string } | null;
  readonly systems: readonly {
    readonly system: string;
    readonly state: string;
    readonly account: string | null;
    readonly accountId: string | null;
  }[];
  readonly sentence: string;
  readonly deadline: { readonly latest: string } | null;
  readonly since: string;
  readonly evidence: readonly string[];
}

/** What the table must hold at least, whoever it befalls. */
const REQUIRED = [
  'DEPROVISIONED_IN_TIME',
  'DEPROVISIONED_LATE',
  'TERMINATED_ACTIVE_DIR',
  'TERMINATED_ACTIVE_SCIM',
  'TIMING_INDETERMINATE',
  'PENDING_WITHIN_SLA',
  'VANISHED_FROM_SCOPE',
  'AMBIGUOUS_MATCH',
  'LEAVER_NO_ACCOUNT_FOUND',
  'REACTIVATED_AFTER_END',
  'UNMATCHED_ACCOUNT',
];

/** Chapter 9: the three sources are reconciled; a table of verdicts, and each non-pass with its evidence. */
export async function reconcile(stage: Stage, administrator: AdministrationClient): Promise<readonly Finding[]> {
  stage.narrator.chapter('9  Who left, and can we prove it');
  const run = await administrator.post<ReconciliationRun>('/reconciliation/runs', {});
  const findings = await findingsNow(administrator);
  stage.narrator.table([['verdict', 'count'], ...Object.entries(run.counts.byVerdict).map(([verdict, count]) => [verdict, String(count)])]);
  stage.narrator.line('');
  const nonPass = findings.filter(({ effect }) => ['FAIL', 'INSUF', 'PEND', 'WARN', 'N/A'].includes(effect));
  for (const finding of nonPass) tell(stage, finding);
  for (const verdict of REQUIRED) {
    expectThat(
      `the table holds ${verdict}`,
      run.counts.byVerdict[verdict] !== undefined || findings.some(({ all }) => all.some((match) => match.verdict === verdict)),
    );
  }
  expectEachVerdict(stage, findings);
  return findings;
}

/** Every finding of the latest run, passes included. */
export async function findingsNow(administrator: AdministrationClient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let after = ''; ; ) {
    const page = await administrator.get<{ findings: readonly Finding[]; next: string | null }>(`/findings?limit=1000${after}`);
    findings.push(...page.findings);
    if (page.next === null) return findings;
    after = `&after=${page.next}`;
  }
}

function expectEachVerdict(stage: Stage, findings: readonly Finding[]): void {
  for (const role of stage.cast) {
    const theirs = findings.filter(({ person }) => person?.employeeId === role.employeeId);
    const verdicts = theirs.map(({ verdict }) => verdict);
    expectThat(
      `${role.name} comes out as ${role.expect} (it came out as ${verdicts.join(', ') || 'nothing'})`,
      verdicts.includes(role.expect),
    );
    const { beside } = role;
    if (beside !== undefined) {
      const all = theirs.flatMap((finding) => finding.all.map(({ verdict }) => verdict));
      expectThat(`${beside} stands beside the verdict on ${role.name}`, all.includes(beside));
    }
  }
}

export function whoOf({ person, systems }: Finding): string {
  if (person !== null) return `${person.name} (${person.employeeId})`;
  const accounts = systems.flatMap(({ account }) => account ?? []);
  return `${accounts.length === 0 ? 'an account' : accounts.join(', ')} (nobody on the roster)`;
}

/** Who, which system, since when, by which evidence, and why. */
function tell({ narrator }: Stage, finding: Finding): void {
  narrator.line(`${finding.effect.padEnd(5)} ${finding.verdict}  ${whoOf(finding)}`);
  narrator.line(`      ${finding.sentence}`);
  narrator.line(`      systems: ${systemsOf(finding)}; since ${sinceOf(finding)}; ledger records: ${evidenceOf(finding)}`);
}

function systemsOf({ systems }: Finding): string {
  return systems.map(({ system, state }) => `${system} ${state.toLowerCase().replaceAll('_', ' ')}`).join(', ');
}

/** A leaver's access is overdue since its deadline; anything else stands since it was found. */
function sinceOf({ deadline, since }: Finding): string {
  return deadline !== null && deadline.latest < since ? `its deadline ${deadline.latest}` : since;
}

function evidenceOf({ evidence }: Finding): string {
  const [first] = evidence;
  return first === undefined ? 'none' : `${first}${evidence.length > 1 ? ` and ${evidence.length - 1} more` : ''}`;
}
