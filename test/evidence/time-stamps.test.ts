import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, plusMs, type WorkspaceId } from '../../src/kernel/index.ts';
import { anchorTask, append, logOrigin, readDailyStamps } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox, type Database } from '../../src/platform/index.ts';
import { formatCheckpoint, readCertificates, signNote } from '../../src/tlog/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { linesInNode } from '../verifier/lines-in-node.ts';
import { inPieces, verifyFiles } from '../verifier/verify-files.ts';
import { type FilledForm, linesInPage } from '../verifier/verifier-page.ts';
import { steppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';
import { asOf } from './sample-population.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

const clock = steppingClock(asOf);
type Files = ReadonlyMap<string, Buffer>;

let authority: OpensslAuthority;
let other: OpensslAuthority;
let sample: SealedSample;
let bundle: Files;
let later: Files;
let zips: { readonly bundle: Buffer; readonly later: Buffer };
let api: LoopbackServer;
beforeAll(async () => {
  [authority, other] = await Promise.all([opensslAuthority(), opensslAuthority()]);
  sample = await sealedSample(async ({ database }, workspaceId) => {
    await stamp(database, workspaceId);
    return { stamps: await readDailyStamps(database, workspaceId, plusMs(asOf, -DAY_MS)) };
  });
  await goOn();
  await stamp(sample.database, sample.workspaceId);
  const { database, integrator, workspaceId } = sample;
  const routes = evidenceRoutes({ database, integrator, verifierSource: '', softwareVersion: '0' });
  api = await administrationServer({ clock, workspaceId, routers: [routes] });
  zips = { bundle: await sample.render(), later: await download(await laterAnchorId()) };
  bundle = await unzip(zips.bundle);
  later = await unzip(zips.later);
});
afterAll(async () => {
  await api.close();
  await sample.drop();
  await Promise.all([authority.close(), other.close()]);
});

/** The ledger grows by two records after the seal. */
async function goOn(): Promise<void> {
  const { database, integrator, workspaceId } = sample;
  const record = { type: 'ledger.purged' as const, at: asOf, actor: 'system', subject: { kind: 'workspace', id: workspaceId } };
  await database.transaction((tx) => append(tx, workspaceId, [record, record]));
  await integrator.settle(workspaceId);
}

/** As the server does it. */
async function stamp(database: Database, workspaceId: WorkspaceId): Promise<void> {
  const settings = {
    tsaUrl: `${authority.url}/`,
    tsaRoots: readCertificates(authority.root),
    directory: undefined,
    witnesses: [],
    everyMinutes: 60,
  };
  const outbound = createOutboundHttp({ allowedOrigins: [authority.url] });
  const ground = { database, clock, log: silentLog, outbound, secretBox: createSecretBox(Buffer.alloc(32, 1)), shelf: undefined };
  await anchorTask({ ...ground, settings }).run({ workspaceId, kind: 'rfc3161' }, { signal: new AbortController().signal });
}

async function get(path: string) {
  const response = await fetch(`${api.url}/reports/${sample.report.id}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function laterAnchorId(): Promise<string> {
  const { anchors } = (await get('/anchors')).body as { anchors: readonly { id: string }[] };
  return String(anchors[0]?.id);
}

async function download(anchorId: string): Promise<Buffer> {
  const response = await fetch(`${api.url}/reports/${sample.report.id}/anchors/${anchorId}`);
  return Buffer.from(await response.arrayBuffer());
}

const trusting = (pem: string) => ({ vkeys: [sample.vkey], roots: readCertificates(pem) });
/** Over how many records the checkpoint in the bundle was stamped, and the one that came after the seal. */
const sizes = () => ({
  before: Number(String(bundle.get(nameIn(bundle, '.checkpoint'))).split('\n')[1]),
  after: (sample.report.checkpointSize ?? 0) + 2,
});
const details = ({ problems }: Verification) => problems.map(({ detail }) => detail);
const nameIn = (files: Files, ending: string) => [...files.keys()].find((path) => path.endsWith(ending)) ?? '';

describe('time stamps in a bundle (I11)', () => {
  it('are those that were there when it was sealed: the bytes that were stamped, and the answer, under the manifest', () => {
    const names = [...bundle.keys()].filter((path) => path.startsWith('anchors/'));
    expect(names).toEqual([expect.stringMatching(/^anchors\/[0-9a-f-]{36}\.checkpoint$/), expect.stringMatching(/\.tsr$/)]);
    expect(Object.keys(JSON.parse(String(bundle.get('manifest.json'))))).toEqual(expect.arrayContaining(names));
    expect(String(bundle.get('README.txt'))).toContain('The bundle holds 1 time stamp,');
    const [note, tsr] = names.map((name) => bundle.get(name));
    expect(authority.verify(String(note), tsr ?? Buffer.alloc(0))).toContain('Verification: OK');
  });

  it('tell when the ledger existed, says the authority that the reader trusts', async () => {
    const { problems, steps, times } = await verifyFiles(bundle, trusting(authority.root));
    expect(problems).toEqual([]);
    expect(steps.map(({ name }) => name)).toContain('every time stamp is signed under the roots given');
    expect(times).toEqual([{ size: sizes().before, at: expect.stringMatching(/Z$/), coversSeal: false, authority: 'CN=Test time stamps' }]);
  });

  it('tell so unchecked where the reader names no root', async () => {
    const { problems, times } = await verifyFiles(bundle, { vkeys: [sample.vkey] });
    expect(problems).toEqual([]);
    expect(times).toMatchObject([{ size: sizes().before, authority: undefined }]);
  });

  it.each([
    { what: 'under the root of another', roots: () => other.root, says: /\.tsr is not believed: no chain of certificates/ },
    {
      what: 'over something else',
      change: (files: Files) => new Map(files).set(nameIn(files, '.tsr'), other.stamp(strangerRequest)),
      says: /is a time stamp over something else than anchors/,
    },
    {
      what: 'that is none',
      change: (files: Files) => new Map(files).set(nameIn(files, '.tsr'), Buffer.from('<html>')),
      says: /is no time stamp$/,
    },
    {
      what: 'over the checkpoint of a ledger that was rewritten since',
      change: (files: Files) => new Map(files).set(nameIn(files, '.checkpoint'), rewritten(files)),
      says: /is not over the first \d+ records of this ledger: one of the two was rewritten/,
    },
    {
      what: 'whose checkpoint is missing',
      change: (files: Files) => new Map([...files].filter(([path]) => path !== nameIn(files, '.checkpoint'))),
      says: /nothing says what was stamped/,
    },
    {
      what: 'that the bundle does not hold, though one is to be verified',
      change: (files: Files) => new Map([...files].filter(([path]) => !path.startsWith('anchors/'))),
      says: /^there is no time stamp to be verified$/,
    },
  ])('are refused $what', async ({ change = (files: Files) => files, roots = () => authority.root, says }) => {
    const verification = await verifyFiles(change(bundle), trusting(roots()));
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect(verification.verified).toBe(false);
  });
});

const strangerRequest = Buffer.from(`30430201013031300d060960864801650304020105000420${'07'.repeat(32)}020841414141414141410101ff`, 'hex');

function rewritten(files: Files): Buffer {
  const [origin = '', size = '', , ...rest] = String(files.get(nameIn(files, '.checkpoint'))).split('\n');
  return Buffer.from([origin, size, Buffer.alloc(32, 5).toString('base64'), ...rest].join('\n'));
}

describe('an anchor that came after the seal', () => {
  it('is listed for the report, and those from before are not', async () => {
    const { body, status } = await get('/anchors');
    expect(status).toBe(200);
    expect(body).toMatchObject({ anchors: [{ kind: 'rfc3161', signature: 'verified', size: sizes().after }], next: null });
    expect((await get(`/anchors?after=${await laterAnchorId()}`)).body).toEqual({ anchors: [], next: null });
  });

  it('ties the sealed report to a time, beside the bundle, which stays as it was', async () => {
    const { problems, times } = await verifyFiles(bundle, { ...trusting(authority.root), later: [inPieces(later)] });
    expect(problems).toEqual([]);
    expect(times.map(({ coversSeal, size }) => ({ coversSeal, size }))).toEqual([
      { size: sizes().before, coversSeal: false },
      { size: sizes().after, coversSeal: true },
    ]);
    expect(await sample.render()).toEqual(zips.bundle);
    expect(await download(await laterAnchorId())).toEqual(zips.later);
  });

  it('lets an auditor hold a checkpoint to the bundle that they got after it', async () => {
    const kept = String(later.get(nameIn(later, '.checkpoint')));
    const alone = await verifyFiles(bundle, { vkeys: [sample.vkey], kept });
    expect(details(alone)).toEqual([
      expect.stringMatching(/became shorter.*if you got yours after the report was sealed, ask for the anchor/),
    ]);
    expect((await verifyFiles(bundle, { vkeys: [sample.vkey], kept, later: [inPieces(later)] })).problems).toEqual([]);
    const forged = formatCheckpoint({ origin: logOrigin(sample.workspaceId), size: sizes().after, root: Buffer.alloc(32, 6) });
    const split = signNote(forged, [sample.signer.forOrigin(logOrigin(sample.workspaceId))]);
    const found = await verifyFiles(bundle, { vkeys: [sample.vkey], kept: split, later: [inPieces(later)] });
    expect(details(found)).toEqual([expect.stringMatching(/became shorter/)]);
  });

  it.each([
    {
      what: 'without the proof that ties it to the report',
      change: (files: Files) => new Map([...files].filter(([path]) => !path.endsWith('.consistency'))),
      says: /no proof ties the two/,
    },
    {
      what: 'with a proof of something else',
      change: (files: Files) =>
        new Map(files).set(nameIn(files, '.consistency'), Buffer.from(`${Buffer.alloc(32, 3).toString('base64')}\n`)),
      says: /does not lead from the bundle's checkpoint/,
    },
    {
      what: 'with a proof that is none',
      change: (files: Files) => new Map(files).set(nameIn(files, '.consistency'), Buffer.from('x')),
      says: /\.consistency is no proof/,
    },
    {
      what: 'of another ledger',
      change: (files: Files) =>
        new Map(files).set(
          nameIn(files, '.checkpoint'),
          Buffer.from(String(files.get(nameIn(files, '.checkpoint'))).replace(/^[^\n]+/, 'another/log')),
        ),
      says: /is of another\/log, the bundle is of rollcall/,
    },
    {
      what: 'with a file of another kind',
      change: (files: Files) => new Map(files).set('run.exe', Buffer.from('x')),
      says: /run\.exe is no file of an anchor/,
    },
    { what: 'that is empty', change: () => new Map<string, Buffer>(), says: /holds no anchor/ },
  ])('is refused $what', async ({ change, says }) => {
    const verification = await verifyFiles(bundle, { vkeys: [sample.vkey], later: [inPieces(change(later))] });
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect(verification.verified).toBe(false);
  });

  it.each(['01a207b9-97f9-7b0f-9dcc-33ad5fa8f2f3', 'x'])('is not found as "%s"', async (id) => {
    expect((await get(`/anchors/${id}`)).status).toBe(404);
  });

  it('is not found where it was made before the seal', async () => {
    const [, earlier = ''] = /anchors\/(.+)\.tsr/.exec(nameIn(bundle, '.tsr')) ?? [];
    expect((await get(`/anchors/${earlier}`)).status).toBe(404);
  });
});

describe('the programs in the bundle', () => {
  function inFolder<Result>(work: (folder: string, run: (program: string, ...args: readonly string[]) => string) => Result): Result {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-stamps-'));
    try {
      for (const [path, content] of bundle) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      const outside = {
        'bundle.zip': zips.bundle,
        'later.zip': zips.later,
        'root.pem': authority.root,
        'other.pem': other.root,
        'empty.pem': '',
      };
      mkdirSync(`${folder}-given`);
      for (const [name, content] of Object.entries(outside)) writeFileSync(join(`${folder}-given`, name), content);
      return work(folder, (program, ...args) => {
        const { status, stdout } = spawnSync(program, args, { cwd: `${folder}-given`, encoding: 'utf8' });
        return `${stdout}exit ${status}\n`;
      });
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(`${folder}-given`, { recursive: true, force: true });
    }
  }

  it('verify.mjs: says when the report existed, and who says so', () => {
    inFolder((folder, run) => {
      const verify = (...args: readonly string[]) =>
        run(process.execPath, join(folder, 'verify.mjs'), 'bundle.zip', '--vkey', sample.vkey, ...args);
      const full = verify('--tsa-ca', 'root.pem', '--anchor', 'later.zip');
      expect(full).toMatch(/the sealed report, with a ledger of \d+ records, existed at 20\S+Z, says CN=Test time stamps\n/);
      expect(full).toMatch(/exit 0\n$/);
      expect(verify()).toMatch(/NOT CHECKED: whether the authority signed this[^]*exit 0\n$/);
      expect(verify('--tsa-ca', 'other.pem')).toMatch(/FAILED every time stamp is signed under the roots given[^]*exit 1\n$/);
      expect(verify('--tsa-ca', 'empty.pem')).toBe('empty.pem holds no certificate in PEM.\nexit 2\n');
      expect(verify('--anchor', 'root.pem')).toBe('root.pem is no ZIP file.\nexit 2\n');
    });
  });

  it('the page: says the same in a browser', async () => {
    const given: readonly Partial<FilledForm>[] = [
      { tsaCa: authority.root, anchors: [zips.later] },
      {},
      { tsaCa: other.root },
      { tsaCa: '' },
      { anchors: [Buffer.from(authority.root)] },
    ];
    const forms = given.map((each) => ({ bundle: zips.bundle, vkeys: [sample.vkey], ...each }));
    const ends: (string | undefined)[] = [];
    for (const form of forms) {
      const lines = await linesInPage(form);
      expect(lines).toEqual(await linesInNode(form));
      ends.push(lines.find((line) => /^(VERIFIED|FAILED|.*\.$)/.test(line)));
    }
    expect(ends).toEqual([
      'VERIFIED',
      'VERIFIED',
      'FAILED: 1 problem',
      'roots.pem holds no certificate in PEM.',
      'anchor-0.zip is no ZIP file.',
    ]);
  });

  it('verify.sh: has openssl say the same', () => {
    inFolder((folder, run) => {
      const script = (...args: readonly string[]) => run('sh', join(folder, 'verify.sh'), sample.vkey, ...args);
      expect(script('root.pem')).toMatch(
        /ok {2}the checkpoint over \d+ records existed at .+ GMT, says the authority\n\nVERIFIED[^]*exit 0\n$/,
      );
      expect(script('other.pem')).toMatch(/FAILED: anchors\/.+\.tsr is not signed under this root[^]*exit 1\n$/);
      expect(script()).not.toContain('existed at');
    });
  });
});
