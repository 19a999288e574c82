import { createHash } from 'node:crypto';
import { canonicalJson } from '../../src/kernel/index.ts';
import { parseVkey } from '../../src/tlog/index.ts';
import { zipTricks } from './zip-tricks.ts';

export type Files = ReadonlyMap<string, Buffer>;

/** What an attacker has at hand: a sealed bundle, another one of the same ledger, and a key of another ledger on the same server. */
export interface AttackedBundle {
  readonly files: Files;
  /** Sealed before, with other contents. */
  readonly earlier: Files;
  readonly otherVkey: string;
}

/** Something that is done to a bundle, and what both verifiers say of it. */
export interface BundleAttack {
  readonly attack: string;
  readonly run: (bundle: AttackedBundle) => Files;
  /** Of `rollcall verify`, which is `verify.mjs`. */
  readonly says: RegExp;
  /** Of `verify.sh`; null where it does not look there, and says so. */
  readonly script: RegExp | null;
  /** The key of which the reader believes that it is this ledger's, where it is another. */
  readonly vkey?: (bundle: AttackedBundle) => string;
}

const LEAF = /"leaf":"([^"]*)"/;

function edit(files: Files, path: string, change: (text: string) => string): Files {
  const before = textOf(files, path);
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  return new Map(files).set(path, Buffer.from(after, 'utf8'));
}

function textOf(files: Files, path: string): string {
  return files.get(path)?.toString('utf8') ?? '';
}

/** With a manifest that fits, as whoever holds the files but not the ledger can make one. */
function listed(files: Files): Files {
  const own = [...files].filter(([path]) => path !== 'manifest.json' && !path.startsWith('log/'));
  const hashes = own.map(([path, content]) => [path, createHash('sha256').update(content).digest('hex')] as const);
  return new Map(files).set('manifest.json', Buffer.from(`${canonicalJson(Object.fromEntries(hashes))}\n`));
}

function withoutLeaver(files: Files): Files {
  const report = JSON.parse(textOf(files, 'report.json')) as { findings: object[] };
  report.findings.shift();
  return new Map(files).set('report.json', Buffer.from(JSON.stringify(report)));
}

const lines = (text: string) => text.trimEnd().split('\n');
const joined = (all: readonly string[]) => `${all.join('\n')}\n`;

/** A record with other bytes, which are as many. */
function changedRecord(text: string): string {
  const all = lines(text);
  const at = all.findIndex((line) => leafOf(line).includes('"active":false'));
  all[at] = (all[at] ?? '').replace(
    LEAF,
    () => `"leaf":"${Buffer.from(leafOf(all[at] ?? '').replace('"active":false', '"active":true ')).toString('base64')}"`,
  );
  return joined(all);
}

function leafOf(line: string): string {
  return Buffer.from(LEAF.exec(line)?.[1] ?? '', 'base64').toString('utf8');
}

/** The signature said to be of another key: the first four bytes are the key's id, and nobody signs those. */
function underAnotherId({ files, otherVkey }: AttackedBundle): Files {
  const key = parseVkey(otherVkey);
  return edit(files, 'log/checkpoint', (text) =>
    text.replace(/^— (\S+) (\S+)$/m, (_line, name: string, signature: string) => {
      const bytes = Buffer.from(signature, 'base64');
      return `— ${name} ${Buffer.concat([key?.keyId ?? Buffer.alloc(4), bytes.subarray(4)]).toString('base64')}`;
    }),
  );
}

