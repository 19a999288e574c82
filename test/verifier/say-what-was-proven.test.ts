import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type SealedSample, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { verifyBoth } from './verify-both.ts';

let sample: SealedSample;
let files: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  files = await unzip(await sample.render());
});
afterAll(() => sample.drop());

function namesOf({ steps }: Verification): readonly string[] {
  return steps.map(({ name }) => name);
}

it('the line of the signature says whose key it was, and nothing of who where it came along', async () => {
  expect(namesOf(await verifyBoth(files))).toContain('the checkpoint is signed with a key that came along, which says nothing of who');
  expect(namesOf(await verifyBoth(files, { vkeys: [sample.vkey] }))).toContain('the checkpoint is signed with the key that you gave');
});

it('lines say of how many things they speak', async () => {
  const records = files.get('log/records.jsonl')?.toString('utf8').trim().split('\n').length;
  const listed = Object.keys(JSON.parse(files.get('manifest.json')?.toString('utf8') ?? '')).length;
  expect(namesOf(await verifyBoth(files))).toEqual(
    expect.arrayContaining([
      `every file is the one in the manifest: ${listed} files`,
      `the leaf hashes add up to the signed root: ${records} hashes`,
      `every record is the one that was sealed: ${records} records`,
      'every verdict follows from what was observed: 3 findings',
      'every table says what the report says: 4 tables',
    ]),
  );
});

it('what was not asked is listed, and nothing that was', async () => {
  const options = async (...given: Parameters<typeof verifyBoth>) =>
    (await verifyBoth(...given)).notAsked.map((line) => line.split(':')[0]);
  expect(await options(files)).toEqual(['--vkey', '--prev', '--tsa-ca', '--witness', '--recompute']);
  expect(await options(files, { vkeys: [sample.vkey], recompute: true })).toEqual(['--prev', '--tsa-ca', '--witness']);
  const { notAsked } = await verifyBoth(files);
  expect(notAsked[1]).toBe('--prev: whether the ledger goes on from a checkpoint that you kept');
});
