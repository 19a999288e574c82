import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, HOUR_MS, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { type AnchorKind, anchorTask, append, logOrigin, proveDailyCollected } from '../../src/ledger/index.ts';
import { openMetaLog } from '../../src/ledger/meta-log.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { parseTlogProof, readCertificates } from '../../src/tlog/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { witnessOf } from '../ledger/witness-world.ts';
import { steppingClock } from '../support/clock.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer } from '../support/loopback.ts';
import { opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';
import { type StandInWitness, standInWitness } from '../support/stand-in-witness.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { inPieces, verifyFiles } from '../verifier/verify-files.ts';
import { asOf } from './sample-population.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

const clock = steppingClock(asOf);
type Files = ReadonlyMap<string, Buffer>;
type Deps = Pick<SealedSample, 'database' | 'integrator'>;

let authority: OpensslAuthority;
let witness: StandInWitness;
let sample: SealedSample;
let stranger: WorkspaceId;
let metaLog: WorkspaceId;
let bundle: Files;
let later: Files;
let zips: { readonly bundle: Buffer; readonly later: Buffer };
let api: LoopbackServer;
beforeAll(async () => {
  authority = await opensslAuthority();
  witness = await standInWitness({ clock });
  sample = await sealedSample(async (deps, workspaceId, signer) => {
    metaLog = await deps.database.transaction((tx) => openMetaLog(tx, clock.now()));
    witness.know(signer.forOrigin(logOrigin(metaLog)).vkey);
    await anchorAll(deps, [workspaceId]);
    return { collected: await proveDailyCollected(deps.database, workspaceId, plusMs(asOf, -DAY_MS)) };
  });
  const { database, integrator, test, workspaceId } = sample;
  stranger = await insertWorkspace(test.owner, clock.now());
  await integrator.settle(stranger);
  clock.advance(HOUR_MS);
  await goOn();
  await anchorAll(sample, [workspaceId, stranger]);
  const routes = evidenceRoutes({ database, integrator, verifierSource: '', softwareVersion: '0' });
  api = await administrationServer({ clock, workspaceId, routers: [routes] });
  zips = { bundle: await sample.render(), later: await download() };
  bundle = await unzip(zips.bundle);
  later = await unzip(zips.later);
});
afterAll(async () => {
  await Promise.all([api, witness, authority].map((server) => server.close()));
  await sample.drop();
});

/** The ledger grows by two records after the seal. */
async function goOn(): Promise<void> {
  const { database, integrator, workspaceId } = sample;
  const record = { type: 'ledger.purged' as const, at: asOf, actor: 'system', subject: { kind: 'workspace', id: workspaceId } };
  await database.transaction((tx) => append(tx, workspaceId, [record, record]));
  await integrator.settle(workspaceId);
}

/** As the server does it: checkpoints of the ledgers go into the meta-log, and that to authority and witness. */
async function anchorAll({ database, integrator }: Deps, workspaceIds: readonly WorkspaceId[]): Promise<void> {
  const roots = readCertificates(authority.root);
  const outside = { tsaUrl: `${authority.url}/`, tsaRoots: roots, directory: undefined, witnesses: [witnessOf(witness)] };
  const outbound = createOutboundHttp({ allowedOrigins: [authority.url, witness.url] });
  const ground = { database, clock, log: silentLog, outbound, secretBox: createSecretBox(Buffer.alloc(32, 1)), shelf: undefined };
  const deps = { ...ground, settings: { ...outside, metaLog: true, everyMinutes: 60 } };
  const run = async (workspaceId: WorkspaceId, kind: AnchorKind, place = '') => {
    clock.advance(SECOND_MS);
    await anchorTask(deps).run({ workspaceId, kind, place }, { signal: new AbortController().signal });
  };
  for (const workspaceId of workspaceIds) await run(workspaceId, 'meta');
  await integrator.settle(metaLog);
  await run(metaLog, 'rfc3161');
  await run(metaLog, 'witness', witness.vkey);
}

async function download(): Promise<Buffer> {
  const address = `${api.url}/reports/${sample.report.id}/anchors`;
  const { anchors } = (await (await fetch(address)).json()) as { anchors: readonly { id: string; kind: string }[] };
  expect(anchors.map(({ kind }) => kind)).toEqual(['meta']);
  return Buffer.from(await (await fetch(`${address}/${anchors[0]?.id ?? ''}`)).arrayBuffer());
}

const trusting = () => ({ vkeys: [sample.vkey], roots: readCertificates(authority.root), witnesses: [witness.vkey] });
const details = ({ problems }: Verification) => problems.map(({ detail }) => detail);
const named = (files: Files, ending: string) => [...files.keys()].filter((path) => path.endsWith(ending));
const proofsIn = (files: Files) =>
  named(files, '.meta').map((path) => {
    const proof = parseTlogProof(String(files.get(path)));
    if (proof?.extra === undefined) throw new Error(`${path} is no proof`);
    return { path, ...proof, extra: JSON.parse(Buffer.from(proof.extra).toString('utf8')) as { leaf: string; salt: string } };
  });

describe('a checkpoint in the meta-log (I11)', () => {
  it('comes with the proof, by each who signed the meta-log: in the bundle under the manifest, and for what came later', () => {
    const listed = Object.keys(JSON.parse(String(bundle.get('manifest.json'))) as object);
    for (const files of [bundle, later]) {
      expect([named(files, '.meta').length, named(files, '.checkpoint').length, named(files, '.tsr').length]).toEqual([2, 2, 1]);
      for (const { checkpoint } of proofsIn(files)) expect(checkpoint.startsWith(`${logOrigin(metaLog)}\n`)).toBe(true);
    }
    expect(listed).toEqual(expect.arrayContaining(named(bundle, '.meta')));
    expect(proofsIn(bundle).filter(({ checkpoint }) => checkpoint.includes('— witness.example/w1 '))).toHaveLength(1);
    expect(String(bundle.get('README.txt'))).toContain('anchors/*.meta');
  });

  it('is shown to have existed, and by whom, along the whole chain', async () => {
    const verification = await verifyFiles(bundle, { ...trusting(), later: [inPieces(later)] });
    expect(verification.problems).toEqual([]);
    const through = logOrigin(metaLog);
    expect(verification.times).toMatchObject([
      { coversSeal: false, authority: 'CN=Test time stamps', through },
      { coversSeal: true, authority: 'CN=Test time stamps', through },
    ]);
    expect(verification.cosigned).toMatchObject([
      { by: 'witness.example/w1', coversSeal: false, through },
      { by: 'witness.example/w1', coversSeal: true, through },
    ]);
    expect(verification.steps.map(({ name }) => name)).toContain(
      'every witness given has cosigned this ledger, or the meta-log that holds it',
    );
  });

  it('tells nothing of the other ledgers: their ids, names, roots and salts are in no file (I12)', async () => {
    const { rows } = await sample.test.owner.query<{ secret: string }>(
      `select encode(root, 'base64') as secret from ledger_checkpoint where workspace_id = $1
        union all select encode(salt, 'hex') from ledger_disclosure join ledger_meta_entry on ledger_meta_entry.meta_record_id = ledger_disclosure.record_id
                   where ledger_meta_entry.workspace_id = $1`,
      [stranger],
    );
    expect(rows.length).toBeGreaterThan(1);
    const text = [...later].map(([path, bytes]) => (path.endsWith('.tsr') ? bytes.toString('hex') : bytes.toString('utf8'))).join('\n');
    const open = proofsIn(later).map(({ extra }) => Buffer.from(extra.leaf, 'base64').toString('utf8'));
    for (const secret of [stranger, ...rows.map((row) => row.secret)]) expect(text + open.join('\n')).not.toContain(secret);
  });

  const edit = (path: string, change: (text: string) => string) => new Map(later).set(path, Buffer.from(change(String(later.get(path)))));
  const first = () => proofsIn(later)[0] ?? missing();
  const withExtra = (change: (extra: { leaf: string; salt: string }) => object) =>
    edit(first().path, (text) =>
      text.replace(/\nextra \S+/, `\nextra ${Buffer.from(JSON.stringify(change(first().extra))).toString('base64')}`),
    );

  it.each([
    {
      what: 'the proof of another checkpoint of the same ledger',
      change: () => edit(first().path, () => String(bundle.get(proofsIn(bundle)[0]?.path ?? ''))),
      says: /\.meta is of another checkpoint$/,
    },
    {
      what: 'another salt',
      change: () => withExtra((extra) => ({ ...extra, salt: Buffer.alloc(16, 1).toString('base64url') })),
      says: /\.meta is of another checkpoint$/,
    },
    {
      what: 'a record that was never in the meta-log',
      change: () =>
        withExtra((extra) => ({
          ...extra,
          leaf: Buffer.from(Buffer.from(extra.leaf, 'base64').toString('utf8').replace('"v":1', '"v":2')).toString('base64'),
        })),
      says: /\.meta does not lead to the root of the meta-log$/,
    },
    {
      what: 'another index',
      change: () => edit(first().path, (text) => text.replace(/\nindex (\d+)/, (_, n) => `\nindex ${Number(n) - 1}`)),
      says: /does not lead to the root/,
    },
    {
      what: 'another head of the meta-log',
      change: () => edit(first().path, (text) => text.replace(/(\n\nrollcall\S+\n)(\d+)/, (_, head, n) => `${head}${Number(n) + 1}`)),
      says: /(does not lead to the root|is a time stamp over something else than|does not fit it)/,
    },
    { what: 'no proof at all', change: () => edit(first().path, () => 'x'), says: /\.meta is no proof$/ },
    {
      what: 'extra data that is none',
      change: () => edit(first().path, (text) => text.replace(/\nextra \S+/, '\nextra e30=')),
      says: /\.meta is no proof$/,
    },
    {
      what: 'a checkpoint of another history beside the proof',
      change: () =>
        edit(first().path.replace('.meta', '.checkpoint'), (text) =>
          text.replace(/\n\S+=\n/, `\n${Buffer.alloc(32, 5).toString('base64')}\n`),
        ),
      says: /\.meta is of another checkpoint$/,
    },
    {
      what: 'the time stamp without the proof',
      change: () => new Map([...later].filter(([path]) => !path.endsWith('.meta'))),
      says: /\.tsr is a time stamp over something else than anchors\/.+\.checkpoint$/,
    },
  ])('is not believed with $what', async ({ change, says }) => {
    const verification = await verifyFiles(bundle, { vkeys: [sample.vkey], later: [inPieces(change())] });
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect(verification.verified).toBe(false);
  });

  it('is not there for download before somebody outside has signed the meta-log', async () => {
    const { id } = await appendUnanchored(sample.workspaceId);
    await sample.integrator.settle(metaLog);
    const answer = await fetch(`${api.url}/reports/${sample.report.id}/anchors/${id}`);
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      404,
      'Nobody outside has signed the meta-log since.',
    ]);
  });

  async function appendUnanchored(workspaceId: WorkspaceId): Promise<{ readonly id: string }> {
    const settings = { tsaUrl: undefined, tsaRoots: undefined, directory: undefined, witnesses: [], metaLog: true, everyMinutes: 60 };
    const ground = { database: sample.database, clock, log: silentLog, secretBox: createSecretBox(Buffer.alloc(32, 1)), shelf: undefined };
    clock.advance(SECOND_MS);
    const task = anchorTask({ ...ground, outbound: createOutboundHttp({ allowedOrigins: [] }), settings });
    await task.run({ workspaceId, kind: 'meta', place: '' }, { signal: new AbortController().signal });
    const { rows } = await sample.test.owner.query<{ id: string }>(
      'select id from ledger_meta_entry where workspace_id = $1 order by id desc limit 1',
      [workspaceId],
    );
    return rows[0] ?? missing();
  }
});

