import { beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../src/kernel/index.ts';
import { type Json, resealed } from './resealed.ts';
import { type Sealed, sealedAfter, type Stage } from './sealed-after.ts';
import { verifyBoth } from './verify-both.ts';

const row = (id: number, name: string, from: string, to: string) => `${id},${name}@contoso.example,${name},${from},${to},UTC`;

/** Nobody looked between the last day and a day of the next employment; the account was enabled whenever somebody did. */
async function unlooked({ at, clock, look }: Stage): Promise<void> {
  at('2026-03-05T02:00:00.000Z');
  await look();
  at('2026-03-21T02:00:00.000Z');
  await look();
  clock.advance(DAY_MS / 24);
  await look();
}

let sealed: Sealed;
beforeAll(async () => {
  const rows = [row(1, 'again', '2020-01-01', '2026-03-05'), row(1, 'again', '2026-03-20', '')];
  sealed = await sealedAfter({ names: ['again'], rows, play: unlooked });
}, 180_000);

const problemsOf = async (files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> => {
  const { problems } = await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
};
const ofLeaving = ({ findings }: Json): Json => findings.find(({ vector }: Json) => vector.employment === 'ENDED');
const lineOf = (finding: Json): Json => finding.systems.find(({ system }: Json) => system === 'directory');

describe('the recomputation of somebody who was employed again', () => {
  it('takes use for proven until the last look before that, and no failure for proven by the first one after, as the server does (I10)', async () => {
    const finding = ofLeaving(JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? ''));
    expect([finding.verdict, lineOf(finding).timing.lastProvenUsable.slice(0, 10)]).toEqual(['NO_COVERAGE', '2026-03-05']);
    expect(await problemsOf(sealed.files)).toEqual([]);
  });

  it('finds out where use is given as proven until the next employment, though all was sealed anew', async () => {
    const files = resealed(sealed.files, sealed.signer, {
      report: (report) => {
        lineOf(ofLeaving(report)).timing.lastProvenUsable = '2026-03-19T23:59:59.999Z';
      },
    });
    expect(await problemsOf(files)).toContainEqual(
      expect.stringMatching(/ is given as last proven usable 2026-03-19T23:59:59\.999Z; records .* give 2026-03-05T/),
    );
  });
});
