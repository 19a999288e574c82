import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkspaceId } from '../../src/kernel/index.ts';
import { checkpointShelf, logOrigin, readLatestCheckpoint } from '../../src/ledger/index.ts';
import { parseCheckpoint, parseNote } from '../../src/tlog/index.ts';
import { type LedgerFixture, ledgerFixture } from './ledger-fixture.ts';

let fixture: LedgerFixture;
let parent: string;
let workspaceId: WorkspaceId;
beforeAll(async () => {
  fixture = await ledgerFixture();
  parent = mkdtempSync(join(tmpdir(), 'rollcall-shelf-'));
});
afterAll(async () => {
  rmSync(parent, { recursive: true });
  await fixture.drop();
});
beforeEach(async () => {
  workspaceId = await fixture.open();
});

describe('a directory of checkpoints that is not there', () => {
  it('is no empty history: nothing is signed until it is there, and then a restored ledger is told from the one before (I11)', async () => {
    const folder = join(parent, 'mounted');
    mkdirSync(folder);
    const shelf = checkpointShelf(folder);
    await fixture.write(3);
    const early = await fixture.integrator({ shelf }).settle(workspaceId);
    await fixture.write(3);
    const late = await fixture.integrator({ shelf }).settle(workspaceId);
    await shelf.keep(workspaceId, { generation: 1, size: late.size, note: late.note });
    await fixture.restoreTo(early);

    renameSync(folder, `${folder}-away`);
    await fixture.write(1);
    await expect(fixture.integrator({ shelf }).runOnce()).rejects.toThrow(
      /mounted \(ROLLCALL_LEDGER_ANCHOR_DIR\) is not there, .* nothing is signed meanwhile. Mount it, .* or unset ROLLCALL_LEDGER_ANCHOR_DIR /,
    );
    expect(await readLatestCheckpoint(fixture.test.database, workspaceId)).toMatchObject({ size: early.size });

    renameSync(`${folder}-away`, folder);
    const after = await fixture.integrator({ shelf }).settle(workspaceId);
    expect(parseCheckpoint(parseNote(after.note)?.text ?? '')?.origin).toBe(`${logOrigin(workspaceId)}/2`);
  });

  it('is told from one that has nothing of a ledger yet', async () => {
    const folder = join(parent, 'new');
    await expect(checkpointShelf(folder).newest(workspaceId)).rejects.toThrow(/is not there/);
    mkdirSync(folder);
    expect(await checkpointShelf(folder).newest(workspaceId)).toBeUndefined();
  });
});
