/**
 * RFC 7644 §3.7.2: within a bulk request `bulkId:x` stands for the id of the resource that the operation of that bulkId creates:
 * as a value, as a segment of an operation's path, and in quotation marks in the path of a PATCH operation.
 */
const PREFIX = 'bulkId:';
const IN_PATH = /"bulkId:([^"]*)"/g;

/** The bulkId that a text refers to; undefined when it is no reference. */
export function bulkReference(text: string): string | undefined {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : undefined;
}

/** A JSON value with its references replaced by what `idOf` answers; those for which it answers undefined stay as they are. */
export function resolveReferences(value: unknown, idOf: (bulkId: string) => string | undefined, name = ''): unknown {
  if (typeof value === 'string') return resolveText(value, idOf, name);
  if (Array.isArray(value)) return value.map((item: unknown) => resolveReferences(item, idOf, name));
  if (typeof value !== 'object' || value === null) return value;
  // By definition and not by assignment: a member named __proto__ stays a member.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolveReferences(member, idOf, key)]));
}

function resolveText(text: string, idOf: (bulkId: string) => string | undefined, name: string): string {
  const whole = bulkReference(text);
  if (whole !== undefined) return idOf(whole) ?? text;
  if (name.toLowerCase() !== 'path') return text;
  return text.replaceAll(IN_PATH, (reference, bulkId: string) => {
    const id = idOf(bulkId);
    return id === undefined ? reference : `"${id}"`;
  });
}
