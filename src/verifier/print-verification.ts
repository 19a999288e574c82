import { MAX_PROBLEMS_PER_CHECK } from './limits.ts';
import type { ProvenTime } from './check-anchors.ts';
import type { Cosigning } from './check-cosignatures.ts';
import { FORMATS } from './check-conclusion.ts';
import type { ReportFacts } from './check-verdicts.ts';
import type { Step } from './step.ts';
import type { Verification } from './verify-bundle.ts';

/** What a verification found, in words, for whatever shows it. Nothing in it can steer a terminal. */
export interface Telling {
  readonly verified: boolean;
  /** What was verified. A line without a label goes on with what stands above it. */
  readonly about: readonly { readonly label: string; readonly text: string }[];
  /** `problems`: what is wrong, and what is not there. */
  readonly steps: readonly { readonly name: string; readonly said: StepVerdict; readonly problems: readonly string[] }[];
  /** What else is to be known: what outside says when this existed, who saw it only grow, what was not recomputed. */
  readonly besides: readonly { readonly head: string; readonly lines: readonly string[] }[];
  readonly verdict: string;
  /** What the verdict means, in paragraphs of lines. */
  readonly meaning: readonly (readonly string[])[];
}

export type StepVerdict = 'ok' | 'NOT SHOWN' | 'FAILED';

export function tellVerification(verification: Verification): Telling {
  const { notAsked, notRecomputed = [], problems, steps, verified: holds } = verification;
  return {
    verified: holds,
    about: about(verification),
    steps: steps.map(tellStep),
    besides: [
      { head: 'Time', lines: tellTimes(verification) },
      { head: 'Witnesses', lines: tellWitnesses(verification) },
      { head: 'Sealed before over this period', lines: tellEarlierSeals(verification) },
      { head: 'Frozen over this period and never sealed', lines: tellSetAside(verification) },
      { head: 'Not recomputed', lines: notRecomputed.map(printable) },
      { head: 'Not asked', lines: notAsked },
    ].filter(({ lines }) => lines.length > 0),
    ...(holds ? verified(verification) : problems.length === 0 ? incomplete : failed(verification)),
  };
}

/** A verification as a person reads it, one line each. */
export function printVerification(verification: Verification): readonly string[] {
  return printTelling(tellVerification(verification));
}

export function printTelling({ about, besides, meaning, steps, verdict }: Telling): readonly string[] {
  const items = (lines: readonly string[]) => lines.map((line) => `         - ${line}`);
  return [
    ...about.map(({ label, text }) => `${label.padEnd(10)}${text}`),
    '',
    ...steps.flatMap(({ name, said, problems }) => [`  ${said.padEnd('FAILED'.length)} ${name}`, ...items(problems)]),
    '',
    ...besides.flatMap(({ head, lines }) => [head, ...items(lines), '']),
    verdict,
    ...meaning.flatMap((paragraph, index) => (index === 0 ? paragraph : ['', ...paragraph])),
  ];
}

/** What has been shown, and what has not: a proven bundle may well report a failure. */
function verified({ report, keys }: Verification): Pick<Telling, 'verdict' | 'meaning'> {
  const shown = [
    'The bundle is what was sealed, and its verdicts follow from what it holds.',
    ...(report === undefined
      ? []
      : [printable(`What it reports is another matter: ${report.kind}, conclusion ${report.conclusion}.`), ...earlierRule(report)]),
  ];
  return { verdict: 'VERIFIED', meaning: keys === 'pinned' ? [shown] : [shown, selfVouched] };
}

/** A report of the first format holds by its own rule, which somebody who can seal anew could choose for being kinder. */
function earlierRule({ format, presently }: ReportFacts): readonly string[] {
  if (format === FORMATS[1])
    return [
      printable(
        `It was judged by the rules of ${format}, by which changes alone of HR’s were its word on everybody, rows that were not taken no doubt, and an open match outweighed a proven failure.`,
      ),
    ];
  if (format === FORMATS[3])
    return [
      printable(
        `It is of ${format}, which takes an account for off that the directory’s audit log says was restored or enabled since, and one that could not be seen when the employment ended; it does not say what was frozen before it over its period and never sealed, and is not held to what the runs recorded.`,
      ),
    ];
  if (format === FORMATS[2])
    return [
      printable(
        `It is of ${format}, which does not say of its findings when nobody was looking, nor what was sealed before it over its period.`,
      ),
    ];
  if (format !== FORMATS[0]) return [];
  const now = presently === undefined ? '' : ` By the rule of today it is another: ${presently}`;
  return [printable(`It was concluded by the rule of ${format}, which looked at findings alone and not at doubts about who left.${now}`)];
}

