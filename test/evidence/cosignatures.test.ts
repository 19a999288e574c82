import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, HOUR_MS, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { anchorTask, append, logOrigin, readDailyCosignatures } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox, type Database } from '../../src/platform/index.ts';
import { formatCheckpoint, leafHash, parseCosigner, signNote } from '../../src/tlog/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { steppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { type StandInWitness, standInWitness } from '../support/stand-in-witness.ts';
import { verifyBoth } from '../verifier/verify-both.ts';
import { verifyFiles } from '../verifier/verify-files.ts';
import { asOf } from './sample-population.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

const clock = steppingClock(asOf);
type Files = ReadonlyMap<string, Buffer>;

let ann: StandInWitness;
let bob: StandInWitness;
/** Was shown another history under the ledger's name and key. */
let eve: StandInWitness;
let sample: SealedSample;
let bundle: Files;
let later: Files;
let zips: { readonly bundle: Buffer; readonly later: Buffer };
let api: LoopbackServer;
beforeAll(async () => {
  [ann, bob, eve] = (await Promise.all(['ann', 'bob', 'eve'].map((name) => standInWitness({ clock, name: `${name}.example/w` })))) as [
    StandInWitness,
    StandInWitness,
    StandInWitness,
  ];
  sample = await sealedSample(async ({ database }, workspaceId, signer) => {
    for (const witness of [ann, bob, eve]) witness.know(signer.forOrigin(logOrigin(workspaceId)).vkey);
    await cosign(database, workspaceId, ann);
    await cosign(database, workspaceId, bob);
    return { cosigned: await readDailyCosignatures(database, workspaceId, plusMs(asOf, -DAY_MS)) };
  });
  clock.advance(HOUR_MS);
  await goOn();
  await cosign(sample.database, sample.workspaceId, ann);
  const { database, integrator, workspaceId } = sample;
  const routes = evidenceRoutes({ database, integrator, verifierSource: '', softwareVersion: '0' });
  api = await administrationServer({ clock, workspaceId, routers: [routes] });
  zips = { bundle: await sample.render(), later: await download() };
  bundle = await unzip(zips.bundle);
  later = await unzip(zips.later);
});
afterAll(async () => {
  await Promise.all([api, ann, bob, eve].map((server) => server.close()));
  await sample.drop();
});

/** The ledger grows by two records after the seal. */
async function goOn(): Promise<void> {
  const { database, integrator, workspaceId } = sample;
  const record = { type: 'ledger.purged' as const, at: asOf, actor: 'system', subject: { kind: 'workspace', id: workspaceId } };
  await database.transaction((tx) => append(tx, workspaceId, [record, record]));
  await integrator.settle(workspaceId);
}

/** As the server does it. */
async function cosign(database: Database, workspaceId: WorkspaceId, { url, vkey }: StandInWitness): Promise<void> {
  const cosigner = parseCosigner(vkey);
  if (cosigner === undefined) throw new Error('the stand-in has no key of a witness');
  const settings = { tsaUrl: undefined, tsaRoots: undefined, directory: undefined, witnesses: [{ cosigner, url }], everyMinutes: 60 };
  const outbound = createOutboundHttp({ allowedOrigins: [url] });
  const ground = { database, clock, log: silentLog, outbound, secretBox: createSecretBox(Buffer.alloc(32, 1)), shelf: undefined };
  clock.advance(SECOND_MS);
  await anchorTask({ ...ground, settings }).run({ workspaceId, kind: 'witness', place: vkey }, { signal: new AbortController().signal });
}

async function download(): Promise<Buffer> {
  const address = `${api.url}/reports/${sample.report.id}/anchors`;
  const { anchors } = (await (await fetch(address)).json()) as { anchors: readonly { id: string; kind: string }[] };
  expect(anchors.map(({ kind }) => kind)).toEqual(['witness']);
  return Buffer.from(await (await fetch(`${address}/${anchors[0]?.id ?? ''}`)).arrayBuffer());
}

const details = ({ problems }: Verification) => problems.map(({ detail }) => detail);
const headsIn = (files: Files) =>
  [...files].filter(([path]) => path.endsWith('.checkpoint')).map(([path, bytes]) => ({ path, note: String(bytes) }));
const sizeIn = (note: string) => Number(note.split('\n')[1]);
const headOf = (files: Files, { vkey }: StandInWitness) => {
  const name = vkey.split('+')[0] ?? '';
  const found = headsIn(files).find(({ note }) => note.includes(`— ${name} `));
  if (found === undefined) throw new Error(`no head is cosigned by ${name}`);
  return found;
};
const verifyLater = (files: Files, witnesses: readonly string[]) => verifyBoth(bundle, { vkeys: [sample.vkey], witnesses, later: [files] });

