import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { File } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import { unzip } from '../evidence/sealed-sample.ts';
import { linesInNode } from './lines-in-node.ts';
import { linesInPage, page, toldInPage } from './verifier-page.ts';

const bundle = readFileSync('docs/sample/final-report.zip');
const vkeys = [readFileSync('docs/sample/KEY', 'utf8').trim()];

/** Between two marks; there must be one of each. */
function between(before: string, after: string): string {
  const [, inside, ...more] = page.html.split(before);
  expect(more).toEqual([]);
  return inside?.split(after)[0] ?? '';
}

describe('the verifier page, as one file', () => {
  it('asks nothing of Node.js', () => {
    const imports = Object.values(page.metafile.outputs).flatMap((output) => output.imports);
    expect(imports).toEqual([]);
    expect(page.script).not.toMatch(/\b(require\(["']|from ["']node:|process\.|__filename)/);
  });

  it('runs the very checks of verify.mjs, with another file only where Node.js stood', () => {
    const own = Object.keys(page.metafile.inputs).filter((path) => path.startsWith('src/'));
    const twins = own.filter((path) => path.endsWith('.browser.ts') && !path.startsWith('src/verifier/'));
    expect(twins.sort()).toEqual([
      'src/kernel/buffer.browser.ts',
      'src/kernel/digest.browser.ts',
      'src/tlog/print-name.browser.ts',
      'src/tlog/public-key.browser.ts',
      'src/tlog/rsa.browser.ts',
      'src/tlog/x509.browser.ts',
    ]);
    expect(own).toEqual(expect.arrayContaining(['src/verifier/verify-bundle.ts', 'src/tlog/verify-proof.ts', 'src/verdict/decide.ts']));
  });

  it('lets nothing act but its own script and style, by their hashes, and nothing be loaded or sent', () => {
    const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const policy = between('<meta http-equiv="Content-Security-Policy" content="', '">');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hashOf(between('<script>', '</script>'))}`,
      `style-src ${hashOf(between('<style>', '</style>'))}`,
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('names no address outside of it', () => {
    const markup = page.html.replace(page.script, '');
    expect(markup).not.toMatch(/\b(src|href|action|srcset|data)=/);
    expect(markup).not.toMatch(/\son[a-z]+=|\sstyle=/);
  });

  it('gives each field a label, and says what it does in a live region', () => {
    const fields = [...page.html.matchAll(/<(?:input|textarea|progress) id="(\w+)"/g)].map(([, id]) => id);
    expect(fields.length).toBeGreaterThan(8);
    for (const id of fields) expect(page.html).toContain(`<label for="${id}">`);
    expect(page.html).toContain('<p id="status" role="status"></p>');
    expect(page.html).toContain('<html lang="en">');
  });
});

describe('a verification in the page', () => {
  it('says of docs/sample what verify.mjs says, derived again from its records, sample and all', async () => {
    const form = { bundle, vkeys, recompute: true, sample: { seed: 'a: b', size: '3' } };
    const lines = await linesInPage(form);
    expect(lines).toEqual(await linesInNode(form));
    expect(lines).toContain('VERIFIED');
    expect(lines.filter((line) => /^Sample {4}3 of \d+ leavers by seed "a: b"/.test(line))).toHaveLength(1);
  });

  it('takes a checkpoint that was pasted, whatever white space stands around it', async () => {
    const note = String((await unzip(bundle)).get('log/checkpoint'));
    const lines = await linesInPage({ bundle, vkeys, prev: `\n ${note}\n\n` });
    expect(lines).toContain('  ok     the checkpoint that you kept is the beginning of this ledger');
  });

  it('refuses what is no ZIP, and says which file', async () => {
    expect(await linesInPage({ bundle: Buffer.from('a bundle') })).toEqual(['bundle.zip is no ZIP file.']);
  });

  it.each([
    {
      what: 'a key that is cut off',
      keys: () => ({ vkeys: vkeys.map((key) => key.slice(0, -1)) }),
      says: /is no verifier key of a ledger: /,
    },
    { what: 'the name of a file in its place', keys: () => ({ vkeys: ['KEY'] }), says: /^"KEY" is no verifier key of a ledger: / },
    {
      what: 'the key of the ledger as one of a witness',
      keys: () => ({ witnesses: vkeys }),
      says: /is the key of a log, not of a witness: /,
    },
    {
      what: 'what is no key, as one of a witness',
      keys: () => ({ witnesses: ['ann.example/w+00000000+BAAA'] }),
      says: /is no key of a witness: /,
    },
  ])('lays $what to whoever typed it, and not to the bundle, as verify.mjs does', async ({ keys, says }) => {
    const form = { bundle, ...keys() };
    const lines = await linesInPage(form);
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(await linesInNode(form)).toEqual(lines);
  });

  it('lays what is no checkpoint to whoever kept it, and not to the bundle, as verify.mjs does', async () => {
    const form = { bundle, vkeys, prev: 'a letter\n' };
    expect(await linesInPage(form)).toEqual([expect.stringMatching(/^the checkpoint that was pasted is no signed checkpoint: /)]);
    expect(await linesInNode(form)).toEqual([expect.stringMatching(/^prev is no signed checkpoint: /)]);
  });

  it('tells how far it has read, up to the end', async () => {
    const progress = (await toldInPage({ bundle, vkeys })).filter((message) => message.kind === 'progress');
    expect(progress.length).toBeGreaterThan(3);
    const read = progress.map((message) => message.read);
    expect(read).toEqual(read.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toMatchObject({ size: bundle.length });
    expect(read.at(-1)).toBeGreaterThan(bundle.length * 0.9);
  });

  it('reads the bundle in pieces, none of them large', async () => {
    const lengths: number[] = [];
    class Watched extends File {
      override slice(from = 0, to = this.size): Blob {
        lengths.push(to - from);
        return super.slice(from, to);
      }
    }
    const padded = new Watched([bundle], 'bundle.zip');
    expect(await linesInPage({ bundle: padded, vkeys })).toContain('VERIFIED');
    expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024);
  });

  it.each([1, 20, 60])('does not call a bundle broken that cannot be read any more after %s reads', async (reads) => {
    class Gone extends File {
      #reads = 0;
      override slice(from?: number, to?: number): Blob {
        this.#reads += 1;
        const piece = super.slice(from, to);
        if (this.#reads > reads) piece.arrayBuffer = () => Promise.reject(new Error('the file was moved'));
        return piece;
      }
    }
    const lines = await linesInPage({ bundle: new Gone([bundle], 'bundle.zip'), vkeys });
    expect(lines).toEqual([expect.stringMatching(/^bundle\.zip cannot be read any more: .*the file was moved$/)]);
  });
});
