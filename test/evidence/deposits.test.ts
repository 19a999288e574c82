import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { depositTasks, evidenceRoutes } from '../../src/evidence/index.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { DAY_MS, MINUTE_MS, newId, plusMs } from '../../src/kernel/index.ts';
import { createOutboundHttp, openBucket } from '../../src/platform/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { s3Failure, type S3Service, s3Service } from '../support/s3-service.ts';
import { type SealedSample, sealAgain, sealedSample } from './sealed-sample.ts';

const context = { signal: new AbortController().signal };

let sample: SealedSample;
let service: S3Service;
let log: ReturnType<typeof recordingLog>;
let api: LoopbackServer;

beforeAll(async () => {
  sample = await sealedSample();
  await installJobs(sample.test.ownerUrl);
});
afterAll(() => sample.drop());
beforeEach(async () => {
  service = await s3Service(sample.clock);
  log = recordingLog();
  const { clock, database, integrator, workspaceId } = sample;
  const routes = evidenceRoutes({ database, integrator, verifierSource: '', softwareVersion: '0' });
  api = await administrationServer({ clock, workspaceId, routers: [routes] });
});
afterEach(async () => {
  await api.close();
  await service.close();
  sample.clock.advance(DAY_MS);
});

const tasks = () => {
  const { key, name, url } = service;
  const { clock, database, integrator } = sample;
  // Each stand-in is another place, since its port is.
  const settings = { endpoint: url, name, prefix: 'rollcall/', ...key };
  const bucket = openBucket({ settings, outbound: createOutboundHttp({ allowedOrigins: [url] }), clock });
  const [due, deposit] = depositTasks({ bucket, clock, database, integrator, log, retainDays: 30 });
  if (due === undefined || deposit === undefined) throw new Error('there are two tasks');
  return { due, deposit, place: bucket.place };
};

const lookForDue = () => tasks().due.run(undefined, context);
const deposit = () => tasks().deposit.run({ workspaceId: sample.workspaceId, reportId: sample.report.id }, context);

async function queued(): Promise<readonly string[]> {
  const { rows } = await sample.test.owner.query<{ report: string }>(
    `select split_part(key, ':', 2) as report from graphile_worker.jobs where key like 'evidence.deposit:%' order by report`,
  );
  await sample.test.owner.query('delete from graphile_worker._private_jobs');
  return rows.map(({ report }) => report);
}

