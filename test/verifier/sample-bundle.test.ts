import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { verifyFiles } from './verify-files.ts';
import { unzip } from '../evidence/sealed-sample.ts';

const files = await unzip(readFileSync('docs/sample/final-report.zip'));
const key = readFileSync('docs/sample/KEY', 'utf8').trim();

it('docs/sample is what this verifier proves, derived again from its records', async () => {
  const verification = await verifyFiles(files, { vkeys: [key], recompute: true });
  expect(verification.problems).toEqual([]);
  expect(verification.report).toMatchObject({ format: 'rollcall-report/5', kind: 'FINAL', conclusion: 'FAIL' });
});

it.each(['1', '2', '3', '4'])('a report that was sealed in format %s is proven by its own rule', async (format) => {
  const captured = `test/verifier/captures/rollcall-report-${format}`;
  const earlier = await unzip(readFileSync(`${captured}/final-report.zip`));
  const vkeys = [readFileSync(`${captured}/KEY`, 'utf8').trim()];
  const { problems, report } = await verifyFiles(earlier, { vkeys, recompute: true });
  expect(problems).toEqual([]);
  expect(report).toMatchObject({ format: `rollcall-report/${format}`, kind: 'FINAL', conclusion: 'FAIL' });
  expect(report).not.toHaveProperty('presently');
});

it('docs/sample proves itself with sh, sha256sum and openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-sample-'));
  try {
    for (const [path, content] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    expect(execFileSync('sh', [join(folder, 'verify.sh'), key], { encoding: 'utf8' })).toContain('VERIFIED');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
