import { type CanonicalObject, type CanonicalValue, canonicalJson } from '../kernel/index.ts';
import { digestReference, disclosureDigest } from '../tlog/index.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { ProvenRecord } from './proven-record.ts';
import { indexAt, isObject, type JsonObject, objectAt, parseJson, textAt } from './json-shape.ts';
import { LineCursor } from './lines.ts';
import { brokenCheck, type Problem, ProblemList } from './problem.ts';

const FILE = 'log/disclosures.jsonl';

/** Types of records that tell in `detail.values` how many values were erased. */
const erasures: readonly string[] = ['ledger.erased', 'ledger.purged'];

interface Disclosed {
  readonly index: number;
  readonly path: string;
  readonly salt: Buffer;
  readonly value: unknown;
}

/** How many values there should be, and are. */
export interface CountedValues {
  /** Digests that the proven records hold. */
  readonly digests: number;
  /** Values that are there, each the one of a digest. */
  readonly shown: number;
  /** Values of which records tell that they were erased (`ledger.erased`, `ledger.purged`). */
  readonly erased: number;
}

/** Values that are not there though no record tells that they were erased: by then whoever had the bundle on its way could have left them out. */
export function withheldOf({ digests, erased, shown }: CountedValues): number {
  return Math.max(0, digests - shown - erased);
}

export interface CheckedDisclosures {
  readonly values: CountedValues;
  readonly problems: readonly Problem[];
}

/**
 * Each disclosed value is the one whose salted digest its record holds. A value that is not there was erased or left out, which takes nothing from
 * the record (I11): so the digests are counted, and what the ledger tells of erasures. The file is read beside the records, in whose order its lines are.
 */
export class DisclosureCheck {
  readonly #lines: LineCursor;
  readonly #problems = new ProblemList();
  #head: Disclosed | undefined;
  #isOver = false;
  #digests = 0;
  #shown = 0;
  #erased = 0;
  /** Of the record whose lines are read: what is told twice counts once. */
  #ofRecord = new Map<string, unknown>();

  constructor(files: BundleFiles) {
    this.#lines = new LineCursor(files.read(FILE));
  }

  /** Counts what a record promises, and what it tells of erasures; once for each, before its lines are checked. */
  count({ leaf, type }: ProvenRecord): void {
    this.#ofRecord = new Map();
    this.#digests += isObject(leaf['disclosures']) ? Object.keys(leaf['disclosures']).length : 0;
    if (erasures.includes(type) && isObject(leaf['detail'])) this.#erased += valuesOf(leaf['detail']);
  }

  /** What is shown of the record that was counted last, once its lines were checked. */
  get shown(): ReadonlyMap<string, unknown> {
    return this.#ofRecord;
  }

  /** Checks the lines that speak of a record, `undefined` where it is not proven; false where more has to be read first. */
  checkThose(index: number, record: ProvenRecord | undefined): boolean {
    for (;;) {
      const head = this.#nextLine();
      if (head === undefined) return this.#isOver;
      if (head.index > index) return true;
      this.#check(head, index, record);
      this.#take();
    }
  }

  async readOn(): Promise<void> {
    try {
      await this.#lines.fill();
      this.#isOver = this.#lines.isDone;
    } catch (error) {
      const { code, detail } = brokenCheck(FILE, error);
      this.#problems.add(code, detail);
      this.#isOver = true;
    }
  }

  /** What is left speaks of no record that there is. */
  async finish(): Promise<CheckedDisclosures> {
    while (!this.checkThose(Number.MAX_SAFE_INTEGER, undefined)) await this.readOn();
    return { values: { digests: this.#digests, shown: this.#shown, erased: this.#erased }, problems: this.#problems.all() };
  }

  /** The next line that can be read. */
  #nextLine(): Disclosed | undefined {
    while (this.#head === undefined) {
      const line = this.#lines.head;
      if (line === undefined) return undefined;
      this.#head = readDisclosed(line);
      if (this.#head !== undefined) break;
      this.#problems.add('disclosure', `line ${this.#lines.number} of ${FILE} was changed: it cannot be read any more`);
      this.#lines.take();
    }
    return this.#head;
  }

  #take(): void {
    this.#head = undefined;
    this.#lines.take();
  }

  #check(head: Disclosed, index: number, record: ProvenRecord | undefined): void {
    const line = `line ${this.#lines.number} of ${FILE}`;
    if (head.index < index) {
      this.#problems.add('disclosure', `${line} speaks of record ${head.index}, which is not proven or came before`);
    } else if (record === undefined) {
      this.#problems.add('disclosure', `${line} speaks of record ${head.index}, which is not proven`);
    } else if (!isOf(head, record)) {
      const name = `record ${head.index} (${record.type}, id ${record.id})`;
      this.#problems.add('disclosure', `${line} was changed: ${name} holds another digest for ${head.path}`);
    } else if (this.#ofRecord.has(head.path)) {
      this.#problems.add('disclosure', `${line} tells again what a line before it tells of record ${head.index}`);
    } else {
      this.#ofRecord.set(head.path, head.value);
      this.#shown += 1;
    }
  }
}

function valuesOf({ values }: JsonObject): number {
  return typeof values === 'number' && Number.isSafeInteger(values) && values > 0 ? values : 0;
}

function isOf({ path, salt, value }: Disclosed, { leaf }: ProvenRecord): boolean {
  const promised = leaf['disclosures'];
  if (promised === undefined) return false;
  try {
    const digest = disclosureDigest({ salt, path, value: value as CanonicalValue });
    return objectAt(promised, 'disclosures')[path] === digestReference(digest);
  } catch {
    return false; // a value that has no canonical form is none that was hashed
  }
}

/** A line as it is written, and in no other way that JSON would allow: of a member that is there twice one program takes the first, another the last. */
function readDisclosed(line: Buffer): Disclosed | undefined {
  try {
    const { i, path, salt, value } = objectAt(parseJson(line), 'the line');
    if (!line.equals(Buffer.from(canonicalJson({ i, path, salt, value } as CanonicalObject), 'utf8'))) return undefined;
    return { index: indexAt(i, 'i'), path: textAt(path, 'path'), salt: saltAt(salt), value };
  } catch {
    return undefined; // the caller says which line it was
  }
}

/** Exactly as it would be printed: Base64url can write the same bytes in several ways. */
function saltAt(value: unknown): Buffer {
  const text = textAt(value, 'salt');
  const salt = Buffer.from(text, 'base64url');
  if (salt.toString('base64url') !== text) throw new TypeError('salt is not Base64url');
  return salt;
}