function missing(): never {
  throw new Error('expected a value');
}

describe('the programs in the bundle', () => {
  it('say what was stamped and cosigned, and through which log', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall meta '));
    try {
      for (const [path, content] of bundle) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
      }
      const given = mkdtempSync(join(tmpdir(), 'rollcall-given-'));
      const outside = { 'bundle.zip': zips.bundle, 'later.zip': zips.later, 'root.pem': authority.root };
      for (const [name, content] of Object.entries(outside)) writeFileSync(join(given, name), content);
      const run = (program: string, ...args: readonly string[]) => spawnSync(program, args, { cwd: given, encoding: 'utf8' }).stdout;
      const trust = ['--tsa-ca', 'root.pem', '--witness', witness.vkey, '--anchor', 'later.zip'];
      const full = run(process.execPath, join(folder, 'verify.mjs'), 'bundle.zip', '--vkey', sample.vkey, ...trust);
      expect(full).toMatch(/existed at 20\S+Z, says CN=Test time stamps, which signed the meta-log rollcall\S+ that holds it\n/);
      expect(full).toMatch(
        /cosigned the meta-log rollcall\S+, which holds the sealed report, .*: nothing is taken from that log, but another ledger/,
      );
      expect(full).toMatch(/\nVERIFIED\n/);
      const script = run('sh', join(folder, 'verify.sh'), sample.vkey, 'root.pem');
      expect(script).toMatch(/ok {2}the checkpoint of the meta-log over \d+ records existed at .+ GMT, says the authority\n\nVERIFIED/);
      rmSync(given, { recursive: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
