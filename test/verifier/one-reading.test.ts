import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteSigner } from '../../src/tlog/index.ts';
import { type SealedSample, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import { freshEd25519Keys } from '../support/fresh-keys.ts';
import { type Forgery, resealed } from './resealed.ts';
import { verifyBoth } from './verify-both.ts';

let sample: SealedSample;
let sealed: Map<string, Buffer>;
beforeAll(async () => {
  sample = await sealedSample();
  sealed = await unzip(await sample.render());
});
afterAll(() => sample.drop());

async function problemsOf(files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  return (await verifyBoth(files, { vkeys: [sample.vkey] })).problems.map(({ detail }) => detail);
}

function edited(path: string, edit: (text: string) => string): Map<string, Buffer> {
  const before = sealed.get(path)?.toString('utf8') ?? '';
  const after = edit(before);
  expect(after).not.toBe(before);
  return new Map(sealed).set(path, Buffer.from(after));
}

/** A megabyte that hardly packs. */
const noise = randomBytes(2 ** 20).toString('base64');

/** Whoever has the ZIP and no key. */
describe('what stands in log/ beside the seal', () => {
  it.each([
    {
      what: 'a second value before the one that was hashed',
      edit: (text: string) => text.replace('"value":', '"value":"eve@contoso.example","value":'),
    },
    { what: 'a member that no record holds a digest of', edit: (text: string) => text.replace('}', ',"was":"eve@contoso.example"}') },
    { what: 'spaces', edit: (text: string) => text.replace('"value":', '"value" :') },
    { what: 'another order', edit: (text: string) => text.replace(/\{("i":\d+),("path":"[^"]*")/, '{$2,$1') },
  ])('has no disclosed value with $what', async ({ edit }) => {
    expect(await problemsOf(edited('log/disclosures.jsonl', edit))).toEqual([
      'line 1 of log/disclosures.jsonl was changed: it cannot be read any more',
    ]);
  });

  it('lists no key that signed nothing, for somebody to note it', async () => {
    const { vkey } = noteSigner(sample.vkey.split('+')[0] ?? '', freshEd25519Keys().privateKey);
    const files = edited('log/vkeys.txt', (text) => `${vkey}\n${text}`);
    expect(await problemsOf(files)).toEqual([`log/vkeys.txt lists ${JSON.stringify(vkey)}, which did not sign log/checkpoint`]);
  });

  it.each(['log/checkpoint', 'log/vkeys.txt', 'log/seal.tlog-proof'])('is not read where %s is of a size that none has', async (path) => {
    const files = edited(path, (text) => `${text}${noise}`);
    expect(await problemsOf(files)).toContainEqual(`log/ cannot be read: ${path} is larger than such a file can be`);
  });

  it('says nothing in the proof of the seal that it does not prove', async () => {
    const extra = Buffer.from('{"conclusion":"PASS"}').toString('base64');
    const files = edited('log/seal.tlog-proof', (text) => text.replace('\nindex', `\nextra ${extra}\nindex`));
    expect(await problemsOf(files)).toEqual(['log/seal.tlog-proof is no proof, or more than one']);
  });
});

/** Whoever can seal anew, for readers who use another program than ours. */
describe('what was sealed', () => {
  const forgeries: readonly { readonly what: string; readonly forgery: Forgery; readonly says: RegExp }[] = [
    {
      what: 'a report that concludes twice',
      forgery: { files: { 'report.json': (text) => text.replace('{', '{"conclusion":"PASS",') } },
      says: /^report\.json can be read in more than one way$/,
    },
    {
      what: 'a report with a member of a finding twice',
      forgery: { files: { 'report.json': (text) => text.replace('"effect":', '"effect":"PASS","effect":') } },
      says: /^report\.json can be read in more than one way$/,
    },
    {
      what: 'a report with a number that programs round otherwise',
      forgery: { files: { 'report.json': (text) => text.replace('"version":1', '"version":1.00000000000000000001') } },
      says: /^report\.json can be read in more than one way$/,
    },
    {
      what: 'a record that tells two states',
      forgery: { leaf: (text) => text.replace('"after":{"active":false}', '"after":{"active":true},"after":{"active":false}') },
      says: /^record 1 is not written in the one way in which it can be read/,
    },
    {
      what: 'a seal in the ledger of another conclusion',
      forgery: { record: ({ type, detail }) => void (type === 'report.sealed' && (detail.conclusion = 'INSUFFICIENT')) },
      says: /^record \d+ \(report\.sealed\) tells otherwise of conclusion than report\.json$/,
    },
    {
      what: 'a seal in the ledger of a final report',
      forgery: { record: ({ type, detail }) => void (type === 'report.sealed' && (detail.kind = 'FINAL')) },
      says: /^record \d+ \(report\.sealed\) tells otherwise of kind than report\.json$/,
    },
    {
      what: 'a seal of another report',
      forgery: { record: ({ type, subject }) => void (type === 'report.sealed' && (subject.id = '019cb2ec-f680-7a66-a6fe-f831c86e433b')) },
      says: /^record \d+ \(report\.sealed\) tells otherwise of the report than report\.json$/,
    },
    {
      what: 'a report that knows what came after its seal',
      forgery: { report: (report) => void (report.asOf = '2026-12-01T00:00:00.000Z') },
      says: /^the report says what it is by what was known at 2026-12-01T00:00:00\.000Z; record \d+ \(report\.sealed\) was written before, at /,
    },
  ];

  it.each(forgeries)('is not $what, though hashes, seal and signature were made anew', async ({ forgery, says }) => {
    expect(await problemsOf(resealed(sealed, sample.signer, forgery))).toContainEqual(expect.stringMatching(says));
  });

  it('may be written with other white space', async () => {
    expect(await problemsOf(resealed(sealed, sample.signer, {}))).toEqual([]);
  });
});
