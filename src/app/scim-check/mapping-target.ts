import { objectOf, objectsOf, type Resource } from './resource.ts';

/** `urn:…:User:name`, `multi[type eq "x"].sub`, `name.sub` or `name`: the four forms of a target in Entra's attribute mappings. */
type Target =
  | { readonly kind: 'extension'; readonly urn: string; readonly name: string }
  | { readonly kind: 'typed'; readonly name: string; readonly type: string; readonly sub: string }
  | { readonly kind: 'sub'; readonly name: string; readonly sub: string }
  | { readonly kind: 'plain'; readonly name: string };

/** What a resource holds at the target of an attribute mapping, in the nesting that Entra reads (entra-scim-client §2.2). */
export function valueAt(resource: Resource, text: string): unknown {
  const target = parseTarget(text);
  if (target.kind === 'extension') return objectOf(resource[target.urn])[target.name];
  if (target.kind === 'typed') return objectsOf(resource[target.name]).find(({ type }) => type === target.type)?.[target.sub];
  return target.kind === 'sub' ? objectOf(resource[target.name])[target.sub] : resource[target.name];
}

/** The body of a POST with each value at its target, nested as Entra's engine nests it. */
export function nested(values: Readonly<Record<string, unknown>>): Resource {
  const body: Record<string, unknown> = {};
  for (const [text, value] of Object.entries(values)) {
    const target = parseTarget(text);
    if (target.kind === 'extension') body[target.urn] = { ...objectOf(body[target.urn]), [target.name]: value };
    else if (target.kind === 'sub') body[target.name] = { ...objectOf(body[target.name]), [target.sub]: value };
    else if (target.kind === 'plain') body[target.name] = value;
    else body[target.name] = withTyped(objectsOf(body[target.name]), target, value);
  }
  return body;
}

/** Whether Entra sends the target with its filter, as an operation of its own in every dialect. */
export function isFiltered(text: string): boolean {
  return parseTarget(text).kind === 'typed';
}

function withTyped(
  values: readonly Resource[],
  { type, sub }: { readonly type: string; readonly sub: string },
  value: unknown,
): readonly Resource[] {
  const found = values.find((entry) => entry['type'] === type);
  if (found !== undefined) return values.map((entry) => (entry === found ? { ...entry, [sub]: value } : entry));
  return [...values, { type, ...(values.length === 0 && { primary: true }), [sub]: value }];
}

function parseTarget(text: string): Target {
  const [, urn, extended] = /^(urn:.+):([^:]+)$/i.exec(text) ?? [];
  if (urn !== undefined && extended !== undefined) return { kind: 'extension', urn, name: extended };
  const [, multi, type, value] = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/.exec(text) ?? [];
  if (multi !== undefined && type !== undefined && value !== undefined) return { kind: 'typed', name: multi, type, sub: value };
  const [, name, sub] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
  return name !== undefined && sub !== undefined ? { kind: 'sub', name, sub } : { kind: 'plain', name: text };
}
