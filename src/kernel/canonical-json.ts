/** What a ledger leaf and a manifest may hold: no fractions, no undefined, nothing that two writers could print differently. */
export type CanonicalValue = null | boolean | number | string | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue };

export type CanonicalObject = { readonly [key: string]: CanonicalValue };

/**
 * The canonical text of a value (RFC 8785): keys sorted by UTF-16 code units, no white space, ECMAScript escapes.
 * Stricter than the RFC so that every reader agrees: a number must be a safe integer and a string well-formed.
 * Throws a TypeError that names the path of what cannot be canonical.
 */
export function canonicalJson(value: CanonicalValue): string {
  // What is in order already, as most of what we make is, the engine writes several times faster.
  if (isInOrder(value)) return JSON.stringify(value);
  try {
    return write(value);
  } catch (error) {
    throw at('$', error);
  }
}

/** Whether the engine's own text of a value is the canonical one. */
function isInOrder(value: CanonicalValue): boolean {
  if (typeof value === 'string') return isWellFormed(value);
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value !== 'object') return false; // what the types rule out
  return isList(value) ? isListInOrder(value) : isObjectInOrder(value);
}

function isListInOrder(value: readonly CanonicalValue[]): boolean {
  for (const item of value) if (!isInOrder(item)) return false; // `every` would pass over what is missing
  return true;
}

function isObjectInOrder(value: CanonicalObject): boolean {
  if (!isPlain(value)) return false;
  let before = '';
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (key < before || !isWellFormed(key) || member === undefined || !isInOrder(member)) return false;
    before = key;
  }
  return true;
}

function isPlain(value: CanonicalObject): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Most texts have no surrogate at all, which is found out faster than whether one is alone. */
function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/.test(text) || !/\p{Surrogate}/u.test(text);
}

function write(value: CanonicalValue): string {
  if (typeof value === 'string') return writeString(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`: ${value} is not a safe integer`);
    return String(value === 0 ? 0 : value);
  }
  return isList(value) ? writeList(value) : writeObject(value);
}

function writeString(value: string): string {
  if (!isWellFormed(value)) throw new TypeError(': a lone surrogate has no UTF-8 form');
  return JSON.stringify(value);
}

function writeList(value: readonly CanonicalValue[]): string {
  const items: string[] = [];
  for (const item of value) {
    try {
      items.push(write(item));
    } catch (error) {
      throw at(`[${items.length}]`, error);
    }
  }
  return `[${items.join(',')}]`;
}

function writeObject(value: CanonicalObject): string {
  if (!isPlain(value)) throw new TypeError(': only plain objects are canonical');
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    try {
      if (member === undefined) throw new TypeError(': undefined is not JSON');
      members.push(`${writeString(key)}:${write(member)}`);
    } catch (error) {
      throw at(`.${key}`, error);
    }
  }
  return `{${members.join(',')}}`;
}

/** An error with one more step of the path before it: the path is put together only where something is wrong. */
function at(step: string, error: unknown): unknown {
  return error instanceof TypeError ? new TypeError(`${step}${error.message}`, { cause: error.cause }) : error;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
