import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { proveConsistency, readDailyCosignatures, readWitnesses } from '../../src/ledger/index.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { parseNote, verifyCosignature } from '../../src/tlog/index.ts';
import { type StandInWitness, standInWitness } from '../support/stand-in-witness.ts';
import type { LedgerFixture } from './ledger-fixture.ts';
import { type WitnessedLedger, witnessOf, type WitnessWorld, witnessWorld } from './witness-world.ts';

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

async function queued(): Promise<readonly string[]> {
  const { rows } = await fixture.test.owner.query<{ key: string }>('select key from graphile_worker.jobs where key like $1 order by key', [
    `ledger.anchor:${ledger.workspaceId}:%`,
  ]);
  await fixture.test.owner.query('delete from graphile_worker._private_jobs');
  return rows.map(({ key }) => key.replace(`ledger.anchor:${ledger.workspaceId}:`, ''));
}

describe('a witness that cosigns (C2SP tlog-witness)', () => {
  it('is asked each by itself, at once and then every hour, and no more once the operator has taken it away', async () => {
    expect(await queued()).toEqual([`witness:${ledger.ann.vkey}`, `witness:${ledger.bob.vkey}`]);
    await ledger.lookForDue();
    expect(await queued()).toEqual([]);
    const witnesses = [witnessOf(ledger.bob)];
    fixture.clock.advance(HOUR_MS);
    await ledger.lookForDue(witnesses);
    expect(await queued()).toEqual([`witness:${ledger.bob.vkey}`]);
    await ledger.anchor(ledger.ann, { witnesses });
    expect([ledger.ann.asked, await ledger.anchors()]).toEqual([[], []]);
  });

  it('sees the first checkpoint without a proof; its cosignature is verified, kept, shown and recorded (I11)', async () => {
    const checkpoint = await ledger.seal();
    await ledger.anchor(ledger.ann);
    expect(ledger.ann.asked).toEqual([`old 0\n\n${checkpoint.note}`]);
    const [listed] = await ledger.anchors();
    expect(listed).toEqual({
      id: expect.any(String),
      kind: 'witness',
      size: checkpoint.size,
      place: ledger.ann.vkey,
      anchoredAt: fixture.clock.now(),
      attestedAt: fixture.clock.now(),
      signature: 'verified',
      objectKey: null,
      versionId: null,
      retainUntil: null,
      recordId: expect.any(String),
    });
    const whole = await ledger.get(`/ledger/anchors/${listed?.id ?? ''}`);
    expect(whole).toMatchObject({ note: expect.stringMatching(/^rollcall[^]*— ann\.example\/w \S+\n$/), token: null });
    expect(String(whole['note']).startsWith(checkpoint.note)).toBe(true);
    expect(verifyCosignature(parseNote(String(whole['note'])) ?? never(), witnessOf(ledger.ann).cosigner).kind).toBe('cosigned');
    const { rows } = await fixture.test.database.query<{ leaf: Buffer }>(
      `select leaf from ledger_record where workspace_id = $1 and type = 'ledger.anchored'`,
      [ledger.workspaceId],
    );
    expect(rows.map(({ leaf }) => JSON.parse(leaf.toString('utf8')).detail)).toEqual([
      {
        anchor: listed?.id,
        kind: 'witness',
        size: checkpoint.size,
        root: checkpoint.root.toString('base64'),
        attested_at: fixture.clock.now(),
        signature: 'verified',
        witness: ledger.ann.vkey,
      },
    ]);
    expect(await ledger.placeOf(ledger.ann)).toMatchObject({
      kind: 'witness',
      lastSize: checkpoint.size,
      lastProblem: null,
      isLate: false,
    });
    expect(await ledger.placeOf(ledger.bob)).toMatchObject({ kind: 'witness', lastSize: null });
  });

  it('goes on from what it saw last, at every size, by proofs that it checks itself', async () => {
    for (const count of [1, 1, 1, 2, 3, 5, 8, 13, 21]) {
      await ledger.seal(count);
      await ledger.anchor(ledger.ann);
    }
    expect(ledger.log.events.filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(ledger.ann.asked).toHaveLength(9);
    expect(await ledger.anchors()).toHaveLength(9);
    expect((await ledger.anchors())[0]?.size).toBe(ledger.ann.sizeOf(ledger.origin));
  });

  it('cosigns the same checkpoint again, later', async () => {
    await ledger.anchor(ledger.ann);
    const { size } = (await ledger.anchors())[0] ?? never();
    await fixture.test.owner.query('update ledger_anchor_schedule set last_size = null where workspace_id = $1', [ledger.workspaceId]);
    ledger.ann.asked.length = 0;
    fixture.clock.advance(HOUR_MS);
    const before = await ledger.seal(0);
    await ledger.anchor(ledger.ann);
    expect(ledger.ann.asked[0]).toMatch(/^old 0\n\n/);
    expect(ledger.ann.asked[1]).toMatch(new RegExp(`^old ${size}\n`));
    expect((await ledger.anchors())[0]).toMatchObject({ size: before.size, attestedAt: fixture.clock.now() });
  });

  it('is asked once more when somebody else showed it a part of the ledger meanwhile', async () => {
    const part = await ledger.seal();
    await fetch(`${ledger.ann.url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${part.note}` });
    const whole = await ledger.seal();
    await ledger.anchor(ledger.ann);
    expect(ledger.ann.asked.map((body) => body.split('\n')[0])).toEqual(['old 0', 'old 0', `old ${part.size}`]);
    expect(await ledger.anchors()).toMatchObject([{ size: whole.size }]);
  });

  it('that does not know the ledger, or not its key, says whom to tell what', async () => {
    const strange = await standInWitness({ clock: fixture.clock, name: 'strange.example/w' });
    const more = { outbound: createOutboundHttp({ allowedOrigins: [strange.url] }), witnesses: [witnessOf(strange)] };
    const ask = () => ledger.anchor(strange, more);
    await ledger.lookForDue(more.witnesses);
    await ask();
    strange.know(ledger.vkeyOf(1).replace(/\+[0-9a-f]{8}\+/, '+00000000+'));
    await ask();
    await strange.close();
    await ask();
    const why = ledger.log.events.filter(({ event }) => event === 'ledger.anchor.failed').map(({ fields }) => fields['problem']);
    expect(why).toEqual([
      `The witness strange.example/w does not know this ledger: have its operator add ${ledger.vkeyOf(1)}.`,
      `The witness strange.example/w knows this ledger by another key: have its operator add ${ledger.vkeyOf(1)}.`,
      'It could not be reached or written to (ECONNREFUSED).',
    ]);
    expect(ledger.log.events.every(({ level }) => level === 'warn')).toBe(true);
  });

  it('is asked again five minutes after a failure, and raises an alarm when it is late', async () => {
    ledger.bob.lie = () => ({ status: 503, body: '' });
    await queued();
    await ledger.anchor(ledger.bob);
    expect(await ledger.placeOf(ledger.bob)).toMatchObject({
      lastProblem: 'The witness bob.example/w answered 503.',
      lastSucceededAt: null,
    });
    fixture.clock.advance(5 * MINUTE_MS);
    await ledger.lookForDue();
    expect(await queued()).toEqual([`witness:${ledger.bob.vkey}`]);
    fixture.clock.advance(2 * HOUR_MS);
    await ledger.anchor(ledger.bob);
    expect(ledger.log.events.map(({ event, fields }) => [event, fields['place']])).toEqual([
      ['ledger.anchor.failed', ledger.bob.vkey],
      ['ledger.anchor.failed', ledger.bob.vkey],
      ['ledger.anchor.late', ledger.bob.vkey],
    ]);
    expect((await ledger.placeOf(ledger.ann))['isLate']).toBe(true);
  });

  it('leaves open less than none: a time is attested, and somebody else has the checkpoint', async () => {
    await ledger.anchor(ledger.ann);
    expect((await ledger.get('/ledger'))['leavesOpen']).toEqual([expect.stringMatching(/^Records after the last anchored checkpoint/)]);
  });

  it('fills bundles with its last cosignature of each day', async () => {
    for (const hours of [0, 1, 30, 31]) {
      fixture.clock.set(plusMs('2026-03-05T01:00:00.000Z' as never, hours * HOUR_MS));
      await ledger.seal();
      for (const witness of [ledger.ann, ledger.bob]) await ledger.anchor(witness);
    }
    const all = await ledger.anchors();
    const daily = await readDailyCosignatures(fixture.test.database, ledger.workspaceId, plusMs(fixture.clock.now(), -3 * DAY_MS));
    expect(daily.map(({ id }) => id)).toEqual([all[5], all[4], all[1], all[0]].map((each) => each?.id));
    expect(daily.map(({ note }) => /— (\w+)\.example\/w \S+\n$/.exec(note)?.[1])).toEqual(['ann', 'bob', 'ann', 'bob']);
  });
});

