import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { anchorDueTask, anchorTask, logOrigin, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { parseCheckpoint, parseNote } from '../../src/tlog/index.ts';
import { recordingLog } from '../support/log.ts';
import { type S3Service, s3Service } from '../support/s3-service.ts';
import { bucketAttacks, type BucketWorld, renderBucketAttacks } from './bucket-attacks.ts';
import { openTestBucket, PREFIX } from './bucket-fixture.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let service: S3Service;
let log: ReturnType<typeof recordingLog>;

beforeAll(async () => {
  fixture = await ledgerFixture();
  await installJobs(fixture.test.ownerUrl);
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  service = await s3Service(fixture.clock);
  await fixture.open();
  log = recordingLog();
});
afterEach(() => service.close());

function deps() {
  const bucket = openTestBucket(fixture, service, log);
  const settings = { tsaUrl: undefined, tsaRoots: undefined, directory: undefined, witnesses: [], bucket: bucket.place, everyMinutes: 60 };
  const outbound = createOutboundHttp({ allowedOrigins: [service.url] });
  const { clock, test } = fixture;
  const secretBox = createSecretBox(Buffer.alloc(32, 7));
  return { database: test.database, clock, log, secretBox, settings, bucket, shelf: undefined, outbound };
}

const anchor = () => anchorTask(deps()).run({ workspaceId: fixture.workspaceId, kind: 'bucket' }, { signal: new AbortController().signal });

async function bucketWorld(): Promise<BucketWorld> {
  await fixture.write(3);
  const early = await fixture.integrator().settle(fixture.workspaceId);
  await fixture.write(3);
  const late = await fixture.integrator().settle(fixture.workspaceId);
  await anchorDueTask(deps()).run(undefined, { signal: new AbortController().signal });
  await anchor();
  const { key, versionId } = service.objects.versions.at(-1) ?? { key: '', versionId: '' };
  const { bucket, clock, outbound } = deps();
  const settings = { endpoint: service.url, name: service.name, prefix: PREFIX, ...service.key };
  return { fixture, service, bucket, asOwner: { settings, clock, outbound }, early, late, key, versionId };
}

const alarms = () => log.events.some(({ event }) => event === 'ledger.anchor.refuted');

/** What a process does that starts now. */
async function start(): Promise<string> {
  try {
    await fixture.integrator({ bucket: deps().bucket, log }).settle(fixture.workspaceId);
  } catch {
    return 'nothing is signed';
  }
  const { note } = (await readLatestCheckpoint(fixture.test.database, fixture.workspaceId)) ?? { note: '' };
  if (parseCheckpoint(parseNote(note)?.text ?? '')?.origin !== logOrigin(fixture.workspaceId)) return 'the ledger forks';
  return alarms() ? 'alarm' : '–';
}

describe('an attack on a checkpoint in a bucket under object lock (I11)', () => {
  it('is seen by nothing when there was none', async () => {
    await bucketWorld();
    expect(await start()).toBe('–');
    await anchor();
    expect(alarms()).toBe(false);
  });

  it.each(bucketAttacks)('"$attack" by the $by is seen as docs/threat-model.md says', async ({ run, bucket, atStart, atNextAnchor }) => {
    const world = await bucketWorld();
    if (bucket === 'refused') await expect(run(world)).rejects.toThrow(/refuses this access key/);
    else await run(world);
    expect(await start()).toBe(atStart);
    log = recordingLog();
    fixture.clock.advance(HOUR_MS);
    await fixture.write(1);
    await fixture.drain(fixture.integrator());
    await anchor();
    expect(alarms() ? 'alarm' : '–').toBe(atNextAnchor);
  });

  it('stands in docs/threat-model.md as it is done here', () => {
    expect(readFileSync('docs/threat-model.md', 'utf8')).toContain(`\n${renderBucketAttacks()}\n`);
  });
});
