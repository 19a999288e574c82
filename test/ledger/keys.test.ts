import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Instant, WorkspaceId } from '../../src/kernel/index.ts';
import { type Checkpoint, ledgerRoutes, logOrigin, retireKey, signerFrom } from '../../src/ledger/index.ts';
import { parseNote, parseVkey, publicKeyOf, verifyNote } from '../../src/tlog/index.ts';
import { freshEd25519Keys } from '../support/fresh-keys.ts';
import { administrationServer } from '../support/loopback.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

const [oldKey, newKey] = [freshEd25519Keys().privateKey, freshEd25519Keys().privateKey];
const before = signerFrom(oldKey);
const during = signerFrom(newKey, oldKey);
const after = signerFrom(newKey);

let fixture: LedgerFixture;
let workspaceId: WorkspaceId;
let oldVkey: string;
let newVkey: string;

beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  workspaceId = await fixture.open();
  oldVkey = before.forOrigin(logOrigin(workspaceId)).vkey;
  newVkey = after.forOrigin(logOrigin(workspaceId)).vkey;
});

async function seal(signer: typeof before): Promise<Checkpoint> {
  await fixture.write(1);
  return await settle(signer);
}

/** With nothing written after what is to be covered, which an open transaction elsewhere would put under a checkpoint of its own. */
function settle(signer: typeof before): Promise<Checkpoint> {
  return fixture.integrator({ signer }).settle(workspaceId);
}

/** Who of the two has signed. */
function signedBy({ note }: Checkpoint): readonly string[] {
  const parsed = parseNote(note);
  if (parsed === undefined) throw new Error('no note');
  return [oldVkey, newVkey].filter((vkey) => {
    const key = parseVkey(vkey);
    return key !== undefined && verifyNote(parsed, [key]).kind === 'verified';
  });
}

function retire(key: string, compromisedFrom?: Instant): Promise<void> {
  const { clock, test } = fixture;
  return retireKey({ clock, database: test.database }, workspaceId, { key, compromisedFrom, actor: 'system' });
}

async function records(type: string) {
  const { rows } = await fixture.test.database.query<{ index: number | null; leaf: Buffer }>(
    `select f.leaf_index as index, r.leaf from ledger_record r
       left join ledger_leaf f on f.workspace_id = r.workspace_id and f.record_id = r.id
      where r.workspace_id = $1 and r.type = $2 order by r.txid, r.ord`,
    [workspaceId, type],
  );
  return rows.map(({ index, leaf }) => ({ index, detail: JSON.parse(leaf.toString('utf8')).detail as object }));
}

describe('the rotation of a key', () => {
  it('has both keys sign in between, so that an auditor who has either can verify', async () => {
    expect(signedBy(await seal(before))).toEqual([oldVkey]);
    expect(signedBy(await seal(during))).toEqual([oldVkey, newVkey]);
    await seal(during);
    expect((await records('ledger.key_added')).map(({ detail }) => detail)).toEqual([{ vkey: oldVkey }, { vkey: newVkey }]);
  });

  it('has the old key sign its own end, and nothing after it, although its file is still there', async () => {
    await seal(before);
    await seal(during);
    await retire(oldVkey);
    const covering = await settle(during);
    const [retired] = await records('ledger.key_retired');
    expect(retired).toMatchObject({ detail: { vkeys: [oldVkey], because: 'rotated' } });
    expect(retired?.index).toBeLessThan(covering.size);
    expect(signedBy(covering)).toEqual([oldVkey, newVkey]);
    expect(signedBy(await seal(during))).toEqual([newVkey]);
    expect(signedBy(await seal(after))).toEqual([newVkey]);
  });

  it('records a compromise with the instant from which the key proves nothing, under that key itself', async () => {
    await seal(before);
    await seal(during);
    const since = '2026-03-01T00:00:00.000Z' as Instant;
    await retire(publicKeyOf(oldVkey) ?? '', since);
    const covering = await settle(during);
    expect(await records('ledger.key_retired')).toMatchObject([{ detail: { because: 'compromised', compromised_from: since } }]);
    expect(signedBy(covering)).toContain(oldVkey);
  });

  it('keeps a retired key from signing under the name after a fork, too', async () => {
    const early = await seal(during);
    await seal(during);
    await retire(oldVkey);
    const living = fixture.integrator({ signer: during });
    const covering = await living.settle(workspaceId);
    await fixture.write(1);
    await living.settle(workspaceId);
    await fixture.restoreTo(covering.size > early.size ? covering : early);
    const forked = await living.settle(workspaceId);
    expect(parseNote(forked.note)?.signatures.map(({ name }) => name)).toEqual([logOrigin(workspaceId, 2)]);
  });

  it.each([
    { what: 'the only key that signs', key: () => oldVkey, code: 'conflict' },
    { what: 'a key that never signed', key: () => newVkey, code: 'not-found' },
    { what: 'what is no key', key: () => 'nonsense', code: 'not-found' },
  ])('refuses to retire $what', async ({ key, code }) => {
    await seal(before);
    await expect(retire(key())).rejects.toMatchObject({ code });
    expect(await records('ledger.key_retired')).toEqual([]);
  });

  it('refuses to retire a key twice', async () => {
    await seal(during);
    await retire(oldVkey);
    await expect(retire(oldVkey)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('signs nothing when every key at hand was retired', async () => {
    await seal(during);
    await retire(oldVkey);
    await seal(during);
    await fixture.write(1);
    await expect(fixture.integrator({ signer: before }).runOnce()).rejects.toThrow(/every key at hand was retired/);
    await fixture.drain(fixture.integrator({ signer: after }));
    await fixture.expectSealedWhole();
  });

  it.each([
    'update ledger_key_retirement set compromised_from = now()',
    'delete from ledger_key_retirement',
    'truncate ledger_key_retirement',
  ])('is never taken back: "%s" is refused to both roles (I11)', async (change) => {
    await seal(during);
    await retire(oldVkey);
    await expect(fixture.test.database.query(change)).rejects.toMatchObject({ code: '42501' });
    await expect(fixture.test.owner.query(change)).rejects.toMatchObject({ code: '42501' });
  });

  it('is shown over HTTP, key by key in their order', async () => {
    await seal(before);
    await seal(during);
    await retire(oldVkey);
    const { clock, test } = fixture;
    const server = await administrationServer({ clock, workspaceId, routers: [ledgerRoutes({ database: test.database })] });
    const at = clock.now();
    const first = await (await fetch(`${server.url}/ledger/keys?limit=1`)).json();
    const { next } = first as { next: string };
    const second = await (await fetch(`${server.url}/ledger/keys?limit=1&after=${next}`)).json();
    await server.close();
    const order = [oldVkey, newVkey].toSorted((a, b) => (a < b ? -1 : 1));
    const retired = { vkey: oldVkey, addedAt: at, retiredAt: at, because: 'rotated', compromisedFrom: null, recordId: expect.any(String) };
    const live = { vkey: newVkey, addedAt: at, retiredAt: null, because: null, compromisedFrom: null, recordId: null };
    const expected = order.map((vkey) => (vkey === oldVkey ? retired : live));
    expect(first).toEqual({ keys: expected.slice(0, 1), next: '1' });
    expect(second).toEqual({ keys: expected.slice(1), next: null });
  });
});