/** A head of another history, of the size of the one that came after the seal, signed with the ledger's key. */
function forgedHead(): string {
  const origin = logOrigin(sample.workspaceId);
  const root = leafHash(Buffer.from('another history'));
  return signNote(formatCheckpoint({ origin, size: sizeIn(headOf(later, ann).note), root }), [sample.signer.forOrigin(origin)]);
}

describe('cosigned checkpoints in a bundle (I11)', () => {
  it('are notes that any verifier of notes takes, under the manifest', () => {
    const heads = headsIn(bundle);
    expect(heads).toHaveLength(2);
    expect(Object.keys(JSON.parse(String(bundle.get('manifest.json'))))).toEqual(expect.arrayContaining(heads.map(({ path }) => path)));
    expect(headOf(bundle, ann).note).toMatch(/^rollcall\/workspaces\/\S+\n\d+\n\S+\n\n— rollcall\/\S+ \S+\n— ann\.example\/w \S+\n$/);
    expect(String(bundle.get('README.txt'))).toContain('holds 2 heads that witnesses cosigned');
  });

  it('tell who cosigned, when and over which size, by the witnesses that the reader names', async () => {
    const { cosigned, problems, steps, uncheckedCosignatures } = await verifyBoth(bundle, {
      vkeys: [sample.vkey],
      witnesses: [ann.vkey, bob.vkey],
    });
    expect(problems).toEqual([]);
    expect(steps.map(({ name }) => name)).toContain('every witness given has cosigned this ledger');
    expect(cosigned).toEqual([
      { by: 'ann.example/w', size: sizeIn(headOf(bundle, ann).note), at: plusMs(asOf, SECOND_MS), coversSeal: false },
      { by: 'bob.example/w', size: sizeIn(headOf(bundle, bob).note), at: plusMs(asOf, 2 * SECOND_MS), coversSeal: false },
    ]);
    expect(uncheckedCosignatures).toBe(0);
  });

  it('are there unchecked where the reader names no witness', async () => {
    const { cosigned, problems, uncheckedCosignatures } = await verifyBoth(bundle, { vkeys: [sample.vkey] });
    expect([problems, cosigned, uncheckedCosignatures]).toEqual([[], [], 2]);
  });

  it('do not do for a witness that cosigned nothing of it', async () => {
    const verification = await verifyBoth(bundle, { vkeys: [sample.vkey], witnesses: [ann.vkey, eve.vkey] });
    expect(details(verification)).toEqual(['eve.example/w has cosigned no checkpoint of this ledger that came along']);
    expect(verification.verified).toBe(false);
  });

  // Whoever mistyped it is told so before anything is verified: see the page's tests.
  it.each([
    { what: 'is none', witness: () => 'ann.example/w+00000000+BAAA', says: /is no key of a witness$/ },
    { what: 'is the ledger’s own', witness: () => sample.vkey, says: /is the key of a log, not of a witness$/ },
    { what: 'has another name’s id', witness: () => eve.vkey.replace('eve', 'ann'), says: /is no key of a witness$/ },
  ])('vouch for nothing by a key that $what', async ({ says, witness }) => {
    const verification = await verifyFiles(bundle, { vkeys: [sample.vkey], witnesses: [ann.vkey, witness()] });
    expect(details(verification)).toEqual([expect.stringMatching(says)]);
    expect(verification.verified).toBe(false);
  });

  it('leave each byte as it was, each time the bundle is downloaded', async () => {
    expect(await sample.render()).toEqual(zips.bundle);
  });
});

