import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SealedSample, sealedSample, unzip } from './sealed-sample.ts';

const text = readFileSync('docs/evidence-format.md', 'utf8');
let sample: SealedSample;
let files: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  files = await unzip(await sample.render());
});
afterAll(() => sample.drop());

/** A program that the page gives its readers. */
function programOf(name: string): string {
  return new RegExp(`<!-- ${name} -->\\n\`\`\`js\\n([^]*?)\`\`\``).exec(text)?.[1] ?? '';
}

function runIn(bundle: ReadonlyMap<string, Buffer>, program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-by-hand-'));
  try {
    for (const [path, content] of bundle) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    writeFileSync(join(folder, 'program.mjs'), program);
    return execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8', env: {} });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('docs/evidence-format.md', () => {
  it('names every file of a bundle and every column of its tables', () => {
    const columns = ['population.csv', 'findings.csv', 'coverage.csv', 'exceptions.csv'].flatMap((path) =>
      (files.get(path)?.toString('utf8').split('\r\n')[0] ?? '').split(','),
    );
    const unnamed = [...files.keys(), ...columns].filter((name) => !text.includes(`\`${name}\``));
    expect(unnamed).toEqual([]);
  });

  it('gives a program that proves tree and disclosures by itself (I11)', () => {
    expect(runIn(files, programOf('tree.mjs'))).toMatch(/^hashes true\nroot {3}true\nvalues (\d+) of \1\n$/);
  });

  it('gives a program that makes the lines of every complete look anew', async () => {
    const printed = runIn(await unzip(readFileSync('docs/sample/final-report.zip')), programOf('looks.mjs'));
    expect(printed).toMatch(/^looks ([1-9]\d*) of \1\n$/);
    expect(text).toContain(`\n\`\`\`\n${printed}\`\`\``);
  });

  it('gives a program that sees a changed record and a changed value', () => {
    const records = files.get('log/records.jsonl')?.toString('utf8').replace('"leaf":"eyJh', '"leaf":"eyJi') ?? '';
    const disclosures = files.get('log/disclosures.jsonl')?.toString('utf8').replace('person7@', 'person8@') ?? '';
    const changed = new Map(files).set('log/records.jsonl', Buffer.from(records)).set('log/disclosures.jsonl', Buffer.from(disclosures));
    expect(runIn(changed, programOf('tree.mjs'))).toMatch(/^hashes false\nroot {3}false\nvalues 39 of 40\n$/);
  });
});
