import type { AdministrationClient } from './administration-client.ts';
import { cast, type Role } from './cast.ts';
import { expectThat } from './narrator.ts';
import type { Stage } from './story.ts';

interface ReconciliationRun {
  readonly id: string;
  readonly counts: { readonly byVerdict: Readonly<Record<string, number>>; readonly byEffect: Readonly<Record<string, number>> };
}

interface Finding {
  readonly verdict: string;
  readonly effect: string;
  readonly all: readonly { readonly verdict: string }[];
  readonly person: { readonly name: string; readonly employeeId: string } | null;
  readonly systems: readonly { readonly system: string; readonly state: string }[];
  readonly sentence: string;
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
export async function reconcile(stage: Stage, administrator: AdministrationClient): Promise<void> {
  stage.narrator.chapter('9  Who left, and can we prove it');
  const run = await administrator.post<ReconciliationRun>('/reconciliation/runs', {});
  const { findings } = await administrator.get<{ findings: readonly Finding[] }>('/findings?limit=1000');
  stage.narrator.table([['verdict', 'count'], ...Object.entries(run.counts.byVerdict).map(([verdict, count]) => [verdict, String(count)])]);
  stage.narrator.line('');
  const nonPass = findings.filter(({ effect }) => ['FAIL', 'INSUF', 'PEND', 'WARN'].includes(effect));
  stage.narrator.table([
    ['effect', 'who', 'verdict', 'systems', 'since', 'evidence'],
    ...nonPass.map((finding) => [finding.effect, whoOf(finding), finding.verdict, systemsOf(finding), finding.since, evidenceOf(finding)]),
  ]);
  for (const finding of nonPass) stage.narrator.line(`${whoOf(finding)}: ${finding.sentence}`);
  for (const verdict of REQUIRED) {
    expectThat(
      `the table holds ${verdict}`,
      run.counts.byVerdict[verdict] !== undefined || findings.some(({ all }) => all.some((match) => match.verdict === verdict)),
    );
  }
  expectEachVerdict(findings);
}

function expectEachVerdict(findings: readonly Finding[]): void {
  const roles: readonly Role[] = Object.values(cast);
  for (const role of roles) {
    const verdicts = findings.filter(({ person }) => person?.employeeId === role.employeeId).map(({ verdict }) => verdict);
    expectThat(
      `${role.name} comes out as ${role.expect} (it came out as ${verdicts.join(', ') || 'nothing'})`,
      verdicts.includes(role.expect),
    );
  }
}

function whoOf({ person }: Finding): string {
  return person === null ? '(nobody on the roster)' : `${person.name} (${person.employeeId})`;
}

function systemsOf({ systems }: Finding): string {
  return systems.map(({ system, state }) => `${system} ${state.toLowerCase()}`).join(', ');
}

function evidenceOf({ evidence }: Finding): string {
  const [first] = evidence;
  return first === undefined ? 'none' : `${first}${evidence.length > 1 ? ` +${evidence.length - 1}` : ''}`;
}
