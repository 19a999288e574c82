import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/kernel/index.ts';
import { noteSigner, parseNote, signNote } from '../../src/tlog/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { readCheckpoint } from '../../src/ledger/index.ts';
import { readCheckpoints } from '../../src/ledger/ledger-read-model.ts';
import { type SealedSample, sealedSample, unzip } from '../evidence/sealed-sample.ts';
import { freshEd25519Keys } from '../support/fresh-keys.ts';
import { verifyBoth } from './verify-both.ts';
import { verifyFiles } from './verify-files.ts';

type Files = Map<string, Buffer>;

let sample: SealedSample;
let sealed: Files;
beforeAll(async () => {
  sample = await sealedSample();
  sealed = await unzip(await sample.render());
});
afterAll(() => sample.drop());

async function verify(files: Files): Promise<Verification> {
  return await verifyBoth(files, { vkeys: [sample.vkey] });
}

function details(verification: Verification): readonly string[] {
  return verification.problems.map(({ detail }) => detail);
}

function edited(path: string, edit: (text: string) => string): Files {
  const before = sealed.get(path)?.toString('utf8') ?? '';
  const after = edit(before);
  expect(after).not.toBe(before);
  return new Map(sealed).set(path, Buffer.from(after, 'utf8'));
}

/** The report with something in it changed, and a manifest that says so: only the seal and the verdicts can tell. */
function forged(edit: (report: ReturnType<typeof JSON.parse>) => void): Files {
  const report = JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');
  edit(report);
  const files = new Map(sealed).set('report.json', Buffer.from(JSON.stringify(report)));
  const listed = Object.keys(JSON.parse(sealed.get('manifest.json')?.toString('utf8') ?? ''));
  const hashes = listed.map((path) => [
    path,
    createHash('sha256')
      .update(files.get(path) ?? '')
      .digest('hex'),
  ]);
  return files.set('manifest.json', Buffer.from(`${canonicalJson(Object.fromEntries(hashes))}\n`));
}

/** Somebody with a key of their own for a ledger. */
function signedAs(origin: string) {
  const key = noteSigner(origin, freshEd25519Keys().privateKey);
  return { key, vkey: key.vkey };
}

