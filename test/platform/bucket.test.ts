import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { askBucket } from '../../src/platform/bucket/ask-bucket.ts';
import { readXml } from '../../src/platform/bucket/read-xml.ts';
import { type Bucket, BucketUnlockedError, createOutboundHttp, openBucket } from '../../src/platform/index.ts';
import { steppingClock } from '../support/clock.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';
import { s3Failure, type S3Service, s3Service } from '../support/s3-service.ts';

const clock = steppingClock();
const until = plusMs(clock.now(), 30 * DAY_MS);
let service: S3Service;
let elsewhere: LoopbackServer & { readonly heard: string[] };

beforeAll(async () => {
  const heard: string[] = [];
  const server = await serve((request, response) => {
    heard.push(JSON.stringify(request.headers));
    response.writeHead(200).end();
  });
  elsewhere = { ...server, heard };
});
afterAll(() => elsewhere.close());
beforeEach(async () => {
  service = await s3Service(clock);
});
afterEach(() => service.close());

function deps(more: object = {}) {
  const { key, name, url } = service;
  const settings = { endpoint: url, name, prefix: 'rollcall/', ...key, ...more };
  return { settings, outbound: createOutboundHttp({ allowedOrigins: [url, elsewhere.url] }), clock };
}

const first = { pattern: /rollcall\/[a-z]$/, objects: 1 };
const bucket = (more: object = {}): Bucket => openBucket(deps(more));

async function inPieces(key: string, versionId: string): Promise<readonly Buffer[]> {
  const pieces: Buffer[] = [];
  for await (const piece of bucket().readPieces(key, versionId)) pieces.push(piece);
  return pieces;
}

