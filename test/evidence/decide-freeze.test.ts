import { describe, expect, it } from '@jest/globals';
import { whatFreezingWaitsFor } from '../../src/evidence/decide-freeze.ts';
import type { ReportContent } from '../../src/evidence/report-document.ts';
import { DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { asOf, sampleLeaver, sampleReport } from './sample-population.ts';

const settled = sampleLeaver({ name: 'Ada Example', employeeId: '0007', lastUsable: 1, unusable: 2, evidence: [] });
const deadline = settled.deadline?.latest ?? asOf;
const pending = { ...settled, effect: 'PEND' as const };
const periodEnd = plusMs(asOf, -DAY_MS);

/** A report on a period that ended a day before it was judged, looked at so many hours after the last deadline. */
function contentOf({ units = [settled], looked = 1, removed = false }): ReportContent {
  const report = sampleReport(units, { head: { kind: 'FINAL' } });
  const horizon = periodEnd > deadline ? periodEnd : deadline;
  const lastLookAt = plusMs(horizon, looked * HOUR_MS);
  const directories = report.sources.directories.map((each) => ({ ...each, lastLookAt, removedAt: removed ? asOf : null }));
  return { ...report, periodEnd, sources: { ...report.sources, directories } };
}

describe('a final report is frozen', () => {
  it.each([
    { name: 'once the period is over, judged, and looked at behind the last deadline', content: contentOf({}), now: asOf, waits: [] },
    { name: 'not before its period is over', content: undefined, now: plusMs(periodEnd, -1), waits: ['period-not-over'] },
    { name: 'not before something was reconciled', content: undefined, now: asOf, waits: ['not-reconciled'] },
    {
      name: 'not from a run of before the end of the period',
      content: { ...contentOf({}), asOf: plusMs(periodEnd, -1) },
      now: asOf,
      waits: ['not-reconciled'],
    },
    {
      name: 'not by a run that a clock which was set back since has not reached: no seal of before it holds',
      content: contentOf({}),
      now: plusMs(asOf, -HOUR_MS),
      waits: ['not-reconciled'],
    },
    { name: 'by a run of another server, whose clock is ahead by moments', content: contentOf({}), now: plusMs(asOf, -1_000), waits: [] },
    {
      name: 'not while a leaver’s verdict is pending',
      content: contentOf({ units: [settled, pending] }),
      now: asOf,
      waits: ['verdicts-pending'],
    },
    {
      name: 'not before a directory that is looked at was looked at behind the last deadline',
      content: { ...contentOf({ looked: -1 }), asOf: plusMs(periodEnd, HOUR_MS / 2) },
      now: plusMs(periodEnd, HOUR_MS / 2),
      waits: ['directory-not-looked'],
    },
    { name: 'without waiting for a directory that nobody looks at any more', content: contentOf({ looked: -1 }), now: asOf, waits: [] },
    {
      name: 'without waiting for a directory that was removed',
      content: { ...contentOf({ looked: -1, removed: true }), asOf: plusMs(periodEnd, HOUR_MS / 2) },
      now: plusMs(periodEnd, HOUR_MS / 2),
      waits: [],
    },
  ])('$name', ({ content, now, waits }) => {
    expect(whatFreezingWaitsFor(content, periodEnd, now).map(({ code }) => code)).toEqual(waits);
  });

  it('says until when it waits for deadlines', () => {
    const [waiting] = whatFreezingWaitsFor(contentOf({ units: [pending] }), periodEnd, asOf);
    expect(waiting?.until).toBe(periodEnd > deadline ? periodEnd : deadline);
  });
});
