import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { readLatestCheckpoint } from '../../src/ledger/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type S3Service, s3Service } from '../support/s3-service.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { startServer } from './metrics-server.ts';

let db: TestDatabase;
let workspaceId: WorkspaceId;
let service: S3Service;
let folder: string;
let environment: Record<string, string>;
let server: Awaited<ReturnType<typeof startServer>> | undefined;

beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
  workspaceId = await insertWorkspace(db.owner, systemClock.now());
});
afterAll(() => db.drop());
beforeEach(async () => {
  service = await s3Service(systemClock);
  folder = mkdtempSync(join(tmpdir(), 'rollcall-bucket-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${service.key.secretAccessKey}\n`);
  environment = {
    ROLLCALL_BUCKET_ENDPOINT: service.url,
    ROLLCALL_BUCKET_REGION: service.key.region,
    ROLLCALL_BUCKET_NAME: service.name,
    ROLLCALL_BUCKET_ACCESS_KEY_ID: service.key.accessKeyId,
    ROLLCALL_BUCKET_SECRET_FILE: secretFile,
    ROLLCALL_BUCKET_REPORTS: 'on',
    ROLLCALL_OUTBOUND_ALLOWED_ORIGINS: service.url,
    ROLLCALL_METRICS_PORT: '0',
  };
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Asks until it is so; the server works beside us, and may have to wait for what is open elsewhere on the cluster. */
async function seen(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}

const queue = (task: string, payload: object) =>
  db.owner.query('select graphile_worker.add_job($1::text, $2::json)', [task, JSON.stringify(payload)]);

describe('a server with a bucket', () => {
  it('holds each ledger to it as it starts, anchors there, and puts bundles there', async () => {
    const started = await startServer(db, environment);
    server = started;
    const metrics = async (name: string, labels: Record<string, string>) => (await started.metrics()).value(name, labels) ?? 0;
    const checkpoints = `prefix=rollcall%2F${workspaceId}%2Fcheckpoints%2F`;
    const anchored = async () => (await metrics('rollcall_ledger_anchors_total', { kind: 'bucket' })) > 0;
    // Before there is one, the minute after is waited for.
    await seen(async () => (await readLatestCheckpoint(db.database, workspaceId)) !== undefined);
    await queue('ledger.anchor-due', {});
    await seen(anchored);
    expect(service.asked.some((line) => line.includes('versions=') && line.includes(checkpoints))).toBe(true);
    expect(service.objects.versions.map(({ lock }) => lock?.mode)).toContain('COMPLIANCE');
    await queue('evidence.deposit', {});
    await seen(async () => (await metrics('rollcall_jobs_failed_total', { task: 'evidence.deposit' })) > 0);
  });

  it('says at once, and counts, that the bucket has no object lock, and serves all the same', async () => {
    service.objects.isLockable = false;
    const started = await startServer(db, environment);
    server = started;
    const refuted = async () => ((await started.metrics()).value('rollcall_ledger_anchors_refuted_total', { kind: 'bucket' }) ?? 0) > 0;
    await seen(refuted);
    expect(started.log.events).toContainEqual({
      level: 'error',
      event: 'ledger.anchor.refuted',
      fields: { kind: 'bucket', problem: expect.stringMatching(/no object lock.*make a bucket with object lock/) },
    });
    expect((await fetch(`${started.url}/readyz`)).status).toBe(200);
  });

  it('does not start without its secret, and names the setting', async () => {
    writeFileSync(environment['ROLLCALL_BUCKET_SECRET_FILE'] ?? '', '\n');
    await expect(startServer(db, environment)).rejects.toThrow(/ROLLCALL_BUCKET_SECRET_FILE\) holds no secret/);
  });
});
