import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { anchorDueTask, anchorRoutes, anchorTask, type Checkpoint } from '../../src/ledger/index.ts';
import { setRetention } from '../../src/ledger/set-retention.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { s3Failure, type S3Service, s3Service } from '../support/s3-service.ts';
import { openTestBucket, RETAIN_DAYS } from './bucket-fixture.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

const secretBox = createSecretBox(Buffer.alloc(32, 7));

let fixture: LedgerFixture;
let service: S3Service;
let workspaceId: WorkspaceId;
let log: ReturnType<typeof recordingLog>;
let checkpoint: Checkpoint;
let api: LoopbackServer;

beforeAll(async () => {
  fixture = await ledgerFixture();
  await installJobs(fixture.test.ownerUrl);
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  service = await s3Service(fixture.clock);
  workspaceId = await fixture.open();
  log = recordingLog();
  await fixture.write(2);
  checkpoint = await fixture.integrator().settle(workspaceId);
  const routes = anchorRoutes({ database: fixture.test.database, clock: fixture.clock, secretBox, settings: deps().settings });
  api = await administrationServer({ clock: fixture.clock, workspaceId, routers: [routes] });
  await anchorDueTask(deps()).run(undefined, { signal: new AbortController().signal });
});
afterEach(async () => {
  await api.close();
  await service.close();
});

function deps() {
  const bucket = openTestBucket(fixture, service, log);
  const settings = { tsaUrl: undefined, tsaRoots: undefined, directory: undefined, witnesses: [], bucket: bucket.place, everyMinutes: 60 };
  const { clock, test } = fixture;
  return {
    database: test.database,
    clock,
    log,
    secretBox,
    settings,
    bucket,
    shelf: undefined,
    outbound: createOutboundHttp({ allowedOrigins: [] }),
  };
}

const anchor = () => anchorTask(deps()).run({ workspaceId, kind: 'bucket' }, { signal: new AbortController().signal });

async function show(path: string): Promise<Record<string, unknown>> {
  return (await (await fetch(`${api.url}${path}`)).json()) as Record<string, unknown>;
}

async function place(): Promise<Record<string, unknown>> {
  return ((await show('/ledger'))['places'] as Record<string, unknown>[])[0] ?? {};
}

const anchors = async () => (await show('/ledger/anchors'))['anchors'] as Record<string, unknown>[];
const refuted = () => log.events.filter(({ event }) => event === 'ledger.anchor.refuted');
const yearsOn = (at: Instant, years: number) => `${Number(at.slice(0, 4)) + years}${at.slice(4)}`;
const stored = () => service.objects.versions;

/** The next checkpoint, put there as well. */
async function anchorAgain(): Promise<void> {
  fixture.clock.advance(HOUR_MS);
  await fixture.drain(fixture.integrator());
  await anchor();
}

describe('an anchor in a bucket under object lock', () => {
  it('is an object that holds the checkpoint, which nobody can take away for as long as the workspace keeps its evidence (I11)', async () => {
    await anchor();
    const until = yearsOn(fixture.clock.now(), 7);
    expect(stored()).toMatchObject([
      {
        key: `rollcall/${workspaceId}/checkpoints/9998-${String(9_999_999_999_999_999n - BigInt(checkpoint.size))}-1-${checkpoint.size}.checkpoint`,
        lock: { mode: 'COMPLIANCE', untilMs: Date.parse(until) },
      },
    ]);
    expect(String(stored()[0]?.content)).toBe(checkpoint.note);
    const [{ key: objectKey, versionId }] = stored() as [ReturnType<typeof stored>[number]];
    expect(await anchors()).toMatchObject([
      { kind: 'bucket', place: deps().bucket.place, size: checkpoint.size, objectKey, versionId, retainUntil: until, signature: null },
    ]);
    const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
      `select leaf from ledger_record where workspace_id = $1 and type = 'ledger.anchored'`,
      [workspaceId],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')).detail)).toEqual([
      {
        anchor: expect.any(String),
        kind: 'bucket',
        size: checkpoint.size,
        root: checkpoint.root.toString('base64'),
        object: objectKey,
        version: versionId,
        retain_until: until,
      },
    ]);
    expect(await place()).toMatchObject({ kind: 'bucket', lastProblem: null, lastSize: checkpoint.size, isLate: false });
    expect(log.events.filter(({ level }) => level !== 'debug')).toEqual([]);
  });

  it('is held for the days of the setting where the workspace keeps its evidence for less', async () => {
    await setRetention({ clock: fixture.clock, database: fixture.test.database }, workspaceId, {
      actor: 'system',
      months: 18,
      reportMonths: null,
    });
    const { database, clock, bucket } = deps();
    expect(Date.parse((await bucket.keep(workspaceId, { generation: 1, size: 1, note: 'x' })).until)).toBeGreaterThan(
      Date.parse(plusMs(clock.now(), RETAIN_DAYS * DAY_MS)),
    );
    await database.query('update ledger_retention set months = 1200 where workspace_id = $1', [workspaceId]);
    expect((await bucket.keep(workspaceId, { generation: 1, size: 2, note: 'x' })).until).toBe(yearsOn(clock.now(), 100));
  });

  it('is put there once, and held on for as long as a later one when an attempt that was not recorded has put it there', async () => {
    const first = await deps().bucket.keep(workspaceId, { generation: 1, size: checkpoint.size, note: checkpoint.note });
    fixture.clock.advance(DAY_MS);
    await anchor();
    expect(stored()).toMatchObject([{ versionId: first.versionId, lock: { untilMs: Date.parse(yearsOn(fixture.clock.now(), 7)) } }]);
    expect(await anchors()).toMatchObject([{ versionId: first.versionId }]);
  });

  it('says so when another checkpoint is there: somebody rewrote one of the two', async () => {
    await deps().bucket.keep(workspaceId, { generation: 1, size: checkpoint.size, note: 'another\n' });
    await anchor();
    expect((await place())['lastProblem']).toMatch(/the ledger was rewritten/);
    expect(await anchors()).toEqual([]);
  });

  it('says what it leaves open', async () => {
    await anchor();
    expect((await show('/ledger'))['leavesOpen']).toContainEqual(expect.stringMatching(/bucket of the operator’s under object lock/));
  });
});

