import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeZip } from '../../src/evidence/write-zip.ts';
import { newId } from '../../src/kernel/index.ts';
import { append } from '../../src/ledger/index.ts';
import { verifyFiles } from '../verifier/verify-files.ts';
import { schemaProblems } from './schema-problems.ts';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

let sample: SealedSample;
beforeAll(async () => {
  sample = await sealedSample();
});
afterAll(() => sample.drop());

describe('a bundle', () => {
  it('verifies with the pinned key, every step of it (I11)', async () => {
    const verification = await verifyFiles(await unzip(await sample.render()), { vkeys: [sample.vkey] });
    expect(verification.problems).toEqual([]);
    expect(verification).toMatchObject({
      verified: true,
      keys: 'pinned',
      report: { kind: 'INTERIM', conclusion: 'FAIL', findings: 3, effects: { FAIL: 1, INSUF: 1, PASS: 1 } },
    });
    expect(verification.log?.size).toBe(sample.report.checkpointSize);
  });

  it('holds the files that its README speaks of, and each says INTERIM (I10)', async () => {
    const files = await unzip(await sample.render());
    const own = [
      'README.txt',
      'coverage.csv',
      'exceptions.csv',
      'findings.csv',
      'manifest.json',
      'oscal/assessment-results.json',
      'population.csv',
      'report.html',
      'report.json',
      'report.pdf',
      'report.schema.json',
      'verify.mjs',
      'verify.sh',
    ];
    const log = [
      'log/checkpoint',
      'log/disclosures.jsonl',
      'log/leaf_hashes.bin',
      'log/records.jsonl',
      'log/seal.tlog-proof',
      'log/vkeys.txt',
    ];
    expect([...files.keys()]).toEqual([...own, ...log].sort());
    for (const path of own.filter((name) => !/manifest|verify|pdf|schema/.test(name))) {
      expect(files.get(path)?.toString('utf8')).toMatch(/interim/i);
      if (path !== 'exceptions.csv') expect(files.get(path)?.toString('utf8')).toContain(sample.report.asOf); // nobody is excepted here
    }
    for (const path of [...own, ...log])
      expect(files.get('README.txt')?.toString('utf8')).toContain(path.replace('README.txt', 'this one'));
  });

  it('holds a report.json that its report.schema.json takes', async () => {
    const files = await unzip(await sample.render());
    expect(files.get('report.schema.json')?.toString('utf8')).toBe(readFileSync('docs/report.schema.json', 'utf8'));
    expect(schemaProblems(JSON.parse(files.get('report.json')?.toString('utf8') ?? ''))).toEqual([]);
  });

  it('is the same bytes each time, also when the log has grown since', async () => {
    const first = await sample.render();
    await sample.test.database.transaction((tx) =>
      append(tx, sample.workspaceId, [
        {
          type: 'role.set',
          at: sample.clock.advance(1000),
          actor: 'system',
          subject: { kind: 'workspace', id: newId(sample.clock.now()) },
        },
      ]),
    );
    await sample.integrator.settle(sample.workspaceId);
    expect((await sample.render()).equals(first)).toBe(true);
  });

  it('keeps personal data out of the records (I11)', async () => {
    const lines = ((await unzip(await sample.render())).get('log/records.jsonl') ?? Buffer.alloc(0)).toString('utf8').trim().split('\n');
    const leaves = lines.map((line) => Buffer.from(JSON.parse(line).leaf, 'base64').toString('utf8')).join('\n');
    expect(leaves).toContain('scim.user.deactivated');
    expect(leaves).not.toMatch(/contoso|example\.com|person\d|Ada Example|Grace Sample|<b>Eve|@/);
  });

  it('opens in a page that escapes names, and in tables that run no formula', async () => {
    const files = await unzip(await sample.render());
    const page = files.get('report.html')?.toString('utf8') ?? '';
    expect(page).not.toMatch(/<script|<b>Eve|https?:\/\//i);
    expect(page).toContain('&#60;b&#62;Eve');
    expect(page).toContain('Limits');
    expect(files.get('population.csv')?.toString('utf8')).toContain(",'=cmd|");
  });

  it('is checked by its own verify.mjs with node alone, from another folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall bundle '));
    const zip = await sample.render();
    const files = await unzip(zip);
    writeFileSync(join(folder, 'verify.mjs'), files.get('verify.mjs') ?? '');
    writeFileSync(join(folder, 'bundle.zip'), zip);
    const run = (name: string) =>
      execFileSync(process.execPath, ['verify.mjs', name, '--vkey', sample.vkey], { cwd: folder, encoding: 'utf8', env: {} });
    expect(run('bundle.zip')).toMatch(
      /\nVERIFIED\nThe bundle is what was sealed.*\nWhat it reports is another matter: INTERIM, conclusion FAIL\.\n$/,
    );

    const records = files.get('log/records.jsonl') ?? Buffer.alloc(0);
    const changed = new Map(files).set('log/records.jsonl', changeOneByte(records, 17));
    writeFileSync(join(folder, 'changed.zip'), await writeZip(changed));
    const failure = catchExit(() => run('changed.zip'));
    expect(failure.status).toBe(1);
    expect(failure.stdout).toMatch(/record 17 \(scim\.user\.deactivated, id [0-9a-f-]{36}\) was changed/);
    writeFileSync(join(folder, 'empty.zip'), '');
    expect(catchExit(() => run('empty.zip')).status).toBe(2);
    expect(catchExit(() => run('absent.zip')).status).toBe(2);
    rmSync(folder, { recursive: true });
  });

  it('still holds when personal data has been erased since, and says what it does not show (I11)', async () => {
    const erased = await sample.test.database.query(
      'update ledger_disclosure set value = null, erased_at = $1 where record_id = (select record_id from ledger_disclosure limit 1)',
      [sample.clock.now()],
    );
    expect(erased.count).toBe(1);
    const verification = await verifyFiles(await unzip(await sample.render()), { vkeys: [sample.vkey] });
    expect(verification.problems).toEqual([]);
    expect(verification.steps.flatMap(({ notShown = [] }) => notShown)).toEqual([expect.stringMatching(/^1 of 40 values is not in/)]);
  });

  it('is finished by the next reader when the process died between writing the report and signing the tree (I3)', async () => {
    await sample.test.owner.query('alter table report disable trigger user');
    await sample.test.owner.query('update report set checkpoint_size = null');
    await sample.test.owner.query('alter table report enable trigger user');
    expect((await verifyFiles(await unzip(await sample.render()), { vkeys: [sample.vkey] })).problems).toEqual([]);
  });
});

