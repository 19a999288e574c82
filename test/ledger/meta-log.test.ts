import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { installJobs } from '../../src/jobs/index.ts';
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import {
  type AnchorKind,
  anchorDueTask,
  anchorRoutes,
  type AnchorSettings,
  anchorTask,
  checkpointShelf,
  logOrigin,
  proveCollected,
  readLatestCheckpoint,
} from '../../src/ledger/index.ts';
import { openMetaLog } from '../../src/ledger/meta-log.ts';
import { readMetaLog } from '../../src/ledger/meta-log-store.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { leafHash, parseCheckpoint, parseNote, verifyInclusion } from '../../src/tlog/index.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { opensslAuthority, type OpensslAuthority } from '../support/openssl-authority.ts';
import { type StandInWitness, standInWitness } from '../support/stand-in-witness.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';
import { witnessOf } from './witness-world.ts';

let fixture: LedgerFixture;
let authority: OpensslAuthority;
let witness: StandInWitness;
let folder: string;
let settings: AnchorSettings;
let ann: WorkspaceId;
let bob: WorkspaceId;
let metaLog: WorkspaceId;
let log: ReturnType<typeof recordingLog>;
let stamped: number;

beforeAll(async () => {
  authority = await opensslAuthority();
});
afterAll(() => authority.close());
beforeEach(async () => {
  fixture = await ledgerFixture();
  await installJobs(fixture.test.ownerUrl);
  witness = await standInWitness({ clock: fixture.clock });
  folder = mkdtempSync(join(tmpdir(), 'rollcall-meta-'));
  const outside = { tsaUrl: `${authority.url}/`, tsaRoots: undefined, directory: folder, witnesses: [witnessOf(witness)] };
  settings = { ...outside, metaLog: true, everyMinutes: 60 };
  log = recordingLog();
  ann = fixture.workspaceId;
  bob = await fixture.open();
  await grow();
  stamped = 0;
  authority.lie = (_, answer) => ((stamped += 1), { body: answer });
  await work();
  metaLog = (await readMetaLog(fixture.test.database)) ?? ann;
  witness.know(fixture.signer.forOrigin(logOrigin(metaLog)).vkey);
});
afterEach(async () => {
  await witness.close();
  rmSync(folder, { recursive: true });
  await fixture.drop();
});

const running = { signal: new AbortController().signal };

/** Both workspaces get records. */
async function grow(): Promise<void> {
  await fixture.write(2);
  await fixture.drain(fixture.integrator());
}

function deps() {
  const outbound = createOutboundHttp({ allowedOrigins: [authority.url, witness.url] });
  const ground = { database: fixture.test.database, clock: fixture.clock, log, outbound, secretBox: createSecretBox(Buffer.alloc(32, 7)) };
  return { ...ground, settings, shelf: checkpointShelf(folder) };
}

/** Looks what is due, does it, and has what came of it sequenced; returns what was done, by ledger. */
async function work(): Promise<ReadonlyMap<WorkspaceId, readonly AnchorKind[]>> {
  fixture.clock.advance(SECOND_MS);
  await anchorDueTask(deps()).run(undefined, running);
  const { rows } = await fixture.test.owner.query<{ payload: { workspaceId: WorkspaceId; kind: AnchorKind } }>(
    `select payload from graphile_worker._private_jobs order by payload ->> 'kind', id`,
  );
  await fixture.test.owner.query('delete from graphile_worker._private_jobs');
  const done = new Map<WorkspaceId, readonly AnchorKind[]>();
  for (const { payload } of rows) {
    await anchorTask(deps()).run(payload, running);
    await fixture.drain(fixture.integrator());
    done.set(payload.workspaceId, [...(done.get(payload.workspaceId) ?? []), payload.kind]);
  }
  return done;
}

async function get(workspaceId: WorkspaceId, path: string): Promise<Record<string, unknown>> {
  const api = await administrationServer({ clock: fixture.clock, workspaceId, routers: [anchorRoutes(deps())] });
  const answer = (await (await fetch(`${api.url}${path}`)).json()) as Record<string, unknown>;
  await api.close();
  return answer;
}