function never(): never {
  throw new Error('expected a value');
}

describe('the witnesses that the operator names', () => {
  const url = 'https://w.example';
  const renamed = ({ vkey }: StandInWitness) => {
    const key = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64');
    const id = createHash('sha256').update('other.example/w\n').update(key).digest('hex').slice(0, 8);
    return `other.example/w+${id}+${key.toString('base64')}`;
  };

  it('are read with their addresses', () => {
    const named = [ledger.ann, ledger.bob].map(({ vkey }) => ({ vkey, url }));
    expect(readWitnesses(named).map(({ cosigner, url: at }) => [cosigner.name, at])).toEqual([
      ['ann.example/w', url],
      ['bob.example/w', url],
    ]);
  });

  it.each([
    { what: 'a key of a log', vkeys: () => [ledger.vkeyOf(1)], says: /is no verifier key of a witness/ },
    {
      what: 'a key whose id is another’s',
      vkeys: () => [ledger.ann.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+')],
      says: /is no verifier key/,
    },
    {
      what: 'one key under two names',
      vkeys: () => [ledger.ann.vkey, renamed(ledger.ann)],
      says: /names the key of other\.example\/w twice/,
    },
  ])('may not be $what', ({ says, vkeys }) => {
    expect(() => readWitnesses(vkeys().map((vkey) => ({ vkey, url })))).toThrow(says);
  });
});

describe('the stand-in witness', () => {
  it('refuses a proof of which one bit is turned, one hash is missing or one is too many', async () => {
    await ledger.seal(12);
    await ledger.anchor(ledger.ann);
    const from = ledger.ann.sizeOf(ledger.origin);
    const checkpoint = await ledger.seal(20);
    const { hashes } = await proveConsistency(fixture.test.database, ledger.workspaceId, { checkpoint, from, to: checkpoint.size });
    const proof = hashes.map((hash) => Buffer.from(hash).toString('base64'));
    const ask = async (lines: readonly string[]) => {
      const body = [`old ${from}`, ...lines, '', checkpoint.note].join('\n');
      return (await fetch(`${ledger.ann.url}/add-checkpoint`, { method: 'POST', body })).status;
    };
    expect(proof.length).toBeGreaterThan(2);
    const turned = proof.map((hash, at) => proof.with(at, flip(hash)));
    for (const wrong of [...turned, proof.slice(1), proof.slice(0, -1), [...proof, ...proof.slice(-1)], []])
      expect(await ask(wrong)).toBe(422);
    expect(await ask(proof)).toBe(200);
  });
});

function flip(hash: string): string {
  const bytes = Buffer.from(hash, 'base64');
  bytes[7] = (bytes[7] ?? 0) ^ 1;
  return bytes.toString('base64');
}
