/** What a ledger leaf and a manifest may hold: no fractions, no undefined, nothing that two writers could print differently. */
export type CanonicalValue = null | boolean | number | string | readonly CanonicalValue[] | { readonly [key: string]: CanonicalValue };

export type CanonicalObject = { readonly [key: string]: CanonicalValue };

/**
 * The canonical text of a value (RFC 8785): keys sorted by UTF-16 code units, no white space, ECMAScript escapes.
 * Stricter than the RFC so that every reader agrees: a number must be a safe integer and a string well-formed.
 * Throws a TypeError that names the path of what cannot be canonical.
 */
export function canonicalJson(value: CanonicalValue): string {
  return write(value, '$');
}

function write(value: CanonicalValue, path: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${path}: ${value} is not a safe integer`);
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === 'string') return writeString(value, path);
  if (isList(value)) return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  return writeObject(value, path);
}

function writeString(value: string, path: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`${path}: a lone surrogate has no UTF-8 form`);
  return JSON.stringify(value);
}

function writeObject(value: CanonicalObject, path: string): string {
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) {
    throw new TypeError(`${path}: only plain objects are canonical`);
  }
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) throw new TypeError(`${path}.${key}: undefined is not JSON`);
    members.push(`${writeString(key, path)}:${write(member, `${path}.${key}`)}`);
  }
  return `{${members.join(',')}}`;
}

function isList(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value);
}