const anchorsOf = async (workspaceId: WorkspaceId) =>
  (await get(workspaceId, '/ledger/anchors'))['anchors'] as readonly {
    readonly id: string;
    readonly kind: string;
    readonly size: number;
  }[];

async function leavesOfMetaLog(): Promise<readonly string[]> {
  const { rows } = await fixture.test.owner.query<{ leaf: Buffer }>(
    'select leaf from ledger_record where workspace_id = $1 order by txid, ord',
    [metaLog],
  );
  return rows.map(({ leaf }) => leaf.toString('utf8'));
}

describe('the meta-log', () => {
  it('is what authority and witness are asked about, once for all ledgers; each ledger is put into it, and kept in the directory', async () => {
    const schedules = await fixture.test.owner.query<{ id: WorkspaceId; kinds: string }>(
      `select workspace_id as id, string_agg(kind, ' ' order by kind) as kinds
         from (select workspace_id, kind from ledger_anchor_schedule union all select workspace_id, kind from ledger_meta_schedule) as schedule
        group by workspace_id`,
    );
    const kindsOf = new Map(schedules.rows.map(({ id, kinds }) => [id, kinds]));
    expect([ann, bob, metaLog].map((id) => kindsOf.get(id))).toEqual(['file meta', 'file meta', 'file rfc3161 witness']);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('is anchored within a minute of what is put into it, and by one request for both', async () => {
    fixture.clock.advance(HOUR_MS);
    await work();
    stamped = 0;
    fixture.clock.advance(MINUTE_MS);
    const done = await work();
    expect(done.get(metaLog)).toEqual(['file', 'rfc3161', 'witness']);
    expect(stamped).toBe(1);
    for (const id of [ann, bob]) {
      const [latest] = (await anchorsOf(id)).filter(({ kind }) => kind === 'meta');
      const proofs = await proveCollected(fixture.test.database, id, latest?.id ?? '');
      expect(proofs.map(({ token }) => token !== null)).toEqual([true, false]);
      for (const { hashes, index, leaf, metaNote } of proofs) {
        const head = parseCheckpoint(parseNote(metaNote)?.text ?? '');
        expect(head?.origin).toBe(logOrigin(metaLog));
        expect(head && verifyInclusion({ index, size: head.size, root: head.root, leafHash: leafHash(leaf) }, hashes)).toBe(true);
      }
    }
  });

  it('takes the checkpoints of all at the same minute, whenever their workspaces were opened', async () => {
    fixture.clock.advance(7 * MINUTE_MS);
    const carol = await fixture.open();
    await grow();
    expect((await work()).get(carol)).toEqual(['file', 'meta']);
    fixture.clock.set('2026-03-03T10:00:00.000Z' as Instant);
    const done = await work();
    expect([ann, bob, carol].map((id) => done.get(id)?.includes('meta'))).toEqual([true, true, true]);
  });

  it('tells nothing of a customer: no leaf names a workspace, a ledger, a size or a root of one (I12)', async () => {
    const leaves = (await leavesOfMetaLog()).filter((leaf) => leaf.includes('ledger.collected'));
    expect(leaves).toHaveLength(2);
    const checkpoints = await Promise.all([ann, bob].map((id) => readLatestCheckpoint(fixture.test.database, id)));
    const telling = [ann, bob, ...checkpoints.flatMap((it) => [it?.root.toString('base64') ?? '', it?.root.toString('hex') ?? ''])];
    for (const leaf of leaves) {
      expect(telling.filter((word) => leaf.includes(word))).toEqual([]);
      expect(Object.keys(JSON.parse(leaf) as object).sort()).toEqual([
        'actor',
        'disclosures',
        'id',
        'log',
        'recorded_at',
        'subject',
        'type',
        'v',
      ]);
    }
  });

  it('holds one checkpoint twice under two digests, so that an equal one does not tell that nothing happened', async () => {
    fixture.clock.advance(HOUR_MS);
    await anchorTask(deps()).run({ workspaceId: ann, kind: 'meta', place: '' }, running);
    await anchorTask(deps()).run({ workspaceId: ann, kind: 'meta', place: '' }, running);
    const digests = (await leavesOfMetaLog()).flatMap((leaf) => /"checkpoint":"(d:[^"]+)"/.exec(leaf)?.[1] ?? []);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('is opened once, whoever asks first', async () => {
    const { database } = fixture.test;
    await fixture.test.owner.query('delete from ledger_meta_log');
    const opened = await Promise.all([1, 2, 3].map(() => database.transaction((tx) => openMetaLog(tx, fixture.clock.now()))));
    expect(new Set(opened).size).toBe(1);
  });

  it('is no anchor by itself: what is left open changes when somebody outside has signed it, and of split views it says nothing', async () => {
    const carol = await fixture.open();
    const leavesOpen = async () => (await get(carol, '/ledger'))['leavesOpen'] as readonly string[];
    await grow();
    await anchorTask(deps()).run({ workspaceId: carol, kind: 'meta', place: '' }, running);
    await fixture.drain(fixture.integrator());
    expect(await anchorsOf(carol)).toMatchObject([{ kind: 'meta' }]);
    expect(await leavesOpen()).toEqual([expect.stringMatching(/^Nobody outside/)]);
    fixture.clock.advance(MINUTE_MS);
    await work();
    expect(await leavesOpen()).toEqual(
      [/^Records after the last anchored/, /^No witness has cosigned/, /^Nobody has verified here/].map((re) => expect.stringMatching(re)),
    );
  });

  it('shows its place in each workspace, and its record says what was put where', async () => {
    const { places } = (await get(ann, '/ledger')) as { places: readonly Record<string, unknown>[] };
    expect(places.map(({ kind, place }) => [kind, place])).toEqual([
      ['file', folder],
      ['meta', logOrigin(metaLog)],
    ]);
    expect(await anchorsOf(ann)).toMatchObject([{ kind: expect.any(String) }, { kind: expect.any(String) }]);
  });

  it('is left, and every ledger anchored by itself again, when the operator turns it off', async () => {
    settings = { ...settings, metaLog: false };
    const done = await work();
    expect(done.get(ann)).toEqual(['rfc3161', 'witness']);
    expect(done.get(bob)).toEqual(['rfc3161', 'witness']);
    await anchorTask(deps()).run({ workspaceId: ann, kind: 'meta', place: '' }, running);
    expect((await anchorsOf(ann)).filter(({ kind }) => kind === 'meta')).toHaveLength(1);
  });

  it('forks like any ledger, when it was restored to an earlier time than the directory knows (I11)', async () => {
    const { database, owner } = fixture.test;
    const early = await readLatestCheckpoint(database, metaLog);
    fixture.clock.advance(HOUR_MS);
    await work();
    fixture.clock.advance(MINUTE_MS);
    await work();
    if (early === undefined) throw new Error('the meta-log has no checkpoint');
    await owner.transaction(async (tx) => {
      await tx.query('alter table ledger_anchor disable trigger user');
      await tx.query('delete from ledger_anchor where workspace_id = $1 and size > $2', [metaLog, early.size]);
      await tx.query('alter table ledger_anchor enable trigger user');
    });
    await fixture.restoreTo(early, metaLog);
    await fixture.drain(fixture.integrator({ shelf: checkpointShelf(folder) }));
    const latest = await readLatestCheckpoint(database, metaLog);
    expect(parseCheckpoint(parseNote(latest?.note ?? '')?.text ?? '')?.origin).toBe(logOrigin(metaLog, 2));
  });

  it.each(['update ledger_meta_entry set size = 1', 'delete from ledger_meta_entry', 'truncate ledger_meta_entry'])(
    'keeps what was put into it: "%s" is refused to both roles (I11)',
    async (change) => {
      const { database, owner } = fixture.test;
      for (const role of [database, owner]) await expect(role.query(change)).rejects.toMatchObject({ code: '42501' });
    },
  );
});
