import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkpointBucket, logOrigin, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { createOutboundHttp, openBucket, systemClock } from '../../src/platform/index.ts';
import { formatCheckpoint, leafHash, signNote } from '../../src/tlog/index.ts';
import { silentLog } from '../support/log.ts';
import { type S3Service, s3Service } from '../support/s3-service.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

/** The commands of docs/operations.md, which an auditor runs with curl and the verifier alone. */
const commands = /```sh\n(ask\(\)[^`]+)```/.exec(readFileSync('docs/operations.md', 'utf8'))?.[1] ?? '';

let folder: string;
let service: S3Service;
let sample: SealedSample;

beforeAll(async () => {
  // curl signs with the machine's own time.
  service = await s3Service(systemClock);
  sample = await sealedSample(async ({ database }, workspaceId) => {
    const { key, name, url } = service;
    const settings = { endpoint: url, name, prefix: 'rollcall/', ...key };
    const bucket = openBucket({ settings, outbound: createOutboundHttp({ allowedOrigins: [url] }), clock: systemClock });
    const kept = checkpointBucket({ bucket, database, clock: systemClock, log: silentLog, retainDays: 1 });
    const { note, size } = (await readLatestCheckpoint(database, workspaceId)) ?? { note: '', size: 0 };
    await kept.keep(workspaceId, { generation: 1, size: 1, note: 'an older one\n' });
    await kept.keep(workspaceId, { generation: 1, size, note });
    return {};
  });
  folder = mkdtempSync(join(tmpdir(), 'rollcall-bucket-'));
  const zip = await sample.render();
  writeFileSync(join(folder, 'BUNDLE.zip'), zip);
  writeFileSync(join(folder, 'verify.mjs'), (await unzip(zip)).get('verify.mjs') ?? '');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
  await sample.drop();
});

async function run(): Promise<{ readonly stdout: string; readonly code?: number }> {
  const { accessKeyId, region, secretAccessKey } = service.key;
  const env = {
    PATH: process.env['PATH'],
    S3: `${service.url}/${service.name}`,
    REGION: region,
    ID: accessKeyId,
    SECRET: secretAccessKey,
    WORKSPACE: sample.workspaceId,
    KEY: sample.vkey,
  };
  const script = `set -e\nrollcall() { shift; node verify.mjs "$@"; }\n${commands}`;
  return await promisify(execFile)('sh', ['-c', script], { cwd: folder, env }).catch((error: { stdout: string; code: number }) => error);
}

describe('an auditor who has the bucket', () => {
  it('takes the newest checkpoint from it with curl, sees how it is held, and verifies a bundle against it as docs/operations.md says', async () => {
    const { code, stdout } = await run();
    expect(stdout).toContain('<Mode>COMPLIANCE</Mode>');
    expect(stdout).toContain('VERIFIED');
    expect(code).toBeUndefined();
  });

  it('sees by it a ledger that was rewritten since', async () => {
    const kept = service.objects.versions.at(-1);
    if (kept?.content === undefined || kept.content === null) throw new Error('nothing is stored');
    const origin = logOrigin(sample.workspaceId);
    const other = { origin, size: 4, root: leafHash(Buffer.from('another history')) };
    kept.content = Buffer.from(signNote(formatCheckpoint(other), [sample.signer.forOrigin(origin)]));
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toMatch(/the ledger was rewritten/);
  });
});
