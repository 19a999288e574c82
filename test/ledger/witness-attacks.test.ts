import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Checkpoint, holdToCheckpoint, logOrigin } from '../../src/ledger/index.ts';
import { formatCheckpoint, leafHash, signNote } from '../../src/tlog/index.ts';
import { type Entry, entriesOf, forged, rewrite } from './attack-world.ts';
import type { LedgerFixture } from './ledger-fixture.ts';
import { type WitnessedLedger, type WitnessWorld, witnessWorld } from './witness-world.ts';

let world: WitnessWorld;
let fixture: LedgerFixture;
let ledger: WitnessedLedger;
beforeAll(async () => {
  world = await witnessWorld();
  fixture = world.fixture;
});
afterAll(() => world.drop());
beforeEach(async () => {
  ledger = await world.open();
});
afterEach(() => ledger.close());

describe('an answer that is no cosignature of this checkpoint, made now (I11)', () => {
  const another = 'rollcall/another\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  const textIn = (asked: string) => asked.slice(asked.indexOf('\n\n') + 2).replace(/\n\n[^]*$/, '\n');
  const seconds = () => Math.floor(Date.parse(fixture.clock.now()) / 1000);

  it.each([
    { what: 'over another text', lie: () => ledger.ann.cosign(another), says: /its key did not sign this checkpoint/ },
    { what: 'by another witness', lie: (asked: string) => ledger.bob.cosign(textIn(asked)), says: /no line of the answer is by its key/ },
    {
      what: 'by the witness under another key id',
      lie: (asked: string) => {
        const bytes = Buffer.from(ledger.ann.cosign(textIn(asked)).split(' ')[2] ?? '', 'base64');
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        return `— ann.example/w ${bytes.toString('base64')}\n`;
      },
      says: /no line of the answer is by its key/,
    },
    {
      what: 'by another key under its name and id',
      lie: (asked: string) => {
        const bytes = Buffer.from(ledger.bob.cosign(textIn(asked)).split(' ')[2] ?? '', 'base64');
        Buffer.from(ledger.ann.vkey.split('+')[1] ?? '', 'hex').copy(bytes);
        return `— ann.example/w ${bytes.toString('base64')}\n`;
      },
      says: /its key did not sign this checkpoint/,
    },
    {
      what: 'of ten minutes ago, said again',
      lie: (asked: string) => ledger.ann.cosign(textIn(asked), seconds() - 600),
      says: /it is of \S+, and was asked for at/,
    },
    {
      what: 'of a time to come',
      lie: (asked: string) => ledger.ann.cosign(textIn(asked), seconds() + 600),
      says: /it is of \S+, and was asked for at/,
    },
    {
      what: 'with another time before the signature',
      lie: (asked: string) => {
        const bytes = Buffer.from(ledger.ann.cosign(textIn(asked), seconds() - 600).split(' ')[2] ?? '', 'base64');
        bytes.writeBigUInt64BE(BigInt(seconds()), 4);
        return `— ann.example/w ${bytes.toString('base64')}\n`;
      },
      says: /its key did not sign this checkpoint/,
    },
  ])('is refused, loudly: $what', async ({ lie, says }) => {
    ledger.ann.lie = (_, asked) => ({ status: 200, body: lie(asked) });
    await ledger.anchor(ledger.ann);
    expect(await ledger.anchors()).toEqual([]);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toMatch(says);
    expect(ledger.log.events).toMatchObject([
      {
        level: 'warn',
        event: 'ledger.anchor.failed',
        fields: { workspaceId: ledger.workspaceId, kind: 'witness', place: ledger.ann.vkey },
      },
      { level: 'error', event: 'ledger.anchor.refuted', fields: { workspaceId: ledger.workspaceId } },
    ]);
  });

  it.each([
    { what: 'a page', answer: { status: 200, body: '<html>' }, says: /what is no signature/ },
    { what: 'a redirect', answer: { status: 302, body: '' }, says: /answered 302/ },
    { what: 'a conflict that names no size', answer: { status: 409, body: 'no' }, says: /answered 409/ },
    { what: 'a conflict of another type', answer: { status: 409, type: 'text/plain', body: '0\n' }, says: /answered 409/ },
    { what: 'the same conflict for ever', answer: { status: 409, type: 'text/x.tlog.size', body: '0\n' }, says: /another size each time/ },
    { what: 'that a first checkpoint is inconsistent', answer: { status: 422, body: '' }, says: /answered 422/ },
  ])('is none when it is $what', async ({ answer, says }) => {
    ledger.ann.lie = () => answer;
    await ledger.anchor(ledger.ann);
    expect(await ledger.anchors()).toEqual([]);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toMatch(says);
    expect(ledger.log.events.map(({ event }) => event)).toEqual(['ledger.anchor.failed']);
  });
});

/** Puts the ledger back to a checkpoint, and what was noted of its anchors, as a restore of the whole database does. */
async function restore(to: Checkpoint): Promise<void> {
  await forgetAnchors(to.size);
  await fixture.restoreTo(to);
}

/** What the database notes of anchors beyond a size. */
async function forgetAnchors(size: number): Promise<void> {
  await fixture.test.owner.transaction(async (tx) => {
    await tx.query('alter table ledger_anchor disable trigger user');
    await tx.query('delete from ledger_anchor where workspace_id = $1 and size > $2', [ledger.workspaceId, size]);
    await tx.query('alter table ledger_anchor enable trigger user');
    await tx.query(
      `update ledger_anchor_schedule as schedule set last_size = (select max(anchor.size) from ledger_anchor as anchor
         where anchor.workspace_id = $1 and anchor.place = schedule.place) where schedule.workspace_id = $1`,
      [ledger.workspaceId],
    );
  });
}

