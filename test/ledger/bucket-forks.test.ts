import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import { type Checkpoint, logOrigin } from '../../src/ledger/index.ts';
import { parseCheckpoint, parseNote } from '../../src/tlog/index.ts';
import { recordingLog } from '../support/log.ts';
import { s3Failure, type S3Service, s3Service } from '../support/s3-service.ts';
import { openTestBucket } from './bucket-fixture.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let service: S3Service;
let workspaceId: WorkspaceId;
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  service = await s3Service(fixture.clock);
  workspaceId = await fixture.open();
  log = recordingLog();
});
afterEach(() => service.close());

const bucket = () => openTestBucket(fixture, service, log);
/** Of a process that starts now. */
const starting = () => fixture.integrator({ bucket: bucket(), log });
const originOf = ({ note }: Checkpoint) => parseCheckpoint(parseNote(note)?.text ?? '')?.origin;
const errors = () => log.events.filter(({ level }) => level === 'error').map(({ event }) => event);

async function seal(): Promise<Checkpoint> {
  await fixture.write(3);
  return await fixture.integrator().settle(workspaceId);
}

/** A ledger that was restored to a time before the checkpoint that the bucket holds. */
async function restored(): Promise<{ readonly early: Checkpoint; readonly late: Checkpoint }> {
  const early = await seal();
  const late = await seal();
  for (const { note, size } of [early, late]) await bucket().keep(workspaceId, { generation: 1, size, note });
  await fixture.restoreTo(early);
  return { early, late };
}

describe('a ledger that is held to the newest checkpoint in a bucket', () => {
  it('finds the newest, in whatever order they were put there', async () => {
    const place = fc.record({ generation: fc.integer({ min: 1, max: 9_999 }), size: fc.maxSafeNat() });
    const places = fc.uniqueArray(place, { minLength: 1, maxLength: 6, selector: ({ generation, size }) => `${generation}-${size}` });
    await fc.assert(
      fc.asyncProperty(places, async (kept) => {
        const id = newId<'workspace'>(fixture.clock.now());
        for (const { generation, size } of kept) await bucket().keep(id, { generation, size, note: `${generation}-${size}` });
        const sorted = kept.toSorted((a, b) => b.generation - a.generation || b.size - a.size);
        const last = sorted.find(({ size }) => size > 0);
        const checkpoint = last && { ...last, note: `${last.generation}-${last.size}` };
        expect(await bucket().newest(id)).toEqual({ generation: sorted[0]?.generation, checkpoint });
      }),
      { numRuns: 25 },
    );
  });

  it('goes on where it goes on from that one, and nothing is told', async () => {
    const checkpoint = await seal();
    await bucket().keep(workspaceId, { generation: 1, size: checkpoint.size, note: checkpoint.note });
    await fixture.write(1);
    expect(originOf(await starting().settle(workspaceId))).toBe(logOrigin(workspaceId));
    expect(errors()).toEqual([]);
  });

  it('forks when it was restored to an earlier time: a smaller tree is never silently accepted (I11)', async () => {
    await restored();
    expect(originOf(await starting().settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
    expect(errors()).toEqual(['ledger.forked']);
    expect(service.objects.versions.map(({ key, lock }) => [key.split('-').slice(-2).join('-'), lock?.mode])).toContainEqual([
      '2-0.checkpoint',
      'COMPLIANCE',
    ]);
  });

  it('forks to a name that was never used when it is restored again to before the fork', async () => {
    const { early } = await restored();
    await starting().settle(workspaceId);
    await fixture.tamper((tx) =>
      tx.query('update ledger set origin = $2, generation = 1 where workspace_id = $1', [workspaceId, logOrigin(workspaceId)]),
    );
    await fixture.restoreTo(early);
    expect(originOf(await starting().settle(workspaceId))).toBe(logOrigin(workspaceId, 3));
  });

  it.each([
    { what: 'deleted', attack: (key: string) => service.objects.remove(key, undefined, 0) },
    {
      what: 'overwrote',
      attack: (key: string) => void service.objects.put(key, Buffer.from('x'), { lock: undefined, nowMs: 0, onlyNew: false }),
    },
  ])('forks all the same, and raises the alarm, when the operator $what the checkpoint in the bucket', async ({ attack }) => {
    const { late } = await restored();
    const key = service.objects.versions.find(({ content }) => String(content) === late.note)?.key ?? '';
    attack(key);
    expect(originOf(await starting().settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
    expect(errors()).toEqual(['ledger.anchor.refuted', 'ledger.forked']);
  });

  it('forks all the same when others pile up objects before it', async () => {
    await restored();
    for (let n = 0; n < 300; n += 1) {
      const key = `rollcall/${workspaceId}/checkpoints/0000-${String(n).padStart(16, '0')}-junk`;
      service.objects.put(key, Buffer.from('x'), { lock: undefined, nowMs: 0, onlyNew: false });
    }
    expect(originOf(await starting().settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
  });

  it('raises the alarm as it starts when the bucket has no object lock, or holds the newest one no more, and compares all the same', async () => {
    await restored();
    service.objects.isLockable = false;
    for (const version of service.objects.versions) version.lock = undefined;
    service.objects.hold = () => undefined;
    // The name that it would go on under cannot be taken out of use there.
    await expect(starting().settle(workspaceId)).rejects.toThrow(/no object lock.*make a bucket with object lock/);
    expect(errors()).toEqual(['ledger.anchor.refuted', 'ledger.anchor.refuted']);
  });

  it.each([
    { what: 'does not answer', lie: s3Failure(503, 'SlowDown') },
    { what: 'answers half', lie: { status: 200, body: '<ListVersionsResult><IsTruncated>false</IsTruncated>' } },
  ])('is signed by no process that starts while the bucket $what, and goes on when it does (I8)', async ({ lie }) => {
    await restored();
    service.lie = ({ target }) => (target.includes('versions=') ? lie : undefined);
    const integrator = starting();
    await expect(integrator.runOnce()).rejects.toThrow(/bucket/);
    const asked = service.asked.length;
    await expect(integrator.settle(workspaceId)).rejects.toThrow(/bucket/);
    // Whoever asks every second is not passed on every time.
    expect(service.asked).toHaveLength(asked);
    service.lie = undefined;
    fixture.clock.advance(30_000);
    expect(originOf(await integrator.settle(workspaceId))).toBe(logOrigin(workspaceId, 2));
  });

  it('is signed on by a process that knows it while the bucket is away', async () => {
    const integrator = starting();
    await integrator.settle(workspaceId);
    service.lie = () => s3Failure(503, 'SlowDown');
    await fixture.write(1);
    expect(originOf(await integrator.settle(workspaceId))).toBe(logOrigin(workspaceId));
  });
});
