import { describe, expect, it } from '@jest/globals';
import { drawSample } from '../../src/verdict/index.ts';
import { parseSampleOrder, sampleReport } from '../../src/verifier/sample-report.ts';
import { sampleLeaver, sampleReport as reportOn } from '../evidence/sample-population.ts';

const leavers = ['0007', '0008', '0009'].map((employeeId) =>
  sampleLeaver({ name: employeeId, employeeId, lastUsable: 1, unusable: 2, evidence: [] }),
);

describe('a sample from a bundle', () => {
  it.each([
    { text: 'seed:25', order: { seed: 'seed', size: 25 } },
    { text: 'with:colons:3', order: { seed: 'with:colons', size: 3 } },
    { text: 'seed', order: undefined },
    { text: 'seed:', order: undefined },
    { text: 'seed:0', order: undefined },
    { text: ':3', order: undefined },
    { text: 'seed:-1', order: undefined },
  ])('is ordered by $text', ({ text, order }) => {
    expect(parseSampleOrder(text)).toEqual(order);
  });

  it('is the one that the server draws', () => {
    const report = reportOn(leavers);
    const ids = leavers.flatMap(({ period }) => period?.id ?? []);
    const { populationSha256, drawn } = drawSample(ids, { seed: 'mine', size: 2 });
    const lines = sampleReport(Buffer.from(JSON.stringify(report)), { seed: 'mine', size: 2 });
    expect(lines[0]).toContain(`2 of 3 leavers by seed "mine"; population sha256:${populationSha256}`);
    expect(lines.slice(1).map((line) => line.trim().split(' ')[0])).toEqual(drawn.map(({ id }) => id));
  });
});