const contradictions = () => ledger.log.events.filter(({ event }) => event === 'ledger.anchor.contradicted');

describe('a witness that saw another ledger (I11)', () => {
  it('shows an old backup that was restored, by the size that it has seen', async () => {
    const early = await ledger.seal();
    await ledger.anchor(ledger.ann);
    await ledger.seal();
    await ledger.anchor(ledger.ann);
    const seen = ledger.ann.sizeOf(ledger.origin);
    await restore(early);
    await ledger.anchor(ledger.ann);
    expect(contradictions()).toMatchObject([
      { level: 'error', fields: { workspaceId: ledger.workspaceId, kind: 'witness', place: ledger.ann.vkey } },
    ]);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toContain(
      `it has cosigned ${seen} records of this ledger, of which there are ${early.size} here`,
    );
    expect(ledger.ann.sizeOf(ledger.origin)).toBe(seen);
  });

  it('shows an old backup from which somebody went on, by the proof that cannot be', async () => {
    const early = await ledger.seal();
    await ledger.anchor(ledger.ann);
    await ledger.seal();
    await ledger.anchor(ledger.ann);
    const seen = ledger.ann.sizeOf(ledger.origin);
    await restore(early);
    await ledger.seal(20);
    const before = (await ledger.anchors()).length;
    await ledger.anchor(ledger.ann);
    expect(contradictions()).toHaveLength(1);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toContain(
      `the first ${seen} records that it has cosigned are not those of this ledger`,
    );
    expect(await ledger.anchors()).toHaveLength(before);
  });

  it.each([
    { what: 'its tail is cut off', change: (entries: readonly Entry[]) => entries.slice(0, -1), says: /of which there are \d+ here/ },
    {
      what: 'a record is back-dated among those that it has cosigned',
      change: (entries: readonly Entry[]) => [...entries.slice(0, 2), forged('2020-01-01T00:00:00.000Z'), ...entries.slice(2)],
      says: /are not those of this ledger/,
    },
    {
      what: 'all of it is written anew',
      change: (entries: readonly Entry[]) => [...entries, ...entries].map(() => forged(fixture.clock.now())),
      says: /are not those of this ledger/,
    },
  ])('shows that $what, and signed with the key', async ({ change, says }) => {
    await ledger.seal();
    await ledger.anchor(ledger.ann);
    const seen = ledger.ann.sizeOf(ledger.origin);
    const target = { fixture, workspaceId: ledger.workspaceId };
    await forgetAnchors(0);
    await rewrite(target, change(await entriesOf(target)), true);
    await ledger.anchor(ledger.ann);
    expect(contradictions()).toMatchObject([{ level: 'error', fields: { place: ledger.ann.vkey } }]);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toMatch(says);
    expect(ledger.ann.sizeOf(ledger.origin)).toBe(seen);
  });

  it('keeps the checkpoint by which the ledger forks, and cosigns it under its new name', async () => {
    const early = await ledger.seal();
    await ledger.anchor(ledger.ann);
    await ledger.seal();
    await ledger.anchor(ledger.ann);
    await restore(early);
    await ledger.anchor(ledger.ann);
    const [, address = ''] = /\((http\S+)\)/.exec(String((await ledger.placeOf(ledger.ann))['lastProblem'])) ?? [];
    const kept = await (await fetch(address)).text();
    const { test, clock, signer } = fixture;
    const held = await holdToCheckpoint({ database: test.database, clock, log: ledger.log, signer }, kept);
    expect(held).toMatchObject({ kind: 'forked', origin: logOrigin(ledger.workspaceId, 2) });
    await ledger.anchor(ledger.ann);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toContain(
      `does not know this ledger: have its operator add ${ledger.vkeyOf(2)}`,
    );
    ledger.ann.know(ledger.vkeyOf(2));
    await ledger.anchor(ledger.ann);
    expect(await ledger.placeOf(ledger.ann)).toMatchObject({
      lastProblem: null,
      lastSize: ledger.ann.sizeOf(logOrigin(ledger.workspaceId, 2)),
    });
  });

  it('shows a split view: what one witness was shown is refused by the other', async () => {
    const checkpoint = await ledger.seal();
    const forged = formatCheckpoint({ origin: ledger.origin, size: checkpoint.size, root: leafHash(Buffer.from('another history')) });
    const shown = signNote(forged, [fixture.signer.forOrigin(ledger.origin)]);
    expect((await fetch(`${ledger.bob.url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${shown}` })).status).toBe(200);
    await ledger.anchor(ledger.ann);
    await ledger.anchor(ledger.bob);
    expect(contradictions()).toMatchObject([{ fields: { place: ledger.bob.vkey } }]);
    expect(await ledger.anchors()).toMatchObject([{ place: ledger.ann.vkey }]);
  });

  it('is not believed to have seen more because another process of ours was faster', async () => {
    const before = await ledger.seal();
    const meanwhile = async () => {
      const after = await ledger.seal();
      await fetch(`${ledger.ann.url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${after.note}` });
    };
    let done: Promise<void> | undefined;
    const { outbound } = ledger;
    const racing = {
      fetch: async (...given: Parameters<typeof outbound.fetch>) => (await (done ??= meanwhile()), outbound.fetch(...given)),
    };
    await ledger.anchor(ledger.ann, { outbound: racing });
    expect(before.size).toBeLessThan(ledger.ann.sizeOf(ledger.origin));
    expect(contradictions()).toEqual([]);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toBe('The witness has cosigned a later checkpoint meanwhile.');
    await ledger.anchor(ledger.ann);
    expect((await ledger.placeOf(ledger.ann))['lastProblem']).toBeNull();
  });
});