describe('a report in the database', () => {
  it.each([
    "update report set conclusion = 'PENDING'",
    'update report set checkpoint_size = 1',
    'delete from report',
    'truncate report cascade',
    "update report_file set content = ''",
    'delete from report_file',
    'truncate report_file',
  ])('refuses "%s" to the server and, while the triggers stand, to the owner (I11)', async (change) => {
    await expect(sample.test.database.query(change)).rejects.toMatchObject({ code: '42501' });
    await expect(sample.test.owner.query(change)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('an owner of the tables who takes the triggers away', () => {
  /** What they do to the rows, and what the bundle made from them then says. */
  const attacks = [
    {
      attack: 'edits a record',
      table: 'ledger_record',
      change: `update ledger_record set leaf = convert_to(replace(convert_from(leaf, 'utf8'), '"active":false', '"active":true '), 'utf8')
                where id = (select record_id from ledger_leaf where leaf_index = 7)`,
      says: /^record 7 \(scim\.user\.deactivated, id [0-9a-f-]{36}\) was changed/,
    },
    {
      attack: 'deletes a record',
      table: 'ledger_record',
      change: 'delete from ledger_record where id = (select record_id from ledger_leaf where leaf_index = 7)',
      says: /^record 8 stands where record 7 belongs/,
    },
    {
      attack: 'edits a record and the hash of its leaf',
      table: 'ledger_tile',
      change: `update ledger_tile set hashes = overlay(hashes placing decode(repeat('00', 32), 'hex') from 7 * 32 + 1 for 32) where level = 0`,
      says: /do not add up to the root that was signed/,
    },
    {
      attack: 'writes another root',
      table: 'ledger_checkpoint',
      change: `update ledger_checkpoint set note = regexp_replace(note, '\\n[^\\n]{44}\\n', E'\\n${'A'.repeat(43)}=\\n')`,
      says: /^log\/checkpoint was changed: the signature of rollcall\/workspaces\/[0-9a-f-]{36} does not fit it/,
    },
    {
      attack: 'edits a file of the report',
      table: 'report_file',
      change: `update report_file set content = content || '\\x20' where path = 'population.csv'`,
      says: /^population\.csv was changed/,
    },
  ];

  it.each(attacks)('$attack, and the bundle fails and says so (I11)', async ({ table, change, says }) => {
    const own = await sealedSample();
    await own.test.owner.query(`alter table ${table} disable trigger user`);
    expect((await own.test.owner.query(change)).count).toBeGreaterThan(0);
    const { verified, problems } = await verifyFiles(await unzip(await own.render()), { vkeys: [own.vkey] });
    expect(verified).toBe(false);
    expect(problems.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(says));
    await own.drop();
  });
});

function changeOneByte(records: Buffer, index: number): Buffer {
  const lines = records.toString('utf8').split('\n');
  const line = JSON.parse(lines[index] ?? '') as { i: number; leaf: string };
  const leaf = Buffer.from(line.leaf, 'base64');
  const at = leaf.indexOf('"active":false') + '"active":'.length;
  leaf[at] = 'F'.charCodeAt(0);
  lines[index] = JSON.stringify({ i: line.i, leaf: leaf.toString('base64') });
  return Buffer.from(lines.join('\n'), 'utf8');
}

function catchExit(run: () => unknown): { readonly status: number | null; readonly stdout: string } {
  try {
    run();
    return { status: 0, stdout: '' };
  } catch (error) {
    return error as { status: number | null; stdout: string };
  }
}
