import type { Instant, LedgerRecordId } from '../kernel/index.ts';
import type { ReportUnit } from '../reconciliation/index.ts';
import { type Html, html, join } from './html.ts';
import { htmlTable } from './html-table.ts';
import { leaversOf, type ReportDocument, worstFirst } from './report-document.ts';
import { takenMeanings } from './report-taken-page.ts';
import { type LeafIndexes, leafIndexes } from './report-tables.ts';
import { responseTo } from './response-to.ts';
import { shownInstant, withInstants } from './shown-instant.ts';
import { shownName } from './shown-name.ts';
import { deadlineArithmetic, timingArithmetic } from './spell-arithmetic.ts';

/** One thing that happened to a leaver, or was seen, and where the ledger says so. */
export interface LeaverFact {
  readonly at: Instant;
  /** Its other end, where it is only known to lie between two instants. */
  readonly until: Instant | null;
  readonly what: string;
  readonly source: string;
  readonly records: readonly LedgerRecordId[];
}

/** A page per leaver: every fact in order of time, the arithmetic, what management says. */
export function* leaversPage(report: ReportDocument, indexes: LeafIndexes): Generator<Html> {
  yield html`<section class="leavers"><h2>Each leaver</h2>
<p>Every fact with its time, its source and its place in the ledger (<code>log/records.jsonl</code>), and how the verdict follows from them.</p>
</section>`;
  for (const unit of worstFirst(leaversOf(report))) yield leaver(unit, report, indexes);
}

function leaver(unit: ReportUnit, report: ReportDocument, indexes: LeafIndexes): Html {
  const { person } = unit;
  const facts = factsOf(unit).map(({ at, until, what, source, records }) => [
    until === null || until === at ? shownInstant(at) : html`${shownInstant(at)} to ${shownInstant(until)}`,
    what,
    source,
    leafIndexes(records, indexes),
  ]);
  return html`<section class="leaver">
<h3>${shownName(person?.displayName ?? person?.employeeId ?? '')}: ${unit.effect}, ${unit.verdict}</h3>
<p>${withInstants(unit.sentence)}</p>
${htmlTable(['When', 'What', 'Source', 'Ledger records'], facts)}
<ul>
${join(arithmeticOf(unit, report).map((line) => html`<li>${withInstants(line)}</li>`))}
</ul>
${responseTo(unit, report)}
</section>`;
}

export function arithmeticOf(unit: ReportUnit, { policies }: Pick<ReportDocument, 'policies'>): readonly string[] {
  const deadline = deadlineArithmetic(unit, policies);
  const accounts = unit.systems.flatMap(({ system, timing, judged, standing }) =>
    timing === null || judged === null || standing === 'candidate' || standing === 'barred'
      ? []
      : [`${system}: ${timingArithmetic(timing, judged)}`],
  );
  return deadline === null ? accounts : [deadline, ...accounts];
}

/** The facts of a leaver in order of time. */
export function factsOf(unit: ReportUnit): readonly LeaverFact[] {
  const { period, end, deadline, evidence, systems } = unit;
  const hr = evidence.slice(0, 1);
  const recordedAt = period?.hrRecordedAt ?? null;
  const told: readonly LeaverFact[] =
    recordedAt === null ? [] : [{ at: recordedAt, until: null, what: 'HR told the end', source: 'roster', records: hr }];
  const ended: readonly LeaverFact[] =
    end === null
      ? []
      : [{ at: end.earliest, until: end.latest, what: 'the employment ended', source: `roster, ${period?.timeZone ?? ''}`, records: hr }];
  const due: readonly LeaverFact[] =
    deadline === null
      ? []
      : [{ at: deadline.earliest, until: deadline.latest, what: 'access had to be gone', source: 'policy', records: [] }];
  return [...told, ...ended, ...due, ...systems.flatMap(accountFacts)].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}

const doubts: Readonly<Partial<Record<ReportUnit['systems'][number]['standing'], string>>> = {
  candidate: ', which may be somebody else’s',
  barred: ', said afterwards not to be theirs',
  classed: ', classed as nobody’s own since',
};

function accountFacts({
  system,
  account,
  accountId,
  grade,
  timing,
  evidence,
  standing,
  taken,
}: ReportUnit['systems'][number]): readonly LeaverFact[] {
  const wasTaken: readonly LeaverFact[] =
    taken === null
      ? []
      : [
          {
            at: taken.at,
            until: null,
            what: `${system} account ${account ?? accountId}: ${takenMeanings[taken.because]} (asked for by ${taken.requestedBy}, approved by ${taken.approvedBy ?? 'nobody'}): ${taken.reason}`,
            source: 'a human’s word',
            records: evidence.slice(1, 2),
          },
        ];
  if (timing === null || accountId === null) return wasTaken;
  const doubt = doubts[standing] ?? '';
  const of = `${system} account ${account ?? accountId}${doubt}`;
  const fact = (at: Instant | null, what: string): readonly LeaverFact[] =>
    at === null ? [] : [{ at, until: null, what: `${of}: ${what}`, source: `${system}, grade ${grade}`, records: evidence }];
  return [
    ...wasTaken,
    ...fact(timing.lastProvenUsable, 'last proven usable'),
    ...fact(timing.firstProvenUnusable, 'first proven unusable'),
    ...fact(timing.provenUsableAgain, 'usable again'),
  ];
}
