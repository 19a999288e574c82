/** A JSON object as a server sent it: nothing in it is believed before it is read. */
export type Resource = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Resource) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function objectsOf(value: unknown): readonly Resource[] {
  return listOf(value).map(objectOf);
}

export function idOf(resource: Resource): string {
  return typeof resource['id'] === 'string' ? resource['id'] : '';
}

/** Unassigned, null, the empty string and the empty array are one state to Entra (RFC 7643 §2.5; entra-scim-client §3.1 U14). */
export function isUnassigned(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** As short as a table's cell can take. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const MAX_SHOWN = 160;
