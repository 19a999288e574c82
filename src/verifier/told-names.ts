import { isObject, type JsonObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';

/** What the records disclose of what people and accounts are called, of those whom the report names by an id alone. */
export class ToldNames {
  readonly #told: ReadonlyMap<string, Set<unknown>>;

  /** `names`: of the report. */
  constructor(names: readonly JsonObject[]) {
    this.#told = new Map(names.map((each) => [keyOf(each), new Set()]));
  }

  /** `shown`: the values beside the record. */
  note({ leaf, type }: ProvenRecord, shown: ReadonlyMap<string, unknown>): void {
    if (this.#told.size === 0 || shown.size === 0) return;
    const person = type.startsWith('hr.') ? shown.get('person') : undefined;
    if (isObject(person) && isObject(leaf['detail']))
      this.#add('person', leaf['detail']['person'], person['display_name'] ?? person['work_email']);
    if (type.startsWith('graph.account.')) this.#add('account', shown.get('object_id'), shown.get('user_principal_name'));
  }

  /** Every name that is shown of it; none where no value is. */
  of(named: JsonObject): ReadonlySet<unknown> {
    return this.#told.get(keyOf(named)) ?? new Set();
  }

  #add(kind: string, id: unknown, name: unknown): void {
    if (name !== undefined) this.#told.get(keyOf({ kind, id }))?.add(name);
  }
}

/** The directory's ids are the same in any letters. */
function keyOf({ id, kind }: JsonObject): string {
  return `${String(kind)} ${String(id).toLowerCase()}`;
}
