import { MAX_PROBLEMS_PER_CHECK } from './limits.ts';
import type { ProvenTime } from './check-anchors.ts';
import type { Step, Verification } from './verify-bundle.ts';

/** A verification as a person reads it, one line each. */
export function printVerification(verification: Verification): readonly string[] {
  return [
    ...about(verification),
    '',
    ...verification.steps.flatMap(printStep),
    '',
    ...printTimes(verification),
    ...printLeft(verification),
    ...(verification.verified ? verified(verification) : failed(verification)),
  ];
}

/** What has been shown, and what has not: a proven bundle may well report a failure. */
function verified({ report, keys }: Verification): readonly string[] {
  return [
    'VERIFIED',
    'The bundle is what was sealed, and its verdicts follow from what it holds.',
    ...(report === undefined ? [] : [printable(`What it reports is another matter: ${report.kind}, conclusion ${report.conclusion}.`)]),
    ...(keys === 'pinned' ? [] : selfVouched),
  ];
}

function failed({ problems }: Verification): readonly string[] {
  return [`FAILED: ${count(problems.length, 'problem')}`, 'Do not rely on this bundle; ask for another, and for how this one came to be.'];
}

const selfVouched = [
  '',
  'The key was taken from the bundle itself. That shows that nothing was changed since it was signed, not who signed it:',
  'compare the key above, letter by letter, with the one that you were given when the engagement began, or pass that one',
  'with --vkey.',
];

function about({ log, report }: Verification): readonly string[] {
  return [
    ...(report === undefined
      ? []
      : [
          `Report    ${report.kind}, as of ${report.asOf}`,
          `Period    ${report.periodStart} to ${report.periodEnd}, the end not included`,
          `Findings  ${report.findings} (${effectsOf(report.effects)}), conclusion ${report.conclusion}`,
        ]),
    ...(log === undefined
      ? []
      : [
          `Ledger    ${log.origin}`,
          `          ${count(log.size, 'record')}, root ${log.root}`,
          ...(log.signedBy.length === 0 ? ['Signed    by nobody who is known here'] : log.signedBy.map((vkey) => `Signed    ${vkey}`)),
        ]),
  ].map(printable);
}

function printStep({ name, problems }: Step): readonly string[] {
  const shown = problems.slice(0, MAX_PROBLEMS_PER_CHECK).map(({ detail }) => `         - ${printable(detail)}`);
  const rest = problems.length - shown.length;
  return [`${problems.length === 0 ? '  ok    ' : '  FAILED'} ${name}`, ...shown, ...(rest > 0 ? [`         - and ${rest} more`] : [])];
}

/** Time stamps that are listed each; of more, the earlier ones are counted. */
const MAX_TIMES = 3;

/** What outside says when this existed, and whether anybody looked at who says so. */
function printTimes({ log, times, verified: holds }: Verification): readonly string[] {
  if (log === undefined || !holds) return [];
  if (times.length === 0) {
    return [
      'Time',
      '         - no time stamp came along: nothing outside says when this existed (GET /reports/{id}/anchors may have one)',
      '',
    ];
  }
  const shown = times.slice(-MAX_TIMES);
  const [first] = times;
  const earlier = times.length - shown.length;
  return [
    'Time',
    ...(earlier > 0 && first !== undefined ? [`         - ${timeLine(first)}, and ${count(earlier - 1, 'more stamp')} before these:`] : []),
    ...shown.map((time) => `         - ${timeLine(time)}`),
    ...(times.at(-1)?.coversSeal === true
      ? []
      : ['         - of the seal itself none came along: it was made after these (GET /reports/{id}/anchors may have one)']),
    ...(times.some(({ authority }) => authority === undefined)
      ? ['         - NOT CHECKED: whether the authority signed this. Give its root certificate, as it publishes it, with --tsa-ca']
      : ['         - not asked, since it needs a network: whether a certificate of the authority was revoked']),
    '',
  ];
}

function timeLine({ at, authority, coversSeal, size }: ProvenTime): string {
  const what = coversSeal
    ? `the sealed report, with a ledger of ${size} records,`
    : `the checkpoint over the first ${count(size, 'record')}`;
  return printable(`${what} existed at ${at}, says ${authority ?? 'a time stamp'}`);
}

/** What a recomputation leaves to the word of the report. */
function printLeft({ notRecomputed }: Verification): readonly string[] {
  return notRecomputed === undefined ? [] : ['Not recomputed', ...notRecomputed.map((what) => `         - ${printable(what)}`), ''];
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