function failed({ problems }: Verification): Pick<Telling, 'verdict' | 'meaning'> {
  return {
    verdict: `FAILED: ${count(problems.length, 'problem')}`,
    meaning: [['Do not rely on this bundle; ask for another, and for how this one came to be.']],
  };
}

/** Where nothing is wrong with what is there. An erasure after the seal looks the same as a line taken out on the way. */
const incomplete: Pick<Telling, 'verdict' | 'meaning'> = {
  verdict: 'INCOMPLETE: values are NOT SHOWN, and no record tells why',
  meaning: [
    [
      'All that is there is what was sealed, and the verdicts follow from it. The values that are not there were left out on the way,',
      'erased without a record, or erased after the seal. Ask where the bundle comes from for another, and for the record of the erasure',
      '(ledger.erased, ledger.purged): the bundle of a report that is sealed after it holds it.',
    ],
  ],
};

const selfVouched = [
  'The key was taken from the bundle itself. That shows that nothing was changed since it was signed, not who signed it:',
  'compare the key above, letter by letter, with the one that you were given when the engagement began, or pass that one',
  'with --vkey.',
];

function about({ log, report }: Verification): Telling['about'] {
  return [
    ...(report === undefined
      ? []
      : [
          ['Report', `${report.kind}, as of ${report.asOf}`],
          ['Period', `${report.periodStart} to ${report.periodEnd}, the end not included`],
          ['Findings', `${report.findings} (${effectsOf(report.effects)}), conclusion ${report.conclusion}`],
        ]),
    ...(log === undefined
      ? []
      : [
          ['Ledger', log.origin],
          ['', `${count(log.size, 'record')}, root ${log.root}`],
          ...(log.signedBy.length === 0 ? ['by nobody who is known here'] : log.signedBy).map((who) => ['Signed', who]),
        ]),
  ].map(([label = '', text = '']) => ({ label, text: printable(text) }));
}

function tellStep({ name, notShown, problems }: Step): Telling['steps'][number] {
  const shown = problems.slice(0, MAX_PROBLEMS_PER_CHECK).map(({ detail }) => printable(detail));
  const rest = problems.length - shown.length;
  return {
    name,
    said: problems.length > 0 ? 'FAILED' : notShown === undefined ? 'ok' : 'NOT SHOWN',
    problems: [...shown, ...(rest > 0 ? [`and ${rest} more`] : []), ...(notShown === undefined ? [] : [notShown])],
  };
}

/** Time stamps and cosignatures that are listed each; of more, the earlier ones are counted. */
const MAX_TIMES = 3;

/** What outside says when this existed, and whether anybody looked at who says so. */
function tellTimes({ cosigned, log, times, verified: holds }: Verification): readonly string[] {
  if (log === undefined || !holds) return [];
  if (times.length === 0) {
    const others = cosigned.length === 0 ? 'nothing outside says' : 'nobody but the witnesses below says';
    return [`no time stamp came along: ${others} when this existed (GET /reports/{id}/anchors may have one)`];
  }
  const shown = times.slice(-MAX_TIMES);
  const [first] = times;
  const earlier = times.length - shown.length;
  return [
    ...(earlier > 0 && first !== undefined ? [`${timeLine(first)}, and ${count(earlier - 1, 'more stamp')} before these:`] : []),
    ...shown.map((time) => timeLine(time)),
    ...(times.at(-1)?.coversSeal === true
      ? []
      : ['of the seal itself none came along: it was made after these (GET /reports/{id}/anchors may have one)']),
    ...(times.some(({ authority }) => authority === undefined)
      ? ['NOT CHECKED: whether the authority signed this. Give its root certificate, as it publishes it, with --tsa-ca']
      : ['not asked, since it needs a network: whether a certificate of the authority was revoked']),
  ];
}