describe('a checkpoint that was cosigned after the seal', () => {
  it('shows that the witness saw the sealed report, and nothing else under this name', async () => {
    const { cosigned, problems } = await verifyLater(later, [ann.vkey]);
    expect(problems).toEqual([]);
    expect(cosigned.map(({ by, coversSeal }) => ({ by, coversSeal }))).toEqual([
      { by: 'ann.example/w', coversSeal: false },
      { by: 'ann.example/w', coversSeal: true },
    ]);
  });

  const changed = (edit: (note: string) => string) => {
    const { note, path } = headOf(later, ann);
    return new Map(later).set(path, Buffer.from(edit(note)));
  };
  const lastLine = /— ann\.example\/w [^\n]+\n$/;

  it.each([
    {
      what: 'the cosignature of another checkpoint, put in its place',
      change: () => changed((note) => note.replace(lastLine, lastLine.exec(headOf(bundle, ann).note)?.[0] ?? '')),
      says: /was changed: the cosignature of ann\.example\/w does not fit it$/,
    },
    {
      what: 'a cosignature with another time before it',
      change: () =>
        changed((note) =>
          note.replace(lastLine, (line) => {
            const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
            bytes.writeBigUInt64BE(bytes.readBigUInt64BE(4) - 3600n, 4);
            return `— ann.example/w ${bytes.toString('base64')}\n`;
          }),
        ),
      says: /does not fit it$/,
    },
    {
      what: 'another witness’s cosignature under this one’s name and id',
      change: () =>
        changed((note) =>
          note.replace(lastLine, () => {
            const bytes = Buffer.from(eve.cosign(note.slice(0, note.indexOf('\n\n') + 1)).split(' ')[2] ?? '', 'base64');
            Buffer.from(ann.vkey.split('+')[1] ?? '', 'hex').copy(bytes);
            return `— ann.example/w ${bytes.toString('base64')}\n`;
          }),
        ),
      says: /does not fit it$/,
    },
    {
      what: 'a head of another history that the witness did cosign',
      change: () => changed(() => `${forgedHead()}${ann.cosign(forgedHead().replace(/\n\n[^]*$/, '\n'))}`),
      says: /\.consistency does not lead from the bundle's checkpoint/,
    },
  ])('is refused with $what', async ({ change, says }) => {
    const verification = await verifyLater(change(), [ann.vkey]);
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect(verification.verified).toBe(false);
  });

  it('does not help a split view: the witness that was shown the other history has nothing of this one', async () => {
    const shown = await fetch(`${eve.url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${forgedHead()}` });
    expect(shown.status).toBe(200);
    const line = await shown.text();
    const none = await verifyLater(later, [ann.vkey, eve.vkey]);
    expect(details(none)).toEqual(['eve.example/w has cosigned no checkpoint of this ledger that came along']);
    const swapped = await verifyLater(
      changed(() => `${forgedHead()}${line}`),
      [eve.vkey],
    );
    expect(details(swapped)).toContainEqual(expect.stringMatching(/does not lead from the bundle's checkpoint/));
    expect(swapped.cosigned).toEqual([]);
  });
});

describe('the programs in the bundle', () => {
  function inFolder<Result>(
    work: (run: (program: string, ...args: readonly string[]) => string) => Result,
    change: (files: Files) => Files = (it) => it,
  ): Result {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall cosigned '));
    const given = `${folder}-given`;
    try {
      for (const [path, content] of change(bundle)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      mkdirSync(given);
      for (const [name, content] of Object.entries({ 'bundle.zip': zips.bundle, 'later.zip': zips.later }))
        writeFileSync(join(given, name), content);
      return work((program, ...args) => {
        const { status, stdout } = spawnSync(
          program === 'sh' ? 'sh' : process.execPath,
          [join(folder, program === 'sh' ? 'verify.sh' : 'verify.mjs'), ...args],
          {
            cwd: given,
            encoding: 'utf8',
          },
        );
        return `${stdout}exit ${status}\n`;
      });
    } finally {
      rmSync(folder, { recursive: true });
      rmSync(given, { recursive: true, force: true });
    }
  }

  it('verify.mjs: says who cosigned what, and what nobody looked at', () => {
    inFolder((run) => {
      const verify = (...args: readonly string[]) => run('node', 'bundle.zip', '--vkey', sample.vkey, ...args);
      const full = verify('--witness', ann.vkey, '--witness', bob.vkey, '--anchor', 'later.zip');
      expect(full).toMatch(/ok {5}every witness given has cosigned this ledger\n/);
      expect(full).toMatch(/nobody but the witnesses below says when this existed/);
      expect(full).toMatch(/ann\.example\/w cosigned the sealed report, with a ledger of \d+ records, at 20\S+Z: it goes on from all/);
      expect(full).toMatch(/bob\.example\/w cosigned the checkpoint over the first \d+ records at 20\S+Z: it goes on[^]*exit 0\n$/);
      expect(verify('--witness', ann.vkey)).toMatch(/the seal itself no witness cosigned that came along[^]*exit 0\n$/);
      expect(verify()).toMatch(/NOT CHECKED: who cosigned 2 checkpoints\. Give the key of a witness[^]*exit 0\n$/);
      expect(verify('--witness', eve.vkey)).toMatch(/FAILED every witness given has cosigned this ledger\n {9}- eve\.example[^]*exit 1\n$/);
    });
  });

  it('verify.sh: has openssl say the same of the bundle', () => {
    inFolder((run) => {
      const script = (...args: readonly string[]) => run('sh', sample.vkey, ...args);
      expect(script('-', ann.vkey, bob.vkey)).toMatch(
        /ok {2}ann\.example\/w cosigned the checkpoint over \d+ records at 20\S+Z\nok {2}bob\.example\/w cosigned the checkpoint over \d+ records at 20\S+Z\n\nVERIFIED[^]*exit 0\n$/,
      );
      expect(script('-', eve.vkey)).toMatch(/FAILED: eve\.example\/w has cosigned no checkpoint of this ledger that came along\nexit 1\n$/);
      expect(
        script(
          '-',
          ann.vkey.replace(/(.)$/, (last) => (last === 'A' ? 'B' : 'A')),
        ),
      ).toMatch(/FAILED: anchors\/.+ was changed: the cosignature of ann\.example\/w does not fit it\nexit 1\n$/);
      expect(script('-')).not.toContain('cosigned');
    });
  });
});
