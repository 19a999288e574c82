import type { MfaKind } from './mfa-read-model.ts';

/** The accounts of a tenant that are there, in the order of their object ids, each with its kind. */
export interface AccountKinds {
  readonly kinds: readonly MfaKind[];
  /** Sixteen bytes for each account. */
  readonly ids: Buffer;
  /** The place of each one's kind among the kinds. */
  readonly kindOf: Uint32Array;
}

/** Bytes of an object id. */
export const ID_BYTES = 16;

/** The object id at a place. */
export function idAt({ ids }: AccountKinds, place: number): string {
  const hex = ids.toString('hex', place * ID_BYTES, (place + 1) * ID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The place of the first account whose object id is this one, or comes after it. */
export function placeFrom({ ids, kindOf }: AccountKinds, objectId: string): number {
  const wanted = Buffer.from(objectId.replaceAll('-', ''), 'hex');
  let from = 0;
  let to = kindOf.length;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (compareAt(ids, middle, wanted, 0) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** How many of some accounts are of each kind, by the place of the kind. `some`: object ids in their order, sixteen bytes each. */
export function tallyKinds({ ids, kindOf, kinds }: AccountKinds, some: Buffer): readonly number[] {
  const counts = kinds.map(() => 0);
  const last = some.length / ID_BYTES;
  let next = 0;
  for (let place = 0; place < kindOf.length && next < last; place += 1) {
    while (next < last && compareAt(some, next, ids, place) < 0) next += 1;
    if (next < last && compareAt(some, next, ids, place) === 0) counts[kindOf[place] ?? 0] = (counts[kindOf[place] ?? 0] ?? 0) + 1;
  }
  return counts;
}

function compareAt(a: Buffer, atA: number, b: Buffer, atB: number): number {
  return a.compare(b, atB * ID_BYTES, (atB + 1) * ID_BYTES, atA * ID_BYTES, (atA + 1) * ID_BYTES);
}