describe('the verifier', () => {
  it('accepts a bundle that nobody touched', async () => {
    expect((await verify(sealed)).problems).toEqual([]);
  });

  it('says when the key came from the bundle alone', async () => {
    expect(await verifyBoth(sealed)).toMatchObject({ verified: true, keys: 'from-bundle' });
  });

  it('refuses a bundle that was signed with another key than the one that was given', async () => {
    const other = noteSigner(sample.vkey.split('+')[0] ?? '', freshEd25519Keys().privateKey);
    expect(details(await verifyBoth(sealed, { vkeys: [other.vkey] }))).toContain('log/checkpoint is not signed by any of the keys given');
  });

  it('refuses a log that somebody else signed anew, although the bundle brings their key along', async () => {
    const thief = noteSigner(sample.vkey.split('+')[0] ?? '', freshEd25519Keys().privateKey);
    const text = parseNote(sealed.get('log/checkpoint')?.toString('utf8') ?? '')?.text ?? '';
    const files = new Map(sealed)
      .set('log/checkpoint', Buffer.from(signNote(text, [thief])))
      .set('log/vkeys.txt', Buffer.from(`${thief.vkey}\n`));
    expect(details(await verify(files))).toContain('log/checkpoint is not signed by any of the keys given');
  });

  describe('holds the ledger against a checkpoint that the reader kept', () => {
    const kept = async (size: number) => (await readCheckpoint(sample.test.database, sample.workspaceId, size))?.note ?? '';
    const withPrev = async (note: string, files = sealed) => details(await verifyBoth(files, { vkeys: [sample.vkey], kept: note }));

    it('and accepts one that it goes on from, and its own', async () => {
      const [first] = (await readCheckpoints(sample.test.database, sample.workspaceId, { after: undefined, limit: 10 })).toReversed();
      expect(first?.size).toBeLessThan(sample.report.checkpointSize ?? 0);
      expect(await withPrev(first?.note ?? '')).toEqual([]);
      expect(await withPrev(await kept(sample.report.checkpointSize ?? 0))).toEqual([]);
    });

    it.each([
      {
        name: 'a ledger that became shorter',
        text: (origin: string, root: string) => `${origin}\n9999\n${root}\n`,
        says: /^the ledger became shorter: .* over 9999 records/,
      },
      {
        name: 'a ledger that was rewritten',
        text: (origin: string) => `${origin}\n20\n${Buffer.alloc(32, 7).toString('base64')}\n`,
        says: /^the first 20 records are not those/,
      },
      {
        name: 'another ledger',
        text: (origin: string, root: string) => `${origin}/2\n20\n${root}\n`,
        says: /begun anew$/,
      },
    ])('and finds $name', async ({ text, says }) => {
      const [origin = '', , root = ''] = (parseNote(sealed.get('log/checkpoint')?.toString('utf8') ?? '')?.text ?? '').split('\n');
      const { vkey, ...signer } = signedAs(origin);
      const note = signNote(text(origin, root), [signer.key]);
      const found = details(await verifyBoth(sealed, { vkeys: [sample.vkey, vkey], kept: note }));
      expect(found).toEqual([expect.stringMatching(says)]);
    });

    // Whoever kept it is told so before anything is verified: see the page's tests.
    it('and takes none that nobody signed', async () => {
      const unsigned = (await kept(sample.report.checkpointSize ?? 0)).replace(/— .*/, '');
      const found = details(await verifyFiles(sealed, { vkeys: [sample.vkey], kept: unsigned }));
      expect(found).toEqual([expect.stringMatching(/^the checkpoint that you kept is no/)]);
    });
  });

  it('names every problem, not only the first', async () => {
    const files = edited('log/records.jsonl', (text) =>
      text.replace(/"leaf":"ey/g, (match, at: number) => (at > 20_000 ? '"leaf":"ex' : match)),
    );
    files.delete('population.csv');
    files.set('extra.exe', Buffer.from('x')).set('findings.csv', Buffer.from('nothing to see'));
    const found = details(await verify(files));
    expect(found).toEqual(
      expect.arrayContaining([
        'population.csv is missing',
        'findings.csv was changed: its hash is not the one in the manifest',
        'extra.exe is in the bundle, but the manifest does not list it',
        expect.stringMatching(/^record \d+ \(scim\.user\.deactivated, id [0-9a-f-]{36}\) was changed/),
      ]),
    );
    expect(found.filter((detail) => /^record \d+ .* was changed/.test(detail)).length).toBeGreaterThan(5);
  });

  it.each([
    { path: 'log/records.jsonl', says: /log\/records\.jsonl is missing/ },
    { path: 'log/checkpoint', says: /log\/checkpoint is missing/ },
    { path: 'log/seal.tlog-proof', says: /log\/seal\.tlog-proof is missing/ },
    { path: 'manifest.json', says: /manifest\.json is missing/ },
    { path: 'report.json', says: /report\.json is missing/ },
  ])('fails without $path', async ({ path, says }) => {
    const files = new Map(sealed);
    files.delete(path);
    const verification = await verify(files);
    expect(verification.verified).toBe(false);
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
  });

  it.each([
    {
      what: 'a record left out',
      path: 'log/records.jsonl',
      edit: (text: string) => text.replace(/[^\n]*\n$/, ''),
      says: /holds \d+ records/,
    },
    {
      what: 'records in another order',
      path: 'log/records.jsonl',
      edit: (text: string) => text.split('\n').toReversed().join('\n').trimStart(),
      says: /stands where record 0 belongs/,
    },
    {
      what: 'a record that cannot be read',
      path: 'log/records.jsonl',
      edit: (text: string) => text.replace('"leaf"', 'leaf'),
      says: /record 0 was changed/,
    },
    { what: 'a leaf hash more', path: 'log/leaf_hashes.bin', edit: (text: string) => `${text}x`, says: /holds [\d.]+ hashes/ },
    {
      what: 'another disclosed value',
      path: 'log/disclosures.jsonl',
      edit: (text: string) => text.replace('person0@', 'person1@'),
      says: /line 1 .* holds another digest/,
    },
    {
      what: 'a disclosure of another record',
      path: 'log/disclosures.jsonl',
      edit: (text: string) => text.replace(/"i":\d+/, '"i":0'),
      says: /line 1 /,
    },
    {
      what: 'a proof of another record',
      path: 'log/seal.tlog-proof',
      edit: (text: string) => text.replace(/index \d+/, 'index 3'),
      says: /not the seal of a report/,
    },
    {
      what: 'a proof of nothing',
      path: 'log/seal.tlog-proof',
      edit: (text: string) => text.replace(/index \d+/, 'index 9999'),
      says: /which is to seal the report, is missing/,
    },
    { what: 'no JSON in the manifest', path: 'manifest.json', edit: () => '[', says: /manifest\.json cannot be read/ },
    { what: 'a list for a manifest', path: 'manifest.json', edit: () => '[]', says: /manifest\.json is not an object/ },
    { what: 'no JSON in the report', path: 'report.json', edit: () => '{', says: /report\.json cannot be read/ },
  ])('names $what', async ({ path, edit, says }) => {
    const verification = await verify(edited(path, edit));
    expect(verification.verified).toBe(false);
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
  });

  it('fails, and never throws, whichever byte of whichever file is another (I11)', async () => {
    for (const [path, content] of sealed) {
      for (let round = 0; round < 12; round += 1) {
        const changed = Buffer.from(content);
        const at = Math.floor((changed.length * (round + 0.5)) / 12);
        changed[at] = (changed[at] ?? 0) ^ (1 << (round % 8));
        const verified =
          round % 4 === 0 ? await verify(new Map(sealed).set(path, changed)) : await verifyFiles(new Map(sealed).set(path, changed));
        expect({ path, at, verified: verified.verified }).toEqual({ path, at, verified: false });
      }
    }
  });
});

describe('verdicts', () => {
  it.each([
    {
      what: 'a failure that is shown as a pass',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        const late = report.findings.find(({ verdict }: { verdict: string }) => verdict === 'DEPROVISIONED_LATE');
        Object.assign(late, { rule: 'L12', verdict: 'DEPROVISIONED_IN_TIME', effect: 'PASS' });
      },
      says: /^finding [0-9a-f-]{36}: it claims .*DEPROVISIONED_IN_TIME.*; the decision table gives .*DEPROVISIONED_LATE/,
    },
    {
      what: 'a timing that its own instants contradict',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[1].systems[0].judged = { outcome: 'IN_TIME', late: null };
      },
      says: /its directory account was judged .*IN_TIME.*; the same instants give LATE/,
    },
    {
      what: 'a state that the timings contradict',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[1].vector.scimTiming = 'IN_TIME';
      },
      says: /its scim timing is given as IN_TIME; its accounts give LATE/,
    },
    {
      what: 'a state that the accounts contradict',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[1].systems[1].state = 'ACTIVE';
      },
      says: /its scim state is given as INACTIVE; its accounts give ACTIVE/,
    },
    {
      what: 'an account that was left unjudged',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[1].systems[1].timing = null;
      },
      says: /its scim account has no timing although the employment ended/,
    },
    {
      what: 'an account judged against another deadline',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[1].deadline.latest = '2027-01-01T00:00:00.000Z';
      },
      says: /another end or deadline than the finding/,
    },
    {
      what: 'a sentence that says something else',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[0].sentence = 'All is well.';
      },
      says: /its sentence does not say what was observed/,
    },
    {
      what: 'evidence that the log does not hold',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[0].evidence = ['00000000-0000-7000-8000-000000000000'];
      },
      says: /rests on record 00000000-0000-7000-8000-000000000000, which the log does not prove/,
    },
    {
      what: 'a state that nobody knows',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[2].vector.directory = 'FINE';
      },
      says: /finding number 3 cannot be judged: directory is none of/,
    },
    {
      what: 'an instant that is none',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings[0].systems[0].timing.lastProvenUsable = 'yesterday';
      },
      says: /finding number 1 cannot be judged: lastProvenUsable is not an instant/,
    },
    {
      what: 'a finding left out of the counts',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.findings.pop();
      },
      says: /the report counts 1 × INSUF, its findings are 0/,
    },
    {
      what: 'an interim report that passes (I10)',
      edit: (report: ReturnType<typeof JSON.parse>) => {
        report.conclusion = 'PASS';
      },
      says: /the report concludes PASS; its findings, and the test about leavers, give FAIL/,
    },
  ])('are judged again: $what is named, and the seal broken', async ({ edit, says }) => {
    const verification = await verify(forged(edit));
    expect(details(verification)).toContainEqual(expect.stringMatching(says));
    expect(details(verification)).toContainEqual(
      expect.stringMatching(/^manifest\.json was changed: it is not the one that record \d+ \(report\.sealed/),
    );
    expect(verification.verified).toBe(false);
  });
});
