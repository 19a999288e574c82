import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Command } from '../../src/app/commands/command.ts';
import { settings } from '../../src/platform/config.ts';
import { brokenClaims, type House } from './claims.ts';

/** Read by commands, and no settings of the server. */
const TOKENS = ['ROLLCALL_SCIM_TOKEN', 'ROLLCALL_API_TOKEN'];
/** The simulator's addresses are not the API's, and decisions tell what was before. */
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/sample/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md') && name !== 'simulator.md')
    .map((name) => `docs/${name}`),
];

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

async function commandsOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const helps = new Map<string, string>();
  for (const file of filesUnder(folder)) {
    const exported = (await import(join(process.cwd(), file))) as Readonly<Record<string, unknown>>;
    const commands = Object.keys(exported).filter((name) => name.endsWith('Command'));
    for (const { help, name } of commands.map((key) => exported[key] as Command)) helps.set(name, help);
  }
  return helps;
}

function operationsOf(text: string): readonly string[] {
  const { paths } = parse(text) as { readonly paths: Readonly<Record<string, object>> };
  return Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
}

async function readHouse(): Promise<House> {
  return {
    commands: await commandsOf('src/app/commands'),
    settings: new Set([...Object.values(settings).map(({ name }) => name), ...TOKENS]),
    scripts: new Set(Object.keys((JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object }).scripts)),
    operations: operationsOf(readFileSync('openapi.yaml', 'utf8')),
    sources: ['openapi.yaml', ...filesUnder('src'), ...filesUnder('migrations')].map((file) => readFileSync(file, 'utf8')).join('\n'),
    read: (path) => (existsSync(path) ? (statSync(path).isFile() ? readFileSync(path, 'utf8') : '') : undefined),
  };
}

let house: House;
beforeAll(async () => {
  house = await readHouse();
});

describe('the documents', () => {
  it.each(documents)('%s speaks of nothing that is not there', (path) => {
    expect(brokenClaims({ path, text: readFileSync(path, 'utf8') }, house)).toEqual([]);
  });

  it.each([
    { name: 'a command', text: 'Run `rollcall start`.', broken: 'rollcall start' },
    { name: 'a command in a block', text: '```sh\nnode dist/app/main.js begin\n```\n', broken: 'node dist/app/main.js begin' },
    { name: 'an option', text: '`rollcall serve --prot 80`', broken: 'rollcall serve --prot 80' },
    {
      name: 'an option on a further line',
      text: '```\nrollcall owner --workspace x \\\n  --nmae y\n```\n',
      broken: 'rollcall owner --workspace x    --nmae y',
    },
    { name: 'a verb', text: '`rollcall owner forget`', broken: 'rollcall owner forget' },
    { name: 'a setting', text: 'Set ROLLCALL_PROT.', broken: 'ROLLCALL_PROT' },
    { name: 'a script', text: 'npm run bnech', broken: 'bnech' },
    { name: 'an address', text: 'GET /findigns?effect=FAIL.', broken: 'GET /findigns' },
    { name: 'an address of another method', text: '`DELETE /findings`', broken: 'DELETE /findings' },
    { name: 'an address without its slash', text: '`PUT owners/ID/human`', broken: 'PUT owners/ID/human' },
    { name: 'the end of an address', text: '`PUT …/shcedule`', broken: 'PUT …/shcedule' },
    { name: 'a file', text: '`src/kernel/nothing.ts`', broken: 'src/kernel/nothing.ts' },
    { name: 'a link', text: '[here](docs/nowhere.md)', broken: 'docs/nowhere.md' },
    { name: 'an anchor', text: '[here](docs/operations.md#nowhere)', broken: 'docs/operations.md#nowhere' },
    { name: 'an event', text: '`ledger.forgot`', broken: 'ledger.forgot' },
    { name: 'a metric', text: '`rollcall_nothing_total`', broken: 'rollcall_nothing_total' },
  ])('are caught at $name that is not there', ({ text, broken }) => {
    expect(brokenClaims({ path: 'README.md', text }, house)).toEqual([broken]);
  });
});