function timeLine({ at, authority, coversSeal, size, through }: ProvenTime): string {
  const what = coversSeal
    ? `the sealed report, with a ledger of ${size} records,`
    : `the checkpoint over the first ${count(size, 'record')}`;
  return printable(
    `${what} existed at ${at}, says ${authority ?? 'a time stamp'}${through === undefined ? '' : `, which signed the meta-log ${through} that holds it`}`,
  );
}

/** Who saw the ledger only grow, by the witnesses that the reader named; and whether anybody looked at the others. */
function tellWitnesses({ cosigned, log, uncheckedCosignatures: unchecked, verified: holds }: Verification): readonly string[] {
  if (log === undefined || !holds || cosigned.length + unchecked === 0) return [];
  if (unchecked > 0) {
    return [
      `NOT CHECKED: who cosigned ${count(unchecked, 'checkpoint')}. Give the key of a witness, as it gives it to you, with --witness`,
    ];
  }
  const shown = cosigned.slice(-MAX_TIMES);
  const [first] = cosigned;
  const earlier = cosigned.length - shown.length;
  return [
    ...(earlier > 0 && first !== undefined ? [`${cosignedLine(first)}, and ${count(earlier - 1, 'more cosignature')} before these:`] : []),
    ...shown.map(cosignedLine),
    ...(cosigned.some(({ coversSeal }) => coversSeal)
      ? []
      : ['the seal itself no witness cosigned that came along: it was made after these (GET /reports/{id}/anchors may have one)']),
  ];
}

function cosignedLine({ at, by, coversSeal, size, through }: Cosigning): string {
  const what = coversSeal
    ? `the sealed report, with a ledger of ${size} records,`
    : `the checkpoint over the first ${count(size, 'record')}`;
  if (through !== undefined)
    return printable(
      `${by} cosigned the meta-log ${through}, which holds ${what} at ${at}: nothing is taken from that log, but another ledger of this name may be in it, too`,
    );
  return printable(`${by} cosigned ${what} at ${at}: it goes on from all that it had cosigned before`);
}

/** Earlier reports that are listed each; the latest come first to mind, so of more the first are counted. */
const MAX_SEALS = 5;

/** Of two reports over one period the reader may hold the friendlier one. */
function tellEarlierSeals({ earlierSeals, verified: holds }: Verification): readonly string[] {
  if (!holds) return [];
  const shown = earlierSeals.slice(-MAX_SEALS);
  const more = earlierSeals.length - shown.length;
  return [
    ...(more > 0 ? [`${count(more, 'report')} before these; report.json names them`] : []),
    ...shown.map(({ conclusion, index, kind, reportId, sealedAt, supersededBy, version }) =>
      printable(
        `${kind ?? 'a report'}${kind === 'FINAL' ? `, version ${version}` : ''}, which concluded ${conclusion ?? 'nothing'}, sealed at ${sealedAt ?? 'an unknown time'} (${reportId ?? 'of no id'}, record ${index})${supersededBy === null ? '' : `; superseded by ${supersededBy}`}`,
      ),
    ),
  ];
}

/** A conclusion that was known, and not shown. */
function tellSetAside({ setAside, verified: holds }: Verification): readonly string[] {
  if (!holds) return [];
  const shown = setAside.slice(-MAX_SEALS);
  const more = setAside.length - shown.length;
  return [
    ...(more > 0 ? [`${count(more, 'report')} before these; report.json names them`] : []),
    ...shown.map(({ conclusion, discarded, frozenAt, index, reportId }) =>
      printable(
        `frozen at ${frozenAt ?? 'an unknown time'}, which concluded ${conclusion ?? 'nothing'} (${reportId ?? 'of no id'}, record ${index}), ${discarded === null ? 'and waits still' : `given up at ${discarded.at ?? 'an unknown time'} (record ${discarded.index})`}: ask why`,
      ),
    ),
  ];
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
