import type { Json } from './scim-check-double-answer.ts';

/** One operation, in whatever way Entra words it. */
export function applyPatch(resource: Json, operation: Json): void {
  const { path, value } = operation;
  const isRemoval = String(operation['op']).toLowerCase() === 'remove';
  if (typeof path !== 'string') {
    for (const [key, one] of Object.entries(value as Json)) assign(resource, key, one);
  } else if (path.startsWith('members')) {
    changeMembers(resource, { isRemoval, path, value });
  } else {
    assign(resource, path, isRemoval ? undefined : value);
  }
}

function changeMembers(resource: Json, change: { isRemoval: boolean; path: string; value: unknown }): void {
  const [, filtered] = /\[value eq "(.+)"\]/.exec(change.path) ?? [];
  const ids = filtered === undefined ? (change.value as Json[]).map(({ value }) => value) : [filtered];
  const others = (resource['members'] as Json[]).filter(({ value }) => !ids.includes(value));
  resource['members'] = [...others, ...(change.isRemoval ? [] : ids.map((value) => ({ value })))];
}

function assign(resource: Json, path: string, given: unknown): void {
  const value = stored(path, given);
  const [, urn, extended] = /^(urn:.+):([^:]+)$/.exec(path) ?? [];
  const [, multi, type, sub] = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/.exec(path) ?? [];
  const [, name, child] = /^(\w+)\.(\w+)$/.exec(path) ?? [];
  if (urn !== undefined) assignWithin(resource, urn, { [String(extended)]: value });
  else if (multi !== undefined) assignTyped(resource, multi, { type, [String(sub)]: value });
  else if (name !== undefined) assignWithin(resource, name, { [String(child)]: value });
  else resource[path] = value;
}

/** The empty text and null clear (RFC 7643 §2.5); a manager is an object. */
function stored(path: string, given: unknown): unknown {
  if (path === 'active') return String(given).toLowerCase() === 'true';
  if (given === '' || given === null || given === undefined) return undefined;
  return path.endsWith(':manager') ? { value: given } : given;
}

function assignTyped(resource: Json, name: string, values: Json): void {
  const entries = (resource[name] ?? []) as Json[];
  const entry = entries.find((one) => one['type'] === values['type']);
  resource[name] = [...entries.filter((one) => one !== entry), { ...entry, ...values }];
}

function assignWithin(resource: Json, name: string, values: Json): void {
  resource[name] = { ...(resource[name] as Json | undefined), ...values };
}
