import { MAX_PROBLEMS_PER_CHECK } from './limits.ts';
import type { Step, Verification } from './verify-bundle.ts';

/** A verification as a person reads it, one line each. */
export function printVerification(verification: Verification): readonly string[] {
  return [
    ...about(verification),
    '',
    ...verification.steps.flatMap(printStep),
    '',
    verification.verified ? 'VERIFIED' : `FAILED: ${count(verification.problems.length, 'problem')}`,
    ...(verification.keys === 'from-bundle' ? selfVouched : []),
  ];
}

const selfVouched = [
  '',
  'The key was taken from the bundle itself. That shows that nothing was changed since it was signed, not who signed it:',
  'compare the key above with the one that you were given when the engagement began, and pass it with --vkey.',
];

function about({ log, report }: Verification): readonly string[] {
  return [
    ...(report === undefined
      ? []
      : [
          `Report    ${report.kind}, as of ${report.asOf}, period ${report.periodStart} to ${report.periodEnd}`,
          `Findings  ${report.findings} (${effectsOf(report.effects)}), conclusion ${report.conclusion}`,
        ]),
    ...(log === undefined
      ? []
      : [
          `Log       ${log.origin}, ${count(log.size, 'record')}, root ${log.root}`,
          `Signed    ${log.signedBy.length === 0 ? 'by nobody who is known here' : log.signedBy.join(', ')}`,
        ]),
  ].map(printable);
}

function printStep({ name, problems }: Step): readonly string[] {
  const shown = problems.slice(0, MAX_PROBLEMS_PER_CHECK).map(({ detail }) => `         - ${printable(detail)}`);
  const rest = problems.length - shown.length;
  return [`${problems.length === 0 ? '  ok    ' : '  FAILED'} ${name}`, ...shown, ...(rest > 0 ? [`         - and ${rest} more`] : [])];
}

function effectsOf(effects: Readonly<Record<string, number>>): string {
  return Object.entries(effects)
    .map(([effect, n]) => `${n} ${effect}`)
    .join(', ');
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Words of a bundle are printed without what could steer a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}
