import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkpointShelf, readDisclosures, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { append } from '../../src/ledger/index.ts';
import { disclosureDigest, parseCheckpoint, parseNote } from '../../src/tlog/index.ts';
import { attacks, renderAttacks } from './attack-table.ts';
import {
  attackWorld,
  type AttackWorld,
  audit,
  type Detection,
  entriesOf,
  forged,
  isSigned,
  noteOver,
  rewrite,
  sealed,
} from './attack-world.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
beforeAll(async () => {
  fixture = await ledgerFixture();
});
afterAll(() => fixture.drop());

describe('an attack on the ledger (I11)', () => {
  it('is seen by nothing when there was none', async () => {
    expect(await audit(await attackWorld(fixture))).toEqual({ tree: false, kept: false, anchored: false });
  });

  it.each(attacks)('"$attack" by the $by is seen as docs/threat-model.md says', async ({ run, refused, tree, kept, anchored }) => {
    const world = await attackWorld(fixture);
    const outcome = run(world);
    if (refused) await expect(outcome).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|23505)$/) });
    else await outcome;
    const expected: Omit<Detection, 'refused'> = { tree, kept, anchored };
    expect(await audit(world)).toEqual(expected);
  });

  it('of a split view shows when two auditors compare what they were given, and not before', async () => {
    const world = await attackWorld(fixture);
    const entries = await entriesOf(world);
    const others = entries.with(2, forged(fixture.clock.now()));
    const [forAnn, forBob] = [noteOver(fixture, world.workspaceId, entries), noteOver(fixture, world.workspaceId, others)];
    expect([isSigned(world, forAnn, entries), isSigned(world, forBob, others)]).toEqual([true, true]);
    const [ann, bob] = [forAnn, forBob].map((note) => parseCheckpoint(parseNote(note)?.text ?? ''));
    expect(ann?.size).toBe(bob?.size);
    expect(Buffer.compare(ann?.root ?? Buffer.alloc(0), bob?.root ?? Buffer.alloc(0))).not.toBe(0);
  });

  it.each([
    { attack: 'by a restored backup', run: ({ fixture: { restoreTo }, early }: AttackWorld) => restoreTo(early) },
    {
      attack: 'that cuts off the tail and signs what is left with the key',
      run: async (world: AttackWorld) => rewrite(world, (await entriesOf(world)).slice(0, -1), true),
    },
    {
      attack: 'that rewrites a record and signs all with the key',
      run: async (world: AttackWorld) => rewrite(world, (await entriesOf(world)).with(2, forged(world.early.createdAt)), true),
    },
  ])('$attack forks the ledger as soon as the integrator sees what is kept outside', async ({ run }) => {
    const world = await attackWorld(fixture);
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-attack-'));
    const shelf = checkpointShelf(folder);
    await shelf.keep(world.workspaceId, { generation: 1, size: world.kept.size, note: world.kept.note });
    await run(world);
    await fixture.write(1);
    await sealed(fixture.integrator({ shelf }), world.workspaceId);
    rmSync(folder, { recursive: true });
    const latest = await readLatestCheckpoint(fixture.test.database, world.workspaceId);
    expect(parseCheckpoint(parseNote(latest?.note ?? '')?.text ?? '')?.origin).toMatch(/\/2$/);
  });

  it('on a disclosed value shows in its digest', async () => {
    const { workspaceId } = await attackWorld(fixture);
    const subject = { kind: 'person', id: workspaceId };
    await fixture.test.database.transaction((tx) =>
      append(tx, workspaceId, [
        { type: 'hr.period.started', at: fixture.clock.now(), actor: 'system', subject, disclose: { name: 'Ada' } },
      ]),
    );
    await sealed(fixture.integrator(), workspaceId);
    await fixture.tamper((tx) => tx.query(`update ledger_disclosure set value = '"Eve"' where workspace_id = $1`, [workspaceId]));
    const [changed] = await readDisclosures(fixture.test.database, workspaceId, { from: 0, to: 1_000 });
    const { rows } = await fixture.test.owner.query<{ digest: Buffer }>('select digest from ledger_disclosure where workspace_id = $1', [
      workspaceId,
    ]);
    expect(changed && disclosureDigest(changed)).not.toEqual(rows[0]?.digest);
  });
});

describe('docs/threat-model.md', () => {
  it('has the table of the attacks that are done here, line by line', () => {
    expect(readFileSync('docs/threat-model.md', 'utf8')).toContain(`\n${renderAttacks()}\n`);
  });
});