async function shown(id: string = sample.report.id) {
  const response = await fetch(`${api.url}/reports/${id}/deposits`);
  const body = (await response.json()) as { deposits: Record<string, unknown>[]; attempts: Record<string, unknown>[] };
  return { status: response.status, ...body, here: body.deposits?.filter(({ place }) => place === tasks().place) };
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the bundle of a sealed report in a bucket', () => {
  it('lies there byte for byte under the name of its hash, where nobody can take it away, and that is recorded (I11)', async () => {
    await deposit();
    const bundle = await sample.render();
    const [version] = service.objects.versions;
    expect(version?.content?.equals(bundle)).toBe(true);
    const until = `${Number(sample.clock.now().slice(0, 4)) + 7}${sample.clock.now().slice(4)}`;
    expect(version).toMatchObject({
      key: `rollcall/${sample.workspaceId}/reports/${sample.report.id}-${hashOf(bundle)}.zip`,
      lock: { mode: 'COMPLIANCE', untilMs: Date.parse(until) },
    });
    const { attempts, here } = await shown();
    const object = { objectKey: version?.key, versionId: version?.versionId };
    expect(here).toMatchObject([{ ...object, retainUntil: until, sha256: hashOf(bundle), bytes: bundle.length }]);
    expect(attempts[0]).toMatchObject({ place: tasks().place, problem: null });
    const { rows } = await sample.database.query<{ leaf: Buffer }>(`select leaf from ledger_record where workspace_id = $1 and id = $2`, [
      sample.workspaceId,
      here[0]?.['recordId'],
    ]);
    expect(rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')))).toMatchObject([
      {
        type: 'report.deposited',
        subject: { kind: 'report', id: sample.report.id },
        detail: {
          bundle: `sha256:${hashOf(bundle)}`,
          bytes: bundle.length,
          object: version?.key,
          version: version?.versionId,
          retain_until: until,
        },
      },
    ]);
  });

  it('is put there for every sealed report that is not there yet, once for all processes', async () => {
    const other = await sealAgain(sample);
    await lookForDue();
    expect(await queued()).toEqual([sample.report.id, other.id].sort());
    await lookForDue();
    expect(await queued()).toEqual([]);
    await deposit();
    sample.clock.advance(16 * MINUTE_MS);
    await lookForDue();
    expect(await queued()).not.toContain(sample.report.id);
  });

  it('is held on, and not sent again, when an attempt that was not recorded has put it there', async () => {
    await deposit();
    const [version] = service.objects.versions;
    await sample.test.owner.transaction(async (tx) => {
      await tx.query('alter table report_deposit disable trigger user');
      await tx.query('delete from report_deposit where place = $1', [tasks().place]);
      await tx.query('alter table report_deposit enable trigger user');
    });
    sample.clock.advance(DAY_MS);
    await deposit();
    expect(service.objects.versions).toHaveLength(1);
    expect((await shown()).here).toMatchObject([{ versionId: version?.versionId }]);
    expect(version?.lock?.untilMs).toBe(Date.parse(String((await shown()).here[0]?.['retainUntil'])));
  });

  it('is none where somebody else has put something under its name: it is neither held nor recorded, and that is an alarm', async () => {
    const bundle = await sample.render();
    const objectKey = `rollcall/${sample.workspaceId}/reports/${sample.report.id}-${hashOf(bundle)}.zip`;
    const lock = { mode: 'COMPLIANCE', untilMs: Date.parse(plusMs(sample.clock.now(), DAY_MS)) };
    const foreign = Buffer.concat([bundle.subarray(0, -1), Buffer.of(0xff)]);
    service.objects.put(objectKey, foreign, { lock, nowMs: Date.parse(sample.clock.now()), onlyNew: true });
    await deposit();
    const { attempts, here } = await shown();
    const problem = `${objectKey} is there and is not the bundle that it is named for`;
    expect([here, attempts.find(({ place }) => place === tasks().place)?.['problem']]).toEqual([[], expect.stringContaining(problem)]);
    expect(log.events).toMatchObject([{ level: 'error', event: 'report.deposit.failed' }]);
    expect(service.objects.versions).toMatchObject([{ lock }]);
  });

  it.each([
    { what: 'there is no bucket lock', break: () => void (service.objects.isLockable = false), problem: /no object lock/, level: 'error' },
    {
      what: 'it is held in mode GOVERNANCE',
      break: () => void (service.objects.hold = (lock) => lock && { ...lock, mode: 'GOVERNANCE' }),
      problem: /COMPLIANCE/,
      level: 'error',
    },
    {
      what: 'the bucket has too much to do',
      break: () => void (service.lie = () => s3Failure(503, 'SlowDown')),
      problem: /SlowDown/,
      level: 'warn',
    },
    {
      what: 'the bucket hangs up',
      break: () => void (service.lie = () => ({ status: 200, cut: true })),
      problem: /could not be reached/,
      level: 'warn',
    },
  ])('is none when $what: it is said, shown, and tried again in a quarter of an hour', async ({ break: breakIt, level, problem }) => {
    breakIt();
    await lookForDue();
    await queued();
    await deposit();
    const { attempts, here } = await shown();
    expect([here, attempts.find(({ place }) => place === tasks().place)?.['problem']]).toEqual([[], expect.stringMatching(problem)]);
    expect(log.events).toMatchObject([{ level, event: 'report.deposit.failed', fields: { reportId: sample.report.id } }]);
    sample.clock.advance(14 * MINUTE_MS);
    await lookForDue();
    expect(await queued()).toEqual([]);
    sample.clock.advance(MINUTE_MS);
    await lookForDue();
    expect(await queued()).toContain(sample.report.id);
  });

  it('is not recorded, under a name that would be wrong, when personal data was erased while it was sent', async () => {
    const erase = () =>
      sample.database.query('update ledger_disclosure set value = null, erased_at = $2 where workspace_id = $1', [
        sample.workspaceId,
        sample.clock.now(),
      ]);
    const { clock, database, integrator } = sample;
    const { key, name, url } = service;
    const bucket = openBucket({
      settings: { endpoint: url, name, prefix: 'rollcall/', ...key },
      outbound: createOutboundHttp({ allowedOrigins: [url] }),
      clock,
    });
    const erasing = {
      ...bucket,
      versionsUnder: async (...given: Parameters<typeof bucket.versionsUnder>) => {
        await erase();
        return await bucket.versionsUnder(...given);
      },
    };
    const task = depositTasks({ bucket: erasing, clock, database, integrator, log, retainDays: 30 })[1];
    await task?.run({ workspaceId: sample.workspaceId, reportId: sample.report.id }, context);
    expect((await shown()).here).toEqual([]);
    await deposit();
    const [deposited] = (await shown()).here;
    expect(deposited?.['sha256']).toBe(hashOf(await sample.render()));
  });

  it('is asked for of reports that are there alone', async () => {
    expect((await shown(newId(plusMs(sample.clock.now(), 1)))).status).toBe(404);
  });

  it.each(['update report_deposit set bytes = 1', 'delete from report_deposit', 'truncate report_deposit'])(
    'is never hidden: "%s" is refused to both roles (I11)',
    async (change) => {
      await deposit();
      await expect(sample.test.database.query(change)).rejects.toMatchObject({ code: '42501' });
      await expect(sample.test.owner.query(change)).rejects.toMatchObject({ code: '42501' });
    },
  );

  it.each([{}, { workspaceId: 'x' }, undefined])('is a fault of a job that names no report (%j)', async (payload) => {
    await expect(tasks().deposit.run(payload, context)).rejects.toThrow(/names no report/);
  });
});
