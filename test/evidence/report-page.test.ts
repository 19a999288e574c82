import { describe, expect, it } from '@jest/globals';
import type { CoverageRow } from '../../src/evidence/coverage.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import { type Instant, MINUTE_MS, newId, plusMs } from '../../src/kernel/index.ts';
import { diagnosisCodeOf, diagnosisOf, type ReportUnit } from '../../src/reconciliation/index.ts';
import { onPaper } from './on-paper.ts';
import { withBlind } from '../../src/verdict/index.ts';
import { asOf, sampleConnection, sampleGap, sampleLeaver, sampleReport } from './sample-population.ts';

const recordId = newId<'ledger-record'>(asOf);
const late = sampleLeaver({ name: 'Grace Sample', employeeId: '0008', lastUsable: 30, unusable: 31.5, evidence: [recordId] });
const inTime = sampleLeaver({ name: 'Ada Example', employeeId: '0007', lastUsable: 1, unusable: 2, evidence: [] });
const doubtful = sampleLeaver({ name: 'Alan Specimen', employeeId: '0009', lastUsable: 20, unusable: 27, evidence: [] });

function pageOf(units: readonly ReportUnit[], coverage: readonly CoverageRow[] = []): string {
  return [...reportPage(sampleReport(units, { coverage }), new Map([[recordId, 17]]))].join('');
}

