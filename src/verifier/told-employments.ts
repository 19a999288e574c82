import { isObject, type JsonObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';

/** Longer texts are ids, of which each is another. */
const LONGEST_WORD = 32;

/** Records of HR about employments, shortened to what tells of when and where: a ledger has more of these than of all else that is remembered. What is the same in many is held once. */
export class ToldEmployments {
  readonly #words = new Map<string, string>();

  of({ id, index, leaf, type }: ProvenRecord): ProvenRecord {
    const { after, detail, observed, recorded_at: recordedAt, subject } = leaf;
    return {
      index,
      id,
      type: this.#word(type),
      leaf: {
        recorded_at: this.#known(recordedAt),
        subject: isObject(subject) ? this.#of(subject) : subject,
        ...(after !== undefined && { after: isObject(after) ? this.#of(after) : after }),
        ...(observed !== undefined && { observed: isObject(observed) ? this.#of(observed) : observed }),
        ...(isObject(detail) && { detail: { person: detail['person'] } }),
      },
    };
  }

  #of(told: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, this.#known(value)]));
  }

  #known(value: unknown): unknown {
    return typeof value === 'string' && value.length <= LONGEST_WORD ? this.#word(value) : value;
  }

  #word(text: string): string {
    const known = this.#words.get(text);
    if (known === undefined) this.#words.set(text, text);
    return known ?? text;
  }
}