/** In the order of docs/threat-model.md, whose table is this one. */
export const bundleAttacks: readonly BundleAttack[] = [
  {
    attack: 'alter a table',
    run: ({ files }) => edit(files, 'population.csv', (text) => text.replace('DEPROVISIONED_LATE', 'DEPROVISIONED_IN_TIME')),
    says: /population\.csv was changed/,
    script: /population\.csv: FAILED/,
  },
  {
    attack: 'alter a table, and the manifest with it',
    run: ({ files }) => listed(edit(files, 'population.csv', (text) => text.replace('DEPROVISIONED_LATE', 'DEPROVISIONED_IN_TIME'))),
    says: /manifest\.json was changed: it is not the one that record \d+ \(report\.sealed/,
    script: /the record seals another manifest/,
  },
  {
    attack: 'swap two files',
    run: ({ files }) =>
      new Map(files)
        .set('findings.csv', files.get('population.csv') ?? Buffer.alloc(0))
        .set('population.csv', files.get('findings.csv') ?? Buffer.alloc(0)),
    says: /findings\.csv was changed/,
    script: /findings\.csv: FAILED/,
  },
  {
    attack: 'put a file of another report in its place',
    run: ({ files, earlier }) => new Map(files).set('report.html', earlier.get('report.html') ?? Buffer.alloc(0)),
    says: /report\.html was changed/,
    script: /report\.html: FAILED/,
  },
  {
    attack: 'put the whole report of another seal over this ledger',
    run: ({ files, earlier }) =>
      new Map([...earlier].map(([path, content]) => [path, path.startsWith('log/') ? (files.get(path) ?? content) : content])),
    says: /manifest\.json was changed: it is not the one that record/,
    script: /the record seals another manifest/,
  },
  {
    attack: 'drop a leaver from the population',
    run: ({ files }) => edit(files, 'population.csv', (text) => text.replace(/\r\n[^]*?\r\n/, '\r\n')),
    says: /population\.csv was changed/,
    script: /population\.csv: FAILED/,
  },
  {
    attack: 'drop a leaver from report and population, and make the manifest fit',
    run: ({ files }) => listed(edit(withoutLeaver(files), 'population.csv', (text) => text.replace(/\r\n[^]*?\r\n/, '\r\n'))),
    says: /the report counts 1 × \w+, its findings are 0/,
    script: /the record seals another manifest/,
  },
  {
    attack: 'leave a file out',
    run: ({ files }) => new Map([...files].filter(([path]) => path !== 'coverage.csv')),
    says: /coverage\.csv is missing/,
    script: /coverage\.csv/,
  },
  {
    attack: 'add a file',
    run: ({ files }) => new Map(files).set('erratum.txt', Buffer.from('Read this instead.')),
    says: /erratum\.txt is in the bundle, but the manifest does not list it/,
    script: /a file is here that the manifest does not list/,
  },
  {
    attack: 'add a file to log/',
    run: ({ files }) => new Map(files).set('log/records-corrected.jsonl', Buffer.from('{}\n')),
    says: /log\/records-corrected\.jsonl is in the bundle, but the manifest does not list it/,
    script: /a file is here that the manifest does not list/,
  },
  {
    attack: 'add a file whose name looks like another’s (report.jsоn, with a Cyrillic о)',
    run: ({ files }) => new Map(files).set('report.jsоn', Buffer.from('{}')),
    says: /"report\.js\\u043en" is not a name that a bundle may hold/,
    script: /a file is here that the manifest does not list/,
  },
  {
    attack: 'name a file twice in the manifest',
    run: ({ files }) => edit(files, 'manifest.json', (text) => text.replace('{', `{"coverage.csv":"${'0'.repeat(64)}",`)),
    says: /manifest\.json is not written in the one way in which it can be read/,
    script: /coverage\.csv: FAILED/,
  },
  {
    attack: 'change a record',
    run: ({ files }) => edit(files, 'log/records.jsonl', changedRecord),
    says: /record \d+ \(scim\.user\.deactivated, id [0-9a-f-]{36}\) was changed/,
    script: null,
  },
  {
    attack: 'change a record and its leaf hash',
    run: ({ files }) =>
      new Map(edit(files, 'log/records.jsonl', changedRecord)).set(
        'log/leaf_hashes.bin',
        hashesOf(changedRecord(textOf(files, 'log/records.jsonl'))),
      ),
    says: /the leaf hashes do not add up to the root that was signed/,
    script: null,
  },
  {
    attack: 'put records in another order',
    run: ({ files }) =>
      edit(files, 'log/records.jsonl', (text) => {
        const [first = '', second = '', ...rest] = lines(text);
        return joined([second, first, ...rest]);
      }),
    says: /record 1 stands where record 0 belongs/,
    script: null,
  },
  {
    attack: 'leave a record out',
    run: ({ files }) => edit(files, 'log/records.jsonl', (text) => joined(lines(text).toSpliced(7, 1))),
    says: /record 8 stands where record 7 belongs/,
    script: /the proof of the seal does not lead|the record is no seal/,
  },
  {
    attack: 'cut off the end of the records',
    run: ({ files }) => edit(files, 'log/records.jsonl', (text) => joined(lines(text).slice(0, -1))),
    says: /log\/records\.jsonl holds \d+ records, the checkpoint is over \d+/,
    script: /the proof of the seal does not lead/,
  },
  {
    attack: 'change a value that a record holds the digest of',
    run: ({ files }) => edit(files, 'log/disclosures.jsonl', (text) => text.replace('person0@', 'person1@')),
    says: /line 1 of log\/disclosures\.jsonl was changed/,
    script: null,
  },
  {
    attack: 'put another value before the one that a record holds the digest of, or words beside it',
    run: ({ files }) =>
      edit(files, 'log/disclosures.jsonl', (text) => text.replace('"value":', '"value":"eve@contoso.example","was":"eve","value":')),
    says: /line 1 of log\/disclosures\.jsonl was changed: it cannot be read any more/,
    script: null,
  },
  {
    attack: 'put values in another order',
    run: ({ files }) => edit(files, 'log/disclosures.jsonl', (text) => joined(lines(text).toReversed())),
    says: /of log\/disclosures\.jsonl speaks of record \d+, which is not proven or came before/,
    script: null,
  },
  {
    attack: 'leave values out',
    run: ({ files }) => edit(files, 'log/disclosures.jsonl', (text) => joined(lines(text).slice(1))),
    says: /NOT SHOWN disclosed values .*\n +- 1 of \d+ values is not in log\/disclosures\.jsonl, and no record/,
    script: null,
  },
  {
    attack: 'leave all values out',
    run: ({ files }) => new Map(files).set('log/disclosures.jsonl', Buffer.alloc(0)),
    says: /NOT SHOWN disclosed values .*: 0 of (\d+) values shown; the ledger records the erasure of 0\n +- \1 of \1 values are not in/,
    script: null,
  },
  {
    attack: 'leave a value out, and tell another twice',
    run: ({ files }) =>
      edit(files, 'log/disclosures.jsonl', (text) => {
        const [first = '', , ...rest] = lines(text);
        return joined([first, first, ...rest]);
      }),
    says: /line 2 of log\/disclosures\.jsonl tells again what a line before it tells of record \d+/,
    script: null,
  },
  {
    attack: 'sign another ledger’s bundle over to the key of this one (all ledgers of a server share the private key)',
    run: underAnotherId,
    vkey: ({ otherVkey }) => otherVkey,
    says: /log\/checkpoint is not signed by any of the keys given/,
    script: /log\/checkpoint is of another ledger than the key/,
  },
  {
    attack: 'list a key that signed nothing',
    run: ({ files, otherVkey }) => edit(files, 'log/vkeys.txt', (text) => `${text}${otherVkey}\n`),
    says: /log\/vkeys\.txt lists ".*", which did not sign log\/checkpoint/,
    script: null,
  },
  {
    attack: 'say more in the proof of the seal than it proves',
    run: ({ files }) => edit(files, 'log/seal.tlog-proof', (text) => text.replace('\nindex', '\nextra QWxsIGlzIHdlbGwu\nindex')),
    says: /log\/seal\.tlog-proof is no proof, or more than one/,
    script: null,
  },
  {
    attack: 'prove a record that is not the seal',
    run: ({ files }) => edit(files, 'log/seal.tlog-proof', (text) => text.replace(/index \d+/, 'index 3')),
    says: /not the seal of a report/,
    script: /the proof of the seal does not lead/,
  },
  {
    attack: 'give a command where a number belongs',
    run: ({ files }) => edit(files, 'log/seal.tlog-proof', (text) => text.replace(/index \d+/, 'index x[$(touch done)]')),
    says: /log\/seal\.tlog-proof is no proof/,
    script: /log\/seal\.tlog-proof is no proof/,
  },
];

function hashesOf(records: string): Buffer {
  const hash = (line: string) =>
    createHash('sha256')
      .update(Buffer.of(0))
      .update(Buffer.from(LEAF.exec(line)?.[1] ?? '', 'base64'))
      .digest();
  return Buffer.concat(lines(records).map(hash));
}

/** The table as docs/threat-model.md has it, and the tricks of ZIPs below it. */
export function renderBundleAttacks(): string {
  const rows = bundleAttacks.map(({ attack, script }) => `| ${attack} | yes | ${script === null ? '–' : 'yes'} |`);
  const tricks = zipTricks.map(({ trick }) => trick);
  return [
    '| what is done to a bundle | `rollcall verify`, `verify.mjs`, `verify.html` | `verify.sh` |',
    '|---|---|---|',
    ...rows,
    '',
    `In the ZIP itself (by what was unpacked, \`verify.sh\` cannot tell): ${tricks.join('; ')}.`,
  ].join('\n');
}