/** The words of a page, as a reader sees them on paper. */
function wordsOf(page: string): string {
  return onPaper(page)
    .replace(/^[^]*<body>/, '')
    .replace(/<nav [^]*?<\/nav>/, '')
    .replaceAll(/<desc>[^<]*<\/desc>/g, '')
    .replaceAll(/<wbr>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

describe('report.html', () => {
  it('says INTERIM, as of when in UTC, and the conclusion before anything else (I10)', () => {
    expect(wordsOf(pageOf([inTime, late, doubtful]))).toMatch(
      /^ INTERIM – as of 2026-03-03 09:00:00 UTC \. Not a final result: verdicts may still change\. Conclusion so far: FAIL – at least one finding failed\. 3 leavers in the period: 1 failed \(FAIL\), 1 cannot be settled \(INSUF\), 1 passed \(PASS\)\. Nothing else needs attention\./,
    );
  });

  it('says INTERIM on every printed sheet and at its end', () => {
    const page = pageOf([inTime]);
    expect(page).toContain('@top-left { content: "INTERIM – as of 2026-03-03 09:00:00 UTC"');
    expect(wordsOf(page)).toMatch(/Limits .* INTERIM – as of 2026-03-03 09:00:00 UTC \. Not a final result: verdicts may still change\. $/);
  });

  it('shows every instant alike, for people and for programs', () => {
    const looked = { source: 'directory', what: 'failed', ref: null, from: asOf, to: asOf, detail: '' } as const;
    const words = wordsOf(pageOf([inTime, late, doubtful], [looked, sampleGap(asOf, plusMs(asOf, MINUTE_MS))])).replaceAll(
      sampleGap(asOf, asOf).gapId ?? '',
      '',
    );
    expect(words).toContain('every 60 min since');
    expect(words.match(/.{30}\d{4}-\d\d-\d\dT\d\d.{30}/g)).toBeNull();
    expect(words).toContain('; 1 did not finish and so proves nothing.');
  });

  it('says that nothing had to end of those who had no account, and of nobody of whom that is open (I10)', () => {
    const candidates = late.systems.map((each) => ({ ...each, standing: 'candidate', timing: null, judged: null }) as const);
    const open = { ...late, id: newId<'finding'>(asOf), effect: 'INSUF', systems: candidates } as const;
    const barred = { ...open, id: newId<'finding'>(asOf), systems: late.systems.map((each) => ({ ...each, standing: 'barred' }) as const) };
    const never = late.systems.map((each) => ({
      ...each,
      accountId: null,
      timing: each.timing && { ...each.timing, neverHadAccount: true },
    }));
    const without = { ...late, id: newId<'finding'>(asOf), effect: 'N/A', systems: never } as const;
    const [all, none] = [wordsOf(pageOf([late, open, barred, without])), wordsOf(pageOf([open]))];
    expect(all).toContain(' 1 leaver without any account: nothing had to end, and they are not drawn. 2 leavers of whom it is not settled');
    expect(none).toContain('No leaver of the period has an account that is known to be theirs. 1 leaver of whom it is not settled');
    expect(none).not.toContain('nothing had to end');
  });

  it('lists the whole population, what is no pass first', () => {
    const page = wordsOf(pageOf([inTime, late, doubtful]));
    const words = page.slice(page.indexOf('All leavers with an account'));
    const places = ['Leavers of the period (3)', 'Grace Sample', 'Alan Specimen', 'Ada Example', 'Beside the leavers (0)'].map((text) =>
      words.indexOf(text),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('says of what is no pass what is probably wrong, and once for each cause what to do', () => {
    const page = pageOf([late, { ...late, id: newId<'finding'>(asOf) }, inTime]);
    const { cause, code, steps, lookAt } = diagnosisOf(diagnosisCodeOf(late.all) ?? 'nobody-answers');
    expect(page.split(`<a href="#remedy-${code}">`)).toHaveLength(3);
    expect(page.split(`id="remedy-${code}"`)).toHaveLength(2);
    const words = wordsOf(page);
    for (const said of [`Probably: ${cause}`, `${code} (2)`, ...steps, ...lookAt]) expect(words).toContain(said.replaceAll(/\s+/g, ' '));
    expect(wordsOf(pageOf([inTime]))).not.toContain('What is probably wrong, and what to do');
  });

  it('gives the date that HR knows, the instants beside it, and where the records stand', () => {
    const words = wordsOf(pageOf([late]));
    expect(words).toContain('2026-02-10 (end of that day, Europe/Berlin)');
    expect(words).toContain('by 2026-02-11 23:00:00 UTC');
    expect(words).toContain('2026-02-12 05:00:00 UTC directory account: last proven usable directory, grade C 17');
    expect(words).toContain('2026-02-12 06:30:00 UTC directory account: first proven unusable directory, grade C 17');
    expect(words).toContain('All times are UTC');
  });

  it('draws each leaver as a bar between what is proven, against the deadline, and says the same in figures', () => {
    const page = pageOf([inTime, late, doubtful]);
    for (const [drawings, bars] of [
      [onPaper(page), 3],
      [page, 6],
    ] as const) {
      expect(drawings.match(/<rect class="t-(FAIL|INSUF|PASS)"/g)).toHaveLength(bars);
      expect(drawings.match(/<rect class="t-deadline"/g)).toHaveLength(bars);
    }
    const words = wordsOf(page);
    expect(words).toContain('Grace Sample FAIL between 30.00 h and 31.50 h 24.00 h');
    expect(words).toContain('50 % after the end of employment: between 20.00 h and 27.00 h');
    expect(words).toContain('100 % after the end of employment: between 30.00 h and 31.50 h');
  });

  it('spells the arithmetic of each leaver out', () => {
    expect(wordsOf(pageOf([late]))).toContain(
      'Last proven usable 2026-02-12 05:00:00 UTC [17] − deadline 2026-02-11 23:00:00 UTC = 21600000 ms (6.00 h) late at least; first proven unusable 2026-02-12 06:30:00 UTC [17] − deadline 2026-02-11 23:00:00 UTC = 27000000 ms (7.50 h) late at most.',
    );
  });

  it('says when nobody looked: in the sentence, beside the account, among the facts of the leaver, and why in the coverage', () => {
    const gap = sampleGap('2026-02-11T06:00:00.000Z' as Instant, '2026-02-12T06:00:00.000Z' as Instant);
    const { because = '', from, gapId = '', to } = gap;
    const blind = [{ gapId, connectionId: sampleConnection, from, to, because }];
    const systems = doubtful.systems.map((system) => (system.system === 'directory' ? { ...system, blind } : system));
    const unit = { ...doubtful, systems, sentence: withBlind(doubtful.sentence, blind) };
    const report = sampleReport([unit], { coverage: [gap] });
    const words = wordsOf([...reportPage(report, new Map())].join(''));
    const beside = { ...report, periodStart: '2026-02-20T00:00:00.000Z' as Instant };
    expect(words).toContain(
      'Nobody looked at the whole directory between 2026-02-11 06:00:00 UTC and 2026-02-12 06:00:00 UTC: no such look was made.',
    );
    expect(wordsOf([...reportPage(beside, new Map())].join(''))).toContain(`nobody was looking: ${gapId}`);
    expect(words).toContain(
      `2026-02-11 06:00:00 UTC to 2026-02-12 06:00:00 UTC nobody looked at the whole directory: no-run coverage, ${gapId}`,
    );
    expect(words).toContain(`connection ${sampleConnection} no-run`);
    expect(wordsOf(pageOf([doubtful]))).not.toContain('nobody was looking:');
  });

  it('says where the information comes from, and that the totals tie or do not', () => {
    expect(wordsOf(pageOf([late]))).toContain('The totals tie, and every leaver is listed (1).');
    const report = sampleReport([late]);
    const untied = [...reportPage({ ...report, totals: { ...report.totals, leavers: 2 } }, new Map())].join('');
    expect(wordsOf(untied)).toContain('THE TOTALS DO NOT TIE');
  });

  it.each([
    { n: 0, says: 'There were no leavers' },
    { n: 1, says: '1 leaver in the period' },
    { n: 47, says: '47 leavers in the period' },
    { n: 500, says: '120 of 500 are drawn: those who are no pass, and the slowest.' },
  ])('is a whole page with $n leavers', ({ n, says }) => {
    const units = Array.from({ length: n }, (_, index) =>
      sampleLeaver({ name: `Person ${index}`, employeeId: `${index}`, lastUsable: index % 40, unusable: (index % 40) + 1, evidence: [] }),
    );
    const page = pageOf(units);
    expect(wordsOf(page)).toContain(says);
    expect(page.match(/<section class="leaver" /g) ?? []).toHaveLength(n);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('says what each compliance test came to, k of n, and claims compliance with nothing', () => {
    const page = wordsOf(pageOf([inTime, late]));
    expect(page).toContain('Terminated people’s accounts are deactivated FAIL 1 of 2 1 of 2 employments that ended');
    expect(page).toContain('1 × Access has ended, after its deadline. SOC 2 (TSC 2017): CC6.2, CC6.3');
    expect(page).not.toMatch(/compliant with/i);
  });

  it('runs and loads nothing', () => {
    const page = pageOf([late]);
    expect(page).toMatch(/content="default-src 'none'; style-src &#39;sha256-[A-Za-z0-9+/=]{44}&#39;"/);
    expect(page).not.toMatch(/<script|<link|<img|style=|https?:/);
  });

  it('lists exceptions and exclusions with their reasons, and who asked for them and approved', () => {
    const expiresAt = plusMs(asOf, MINUTE_MS);
    const [requestedBy, approvedBy] = ['administrator:a', 'administrator:b'];
    const id = newId<'disposition'>(asOf);
    const excepted = { id, kind: 'exception' as const, reason: 'On a ship.', ticket: 'T-1', requestedBy, requestedAt: asOf, expiresAt };
    const ownerPersonId = newId<'person'>(asOf);
    const words = wordsOf(
      pageOf([
        { ...late, disposition: { ...excepted, approvedBy, approvedAt: asOf, isAfterDeadline: true } },
        { ...inTime, disposition: { ...excepted, approvedBy: null, approvedAt: null, isAfterDeadline: false } },
        {
          ...doubtful,
          person: null,
          exclusion: {
            id: newId<'classification'>(asOf),
            class: 'service',
            ownerPersonId,
            reason: 'It prints.',
            requestedBy,
            approvedBy,
            expiresAt,
          },
        },
      ]),
    );
    const table = words.slice(words.indexOf('Exceptions and exclusions (3)'), words.indexOf('Compliance tests'));
    expect(table).toContain(
      'exception, after the deadline Grace Sample FAIL On a ship. (T-1) administrator:a administrator:b 2026-03-03 09:01:00 UTC',
    );
    expect(table).toContain('exception Ada Example PASS On a ship. (T-1) administrator:a nobody yet');
    expect(table).toContain(`exclusion: service answered for by ${ownerPersonId} directory: alan.specimen@contoso.example`);
    expect(table).toContain('It prints. administrator:a administrator:b 2026-03-03 09:01:00 UTC');
    expect(wordsOf(pageOf([late]))).toMatch(/Exceptions and exclusions \(0\) .* None\. /);
  });

  it('draws looks that lie close together as one mark, so that they do not look like a gap', () => {
    const looks = Array.from({ length: 1_400 }, (_, n): CoverageRow => {
      const at = plusMs(asOf, -n * 60 * MINUTE_MS);
      return { source: 'directory', what: 'looked', ref: null, from: at, to: at, detail: '' };
    });
    const page = pageOf([late], looks);
    const chart = onPaper(page).replace(/^[^]*<h2 id="coverage">/, '');
    const places = [...chart.matchAll(/<line class="t-ink" x1="([\d.]+)"/g)].map(([, x]) => Number(x)).toSorted((a, b) => a - b);
    expect(places.length).toBeGreaterThan(50);
    for (const [index, x] of places.entries()) expect(x - (places[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(4);
  });

  it('says in a table, too, who decided who is synced', () => {
    const report = sampleReport([late]);
    const authority = [
      { authority: 'scope', from: plusMs(asOf, -MINUTE_MS), to: asOf, by: null, recordId: null },
      { authority: 'scim', from: asOf, to: null, by: 'owner:x', recordId: null },
    ] as const;
    const words = wordsOf([...reportPage({ ...report, sources: { ...report.sources, authority } }, new Map())].join(''));
    expect(words).toContain('the scope of the directory connection 2026-03-03 08:59:00 UTC 2026-03-03 09:00:00 UTC');
    expect(words).toContain('SCIM, whatever the scope says 2026-03-03 09:00:00 UTC as of the report');
  });

  it('shows the longest stretches in which nobody looked and says how many there are', () => {
    const gaps = Array.from({ length: 30 }, (_, n): CoverageRow => {
      const to = plusMs(asOf, (n + 1) * MINUTE_MS);
      return { source: 'directory', what: 'blind', ref: null, from: asOf, to, detail: `gap ${n}` };
    });
    const words = wordsOf(pageOf([late], gaps));
    expect(words).toContain('20 of 30 are shown, longest first; coverage.csv has all.');
    expect(words).toContain('30 min 0 s gap 29');
    expect(words).not.toContain('gap 9 ');
  });
});