describe('a bucket that does not hold what it should', () => {
  it('is none when it has no object lock: nothing is put there, and what to do is said', async () => {
    service.objects.isLockable = false;
    await anchor();
    expect(stored()).toEqual([]);
    expect((await place())['lastProblem']).toMatch(/no object lock.*make a bucket with object lock/);
    expect(log.events).toMatchObject([{ event: 'ledger.anchor.failed' }, { level: 'error', event: 'ledger.anchor.refuted' }]);
  });

  it.each([
    { what: 'in mode GOVERNANCE', hold: (lock: { untilMs: number }) => ({ ...lock, mode: 'GOVERNANCE' }), problem: /mode COMPLIANCE/ },
    {
      what: 'for a day less',
      hold: (lock: { untilMs: number }) => ({ mode: 'COMPLIANCE', untilMs: lock.untilMs - DAY_MS }),
      problem: /is held until/,
    },
    { what: 'under no lock', hold: () => undefined, problem: /under no object lock/ },
  ])('is no anchor when it holds it $what, and raises the alarm', async ({ hold, problem }) => {
    service.objects.hold = (lock) => lock && hold(lock);
    await anchor();
    expect(await anchors()).toEqual([]);
    expect((await place())['lastProblem']).toMatch(problem);
    expect(refuted()).toMatchObject([{ fields: { workspaceId, kind: 'bucket', problem: expect.stringMatching(problem) } }]);
  });

  const last = () => {
    const version = stored().at(-1);
    if (version === undefined) throw new Error('nothing is stored');
    return version;
  };

  it.each([
    {
      what: 'was deleted (a marker stands over it)',
      attack: () => service.objects.remove(last().key, undefined, 0),
      problem: /deleted or overwritten/,
    },
    {
      what: 'was overwritten',
      attack: () => void service.objects.put(last().key, Buffer.from('x'), { lock: undefined, nowMs: 0, onlyNew: false }),
      problem: /deleted or overwritten.*still stands below, as version/,
    },
    { what: 'is gone for good', attack: () => void service.objects.versions.splice(0), problem: /is there no more/ },
    {
      what: 'holds something else',
      attack: () => {
        last().content = Buffer.from('swapped');
      },
      problem: /holds something else/,
    },
    {
      what: 'is held for a shorter time',
      attack: () => {
        last().lock = { mode: 'COMPLIANCE', untilMs: Date.parse(fixture.clock.now()) + DAY_MS };
      },
      problem: /is held until/,
    },
    {
      what: 'is held under no lock any more',
      attack: () => {
        last().lock = undefined;
      },
      problem: /under no object lock/,
    },
  ])('raises the alarm at the next anchor when the last one $what, and takes that next one all the same', async ({ attack, problem }) => {
    await anchor();
    attack();
    await anchorAgain();
    expect(refuted()).toMatchObject([{ level: 'error', fields: { workspaceId, kind: 'bucket', problem: expect.stringMatching(problem) } }]);
    expect((await place())['lastProblem']).toMatch(problem);
    expect(await anchors()).toHaveLength(2);
    await anchorAgain();
    expect((await place())['lastProblem']).toBeNull();
  });
});

describe('a bucket that cannot be reached', () => {
  it.each([
    { what: 'refuses', lie: s3Failure(403, 'AccessDenied'), problem: /refuses this access key/ },
    { what: 'has too much to do', lie: s3Failure(503, 'SlowDown'), problem: /503 \(SlowDown\)/ },
    { what: 'sends elsewhere', lie: { status: 301, headers: { location: 'https://elsewhere.example/' } }, problem: /elsewhere \(301\)/ },
    { what: 'hangs up', lie: { status: 200, cut: true as const }, problem: /could not be reached/ },
  ])('is tried again in five minutes when it $what, and is no alarm yet', async ({ lie, problem }) => {
    service.lie = () => lie;
    await anchor();
    expect(await place()).toMatchObject({
      lastProblem: expect.stringMatching(problem),
      nextAt: plusMs(fixture.clock.now(), 5 * MINUTE_MS),
      isLate: false,
    });
    expect(log.events).toMatchObject([{ level: 'warn', event: 'ledger.anchor.failed', fields: { kind: 'bucket' } }]);
    service.lie = undefined;
    await anchor();
    expect(await place()).toMatchObject({ lastProblem: null, lastSize: checkpoint.size });
  });

  it('shows neither its secret nor its signatures', async () => {
    service.lie = () => s3Failure(403, 'SignatureDoesNotMatch');
    await anchor();
    expect(JSON.stringify([log.events, await show('/ledger')])).not.toMatch(/not-a-secret-of-anybody|Signature=/);
  });
});