describe('an object in a bucket', () => {
  it.each([0, 1, 2 * 1024 * 1024, 5_000_000])('is read in pieces that can be held, of %i bytes', async (bytes) => {
    const content = Buffer.alloc(bytes, 'abc');
    const versionId = (await bucket().putOnce('rollcall/a', content, until)) ?? '';
    const pieces = await inPieces('rollcall/a', versionId);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
    expect(Math.max(0, ...pieces.map(({ length }) => length))).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it.each([
    { what: 'another piece', lie: { status: 206, body: 'abc', headers: { 'content-range': 'bytes 7-9/20' } } },
    { what: 'a piece of nothing', lie: { status: 206, body: '', headers: { 'content-range': 'bytes 0-1/20' } } },
    { what: 'a piece of nobody knows how much', lie: { status: 206, body: 'abc' } },
  ])('is not read where the service gives $what', async ({ lie }) => {
    const versionId = (await bucket().putOnce('rollcall/a', Buffer.from('kept'), until)) ?? '';
    service.lie = () => lie;
    await expect(inPieces('rollcall/a', versionId)).rejects.toThrow(/does not give rollcall\/a in the pieces/);
  });

  it('is read as it is where the service knows no pieces', async () => {
    service.lie = ({ method }) => (method === 'GET' ? { status: 200, body: 'kept' } : undefined);
    expect(Buffer.concat(await inPieces('rollcall/a', 'v')).toString()).toBe('kept');
  });

  it('is put there once, under object lock, and read back', async () => {
    const versionId = await bucket().putOnce('rollcall/a', Buffer.from('first'), until);
    expect(service.objects.present('rollcall/a')).toMatchObject({ versionId, lock: { mode: 'COMPLIANCE', untilMs: Date.parse(until) } });
    expect(await bucket().putOnce('rollcall/a', Buffer.from('second'), until)).toBeUndefined();
    expect(String(await bucket().read('rollcall/a', versionId ?? ''))).toBe('first');
    await expect(bucket().requireLocked('rollcall/a', versionId ?? '', until)).resolves.toBeUndefined();
  });

  it('cannot be taken away before its time, nor its lock shortened or made another', async () => {
    const versionId = (await bucket().putOnce('rollcall/a', Buffer.from('kept'), until)) ?? '';
    const attempt = (request: Parameters<typeof askBucket>[1]) => askBucket(deps(), { key: 'rollcall/a', ...request });
    const shorter = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${plusMs(until, -DAY_MS)}</RetainUntilDate></Retention>`;
    await expect(attempt({ method: 'DELETE', query: { versionId } })).rejects.toThrow(/refuses this access key/);
    await expect(attempt({ method: 'PUT', query: { retention: '', versionId }, body: Buffer.from(shorter) })).rejects.toThrow(/refuses/);
    await attempt({ method: 'DELETE' });
    await attempt({ method: 'PUT', body: Buffer.from('another') });
    const versions = await bucket().versionsUnder('rollcall/a', first);
    expect(versions.filter(({ isDeletion }) => !isDeletion).at(-1)?.versionId).toBe(versionId);
    expect(versions).toHaveLength(3);
    expect(String(await bucket().read('rollcall/a', versionId))).toBe('kept');
  });

  it('is listed with its versions over as many pages as it takes, and no further', async () => {
    for (const name of ['c', 'a', 'b']) await bucket().putOnce(`rollcall/${name}`, Buffer.from(name), until);
    for (let n = 0; n < 3; n += 1) service.objects.remove('rollcall/a', undefined, Date.parse(clock.now()));
    service.pageSize = 2;
    const keys = (await bucket().versionsUnder('rollcall/', first)).map(({ isDeletion, key }) => `${key}${isDeletion ? ' deleted' : ''}`);
    expect(keys.slice(0, 4)).toEqual([...Array<string>(3).fill('rollcall/a deleted'), 'rollcall/a']);
    expect(service.asked.filter((line) => line.includes('versions='))).toHaveLength(3);
  });

  it('is not hidden by what others put beside it', async () => {
    for (let n = 0; n < 9; n += 1) await bucket().putOnce(`rollcall/Z${n}`, Buffer.from('junk'), until);
    await bucket().putOnce('rollcall/a', Buffer.from('kept'), until);
    service.pageSize = 2;
    expect((await bucket().versionsUnder('rollcall/', first)).at(-1)?.key).toBe('rollcall/a');
  });

  it('is held for longer when that is asked', async () => {
    const versionId = (await bucket().putOnce('rollcall/a', Buffer.from('x'), until)) ?? '';
    await bucket().hold('rollcall/a', versionId, plusMs(until, DAY_MS));
    await expect(bucket().requireLocked('rollcall/a', versionId, plusMs(until, DAY_MS))).resolves.toBeUndefined();
    await expect(bucket().hold('rollcall/a', versionId, until)).rejects.toThrow(/refuses/);
  });

  it('is not looked for without end under versions that somebody piles up', async () => {
    await bucket().putOnce('rollcall/a', Buffer.from('x'), until);
    for (let n = 0; n < 30; n += 1) service.objects.remove('rollcall/a', undefined, Date.parse(clock.now()));
    service.pageSize = 1;
    await expect(bucket().versionsUnder('rollcall/', first)).rejects.toThrow(/More versions than anybody/);
  });
});

const PART = 16 * 1024 * 1024;

async function* pieces(bytes: number, ofBytes = 1024 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += ofBytes) yield Buffer.alloc(Math.min(ofBytes, bytes - at), at % 251);
}

async function digestOf(all: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of all) hash.update(piece);
  return hash.digest('hex');
}

describe('a large object', () => {
  it.each([
    { what: 'empty', bytes: 0, uploads: 0 },
    { what: 'smaller than a part', bytes: PART - 1, uploads: 0 },
    { what: 'just a part', bytes: PART, uploads: 0 },
    { what: 'a byte more than a part', bytes: PART + 1, uploads: 1 },
    { what: 'two parts and some', bytes: 2 * PART + 4_321, uploads: 1 },
  ])('that is $what goes there whole, with its hash, under object lock', async ({ bytes, uploads }) => {
    const put = await bucket().putPieces('rollcall/zip', pieces(bytes, 999_983), until);
    const stored = service.objects.present('rollcall/zip');
    const hash = createHash('sha256')
      .update(stored?.content ?? '')
      .digest('hex');
    expect(put).toMatchObject({ bytes, versionId: stored?.versionId });
    expect([put?.sha256.toString('hex'), hash]).toEqual(Array(2).fill(await digestOf(pieces(bytes, 999_983))));
    expect(stored?.lock?.mode).toBe('COMPLIANCE');
    expect(service.asked.filter((line) => line.endsWith('?uploads='))).toHaveLength(uploads);
    expect(service.objects.uploads.size).toBe(0);
  });

  it.each([
    { what: 'a part is refused', lie: (target: string) => (target.includes('partNumber=2') ? s3Failure(503, 'SlowDown') : undefined) },
    {
      what: 'the end fails with status 200',
      lie: (target: string, method: string) =>
        method === 'POST' && target.includes('uploadId=') ? { ...s3Failure(200, 'InternalError') } : undefined,
    },
  ])('is given up whole when $what, and leaves nothing behind', async ({ lie }) => {
    service.lie = ({ method, target }) => lie(target, method);
    await expect(bucket().putPieces('rollcall/zip', pieces(PART + 5), until)).rejects.toThrow(/SlowDown|InternalError/);
    expect([service.objects.versions, service.objects.uploads.size]).toEqual([[], 0]);
  });

  it('is put over none that is there', async () => {
    await bucket().putOnce('rollcall/zip', Buffer.from('first'), until);
    expect(await bucket().putPieces('rollcall/zip', pieces(PART + 5), until)).toBeUndefined();
    expect(await bucket().putPieces('rollcall/zip', pieces(5), until)).toBeUndefined();
    expect([service.objects.versionsOf('rollcall/zip').length, service.objects.uploads.size]).toEqual([1, 0]);
  });

  it('is given up when what it is made of fails', async () => {
    const failing = async function* () {
      yield* pieces(2 * PART);
      throw new Error('the disk is gone');
    };
    await expect(bucket().putPieces('rollcall/zip', failing(), until)).rejects.toThrow('the disk is gone');
    expect([service.objects.versions, service.objects.uploads.size]).toEqual([[], 0]);
  });
});

describe('the lock of a bucket', () => {
  it('is required', async () => {
    await expect(bucket().requireLock()).resolves.toBeUndefined();
    service.objects.isLockable = false;
    await expect(bucket().requireLock()).rejects.toThrow(BucketUnlockedError);
    await expect(bucket().requireLock()).rejects.toThrow(/no object lock.*make a bucket with object lock.*ROLLCALL_BUCKET_NAME/);
  });

  it.each([
    { what: 'knows no object lock', answer: s3Failure(501, 'NotImplemented'), problem: /no object lock/ },
    { what: 'says that it is off', answer: { status: 200, body: '<ObjectLockConfiguration/>' }, problem: /no object lock/ },
    { what: 'has no such bucket', answer: s3Failure(404, 'NoSuchBucket'), problem: /no bucket of the name/ },
    { what: 'answers with a page', answer: { status: 404, body: '<html><body>404' }, problem: /does not say whether/ },
  ])('is none where the service $what', async ({ answer, problem }) => {
    service.lie = () => answer;
    await expect(bucket().requireLock()).rejects.toThrow(problem);
  });

  it.each([
    { what: 'in a mode that its owner can undo', hold: () => ({ mode: 'GOVERNANCE', untilMs: Date.parse(until) }), problem: /COMPLIANCE/ },
    { what: 'for a shorter time', hold: () => ({ mode: 'COMPLIANCE', untilMs: Date.parse(until) - 1000 }), problem: /is held until/ },
    { what: 'under no lock', hold: () => undefined, problem: /under no object lock/ },
  ])('is told from one that holds an object $what', async ({ hold, problem }) => {
    service.objects.hold = hold;
    const versionId = (await bucket().putOnce('rollcall/a', Buffer.from('x'), until)) ?? '';
    await expect(bucket().requireLocked('rollcall/a', versionId, until)).rejects.toThrow(BucketUnlockedError);
    await expect(bucket().requireLocked('rollcall/a', versionId, until)).rejects.toThrow(problem);
  });

  it('is told from one that has lost the version, and from one without versions', async () => {
    await expect(bucket().requireLocked('rollcall/a', 'none', until)).rejects.toThrow(/is there no more/);
    service.lie = () => ({ status: 200 });
    await expect(bucket().putOnce('rollcall/a', Buffer.from('x'), until)).rejects.toThrow(/keeps no versions/);
  });
});

describe('what a bucket refuses', () => {
  it.each([
    {
      what: 'an access key without rights',
      answer: s3Failure(403, 'AccessDenied'),
      problem: /refuses this access key.*docs\/operations\.md/,
    },
    { what: 'too many requests', answer: s3Failure(503, 'SlowDown'), problem: /^The bucket answered 503 \(SlowDown\)\.$/ },
    { what: 'something with a text of its own', answer: s3Failure(400, '<b>AKIDTEST</b>'), problem: /^The bucket answered 400\.$/ },
    { what: 'something without saying what', answer: { status: 500, body: 'no xml' }, problem: /^The bucket answered 500\.$/ },
  ])('is said: $what', async ({ answer, problem }) => {
    service.lie = () => answer;
    await expect(bucket().read('rollcall/a', 'v')).rejects.toThrow(problem);
  });

  it.each([
    { what: 'a wrong secret', settings: { secretAccessKey: 'wrong' }, problem: /does not accept the signature/ },
    { what: 'an unknown key', settings: { accessKeyId: 'AKIDOTHER' }, problem: /does not know the access key/ },
    { what: 'another region', settings: { region: 'us-east-1' }, problem: /another region/ },
    { what: 'another bucket', settings: { name: 'other' }, problem: /no bucket of the name/ },
  ])('is said: $what', async ({ problem, settings }) => {
    await expect(bucket(settings).versionsUnder('rollcall/', first)).rejects.toThrow(problem);
  });

  it('is said when the clocks are apart', async () => {
    service.skewMs = 16 * 60_000;
    await expect(bucket().putOnce('rollcall/a', Buffer.from('x'), until)).rejects.toThrow(/too far apart.*NTP/);
  });

  it('is a redirect, wherever to: nothing is sent there, the credentials least of all', async () => {
    service.lie = () => ({ status: 307, headers: { location: `${elsewhere.url}/evidence/rollcall/a` } });
    await expect(bucket().putOnce('rollcall/a', Buffer.from('x'), until)).rejects.toThrow(/sends requests elsewhere \(307\)/);
    expect(elsewhere.heard).toEqual([]);
  });

  it('is an address that may not be called', async () => {
    const strict = openBucket({ ...deps(), outbound: createOutboundHttp({ allowedOrigins: [] }) });
    await expect(strict.requireLock()).rejects.toMatchObject({ code: 'outbound-refused' });
    expect(service.asked).toEqual([]);
  });

  const page = '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>';

  it.each([
    { what: 'cut off by the connection', answer: { status: 200, body: page, cut: true as const } },
    { what: 'cut off before it was sent', answer: { status: 200, body: page.slice(0, -5) } },
    { what: 'without saying whether more comes', answer: { status: 200, body: '<ListVersionsResult/>' } },
    { what: 'of another kind', answer: { status: 200, body: '<Retention/>' } },
    { what: 'empty', answer: { status: 200, body: '' } },
  ])('is never taken for an empty list: an answer that is $what (I8)', async ({ answer }) => {
    service.lie = () => answer;
    await expect(bucket().versionsUnder('rollcall/', first)).rejects.toThrow();
  });
});

describe('an answer’s XML', () => {
  it.each([
    { xml: '<?xml version="1.0"?>\n<A><B>x &amp; y</B><B/></A>\n', names: ['B', 'B'] },
    { xml: '<A><B>x</A>', names: undefined },
    { xml: '<A><B>', names: undefined },
    { xml: '<A/><C/>', names: undefined },
    { xml: 'plain', names: undefined },
  ])('is read whole or not at all: $xml', ({ names, xml }) => {
    expect(readXml(xml)?.children.map(({ name }) => name)).toEqual(names);
  });
});
