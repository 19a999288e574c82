import { posix } from 'node:path';

/** What a document may speak of. */
export interface House {
  /** The help of each command, by its name. */
  readonly commands: ReadonlyMap<string, string>;
  readonly settings: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  /** `GET /api/v1/…/{id}`, as the API's description has them. */
  readonly operations: readonly string[];
  /** What all sources say, for names of events and metrics. */
  readonly sources: string;
  /** The text of a file, `''` for a directory, undefined for what is not there. */
  readonly read: (path: string) => string | undefined;
}

export interface Document {
  readonly path: string;
  readonly text: string;
}

/** What a document claims and the house does not hold: commands with their options, settings, scripts, addresses, files, links, events, metrics. */
export function brokenClaims(document: Document, house: House): readonly string[] {
  const code = codeIn(document.text);
  return [
    ...code.flatMap((line) => brokenCommand(line, house)),
    ...code.flatMap((line) => brokenName(line, house)),
    ...namesIn(document.text, /\b(?:ROLLCALL_[A-Z_]+|DATABASE_URL)\b/g).filter((name) => !house.settings.has(name)),
    ...namesIn(document.text, /npm run (?:--silent )?([a-z][a-z:]*)/g).filter((name) => !house.scripts.has(name)),
    ...addressesIn(document.text).filter((address) => !isOperation(address, house.operations)),
    ...code.filter((line) => isPath(line) && house.read(line) === undefined),
    ...namesIn(document.text, /\]\(([^)\s]+)\)/g).filter((link) => !leads(link, document, house)),
  ];
}

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([whole, name]) => name ?? whole);
}

/** The lines of fenced code, and what stands in backticks elsewhere. */
function codeIn(text: string): readonly string[] {
  const fences = [...text.matchAll(/^```[a-z]*\n(.*?)^```/gms)].flatMap(([, body = '']) => body.replaceAll('\\\n', ' ').split('\n'));
  const spans = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...fences, ...spans].map((line) => line.trim());
}

function brokenCommand(line: string, { commands }: House): readonly string[] {
  const [, name, rest = ''] = /^(?:rollcall|node dist\/app\/main\.js) ([a-z][a-z-]*)\b([^#]*)/.exec(line) ?? [];
  if (name === undefined) return [];
  const help = commands.get(name);
  if (help === undefined) return [line];
  const options = [...rest.matchAll(/(?<=^|[\s[])--[a-z][a-z-]*/g)].map(([option]) => option);
  const verb = /^ ([a-z]+)(?= |$)/.exec(rest)?.[1];
  const isKnown = options.every((option) => option === '--help' || help.includes(option)) && (verb === undefined || help.includes(verb));
  return isKnown ? [] : [line];
}

/** Names of the log's events, of records and of metrics stand in the sources word for word. */
function brokenName(line: string, { sources }: House): readonly string[] {
  const isFile = /\.(?:cjs|mjs|pem|json|sh|ts|md|zip|csv|html|pdf|sql|example|yaml|txt|py)$/.test(line);
  const isMember = /^(?:after|before|detail)\./.test(line);
  const isName = /^(?:rollcall_[a-z_]+|[a-z-]+(?:\.[a-z_-]+)+)$/.test(line) && !isFile && !isMember;
  return isName && !sources.includes(line) ? [line] : [];
}

interface Address {
  readonly method: string;
  readonly path: string;
}

/** `GET /findings?effect=FAIL`, and in backticks `PUT owners/ID/person` too. */
function addressesIn(text: string): readonly string[] {
  const pattern = /(`?)\b(GET|POST|PUT|PATCH|DELETE) +((?:\/|…\/)?[A-Za-z{][^\s`,;|)]*)/g;
  return [...text.matchAll(pattern)]
    .filter(([, tick, , path = '']) => path.startsWith('/') || path.startsWith('…') || (tick === '`' && /^[a-z]/.test(path)))
    .map(([, , method = '', path = '']) => `${method} ${path.replace(/[?#].*$/, '').replace(/[.:"”]+$/, '')}`);
}

const ROOTS = ['', '/api/v1/workspaces/{}', '/workspaces/{}'];

function isOperation(claimed: string, operations: readonly string[]): boolean {
  const { method, path } = split(claimed);
  const known = operations.map(split).filter((operation) => operation.method === method);
  if (path.startsWith('…')) {
    const asked = segmentsOf(path.slice(1));
    return known.some((operation) => ends(asked, segmentsOf(operation.path)));
  }
  if (/^\/(?:Users|Groups|Bulk|Schemas|ResourceTypes|ServiceProviderConfig)\b/.test(path)) return true; // SCIM's own (RFC 7644 §3.2)
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return known.some((operation) => ROOTS.some((root) => fits(segmentsOf(`${root}${rooted}`), segmentsOf(operation.path))));
}

function split(line: string): Address {
  const [method = '', path = ''] = line.split(' ');
  return { method, path };
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** What stands for itself in an address may be the value of a place for an id, such as the name of a test. */
function fits(asked: readonly string[], there: readonly string[]): boolean {
  return asked.length === there.length && asked.every((segment, n) => segment === there[n] || isPlace(there[n]));
}

/** The end of an address: it is told by its own words, so that `…/schedule` is no id. */
function ends(asked: readonly string[], there: readonly string[]): boolean {
  const end = there.slice(-asked.length);
  return asked.every((segment, n) => segment === end[n] || (isPlace(segment) && isPlace(end[n])));
}

/** A place for an id is `{id}` in an address, and `ID` in some documents. */
function isPlace(segment: string | undefined): boolean {
  return /^(?:\{.+\}|[A-Z-]+)$/.test(segment ?? '');
}

function isPath(line: string): boolean {
  return /^(?:src|test|bench|docs|migrations)\/[\w./-]+$/.test(line);
}

function leads(link: string, document: Document, { read }: House): boolean {
  if (/^[a-z]+:/.test(link)) return true;
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? document.path : posix.join(posix.dirname(document.path), file);
  const text = file === '' ? document.text : read(path.replace(/\/$/, ''));
  return text !== undefined && (anchor === undefined || headingsOf(text).includes(anchor));
}

/** As GitHub names headings. */
function headingsOf(text: string): readonly string[] {
  return namesIn(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
