import type { Instant } from '../kernel/index.ts';
import { instantOfText } from '../platform/index.ts';

/**
 * SQL for columns that travel as one text, which costs far less to take apart here than a row of a dozen values costs to receive. For ids, words,
 * dates and the like: nothing that may be empty, which means null, or have a tab in it.
 */
export function packed(columns: readonly string[]): string {
  return `format(E'${columns.map(() => '%s').join('\\t')}', ${columns.join(', ')})`;
}

/** Takes out what was packed, in the order of the columns. */
export class PackedFacts {
  readonly #cells: readonly string[];
  #at = 0;

  constructor(facts: string) {
    this.#cells = facts.split('\t');
  }

  text(): string | null {
    const cell = this.#cells[this.#at];
    this.#at += 1;
    return cell === undefined || cell === '' ? null : cell;
  }

  /** Text of any kind, which was packed by `to_json`. */
  anyText(): string | null {
    const cell = this.text();
    // Most have nothing to take apart, and to see that is several times faster.
    if (cell?.startsWith('"') === true && !cell.includes('\\')) return cell.slice(1, -1);
    const text: unknown = cell === null ? null : JSON.parse(cell);
    if (text !== null && typeof text !== 'string') throw new Error(`column ${this.#at} is no text`);
    return text;
  }

  /** Throws an Error for null. */
  given(): string {
    const cell = this.text();
    if (cell === null) throw new Error(`column ${this.#at} of ${this.#cells.length} is empty`);
    return cell;
  }

  /** A timestamptz. */
  instant(): Instant | null {
    const cell = this.text();
    return cell === null ? null : instantOfText(cell);
  }

  /** A timestamptz; throws an Error for null. */
  givenInstant(): Instant {
    return instantOfText(this.given());
  }

  /** A boolean. */
  flag(): boolean {
    return this.text() === 't';
  }
}
