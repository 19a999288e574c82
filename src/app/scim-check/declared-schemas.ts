import { listOf, objectsOf, type Resource } from './resource.ts';
import { CORE_GROUP_URN, CORE_USER_URN } from './scim-urns.ts';

/** `/Schemas` flattened the way Microsoft's validator does it: to the names that an attribute mapping targets (entra-scim-client §6.2, test 15). */
export interface DeclaredSchemas {
  readonly ids: readonly string[];
  /** Whether the schema of users (or groups) declares the target, in any case. */
  declares(kind: 'user' | 'group', target: string): boolean;
  /** Whether a client must send the attribute. */
  requires(target: string): boolean;
  /** Whether a resource may have this name at its top level. */
  knowsTopLevel(name: string): boolean;
}

/** They belong to every resource and stand in no schema (RFC 7643 §3.1). */
const commonAttributes = ['id', 'externalid', 'meta', 'schemas'];

export function declaredSchemas(schemas: readonly Resource[]): DeclaredSchemas {
  const ids = schemas.map(({ id }) => String(id));
  const flat = (chosen: readonly Resource[]) => new Set(chosen.flatMap(targetsOf).map((target) => target.toLowerCase()));
  const group = flat(schemas.filter(({ id }) => id === CORE_GROUP_URN));
  const user = flat(schemas.filter(({ id }) => id !== CORE_GROUP_URN));
  const required = new Set(
    schemas.flatMap(({ attributes }) =>
      objectsOf(attributes)
        .filter((attribute) => attribute['required'] === true)
        .map(nameOf),
    ),
  );
  const topLevel = new Set([...commonAttributes, ...ids.map((id) => id.toLowerCase()), ...coreNames(schemas)]);
  return {
    ids,
    declares: (kind, target) =>
      commonAttributes.includes(target.toLowerCase()) || (kind === 'user' ? user : group).has(target.toLowerCase()),
    requires: (target) => required.has((target.split(/[.[]/)[0] ?? '').toLowerCase()),
    knowsTopLevel: (name) => topLevel.has(name.toLowerCase()),
  };
}

function coreNames(schemas: readonly Resource[]): readonly string[] {
  return schemas.filter(isCore).flatMap(({ attributes }) => objectsOf(attributes).map(nameOf));
}

function isCore({ id }: Resource): boolean {
  return id === CORE_USER_URN || id === CORE_GROUP_URN;
}

function nameOf(attribute: Resource): string {
  return String(attribute['name']).toLowerCase();
}

function targetsOf(schema: Resource): readonly string[] {
  const prefix = isCore(schema) ? '' : `${String(schema['id'])}:`;
  return objectsOf(schema['attributes']).flatMap((attribute) => {
    const name = `${prefix}${String(attribute['name'])}`;
    const subs = objectsOf(attribute['subAttributes']);
    if (subs.length === 0 || attribute['type'] !== 'complex') return [name];
    const subNames = subs.map((sub) => String(sub['name']));
    if (attribute['multiValued'] !== true) return [name, ...subNames.map((sub) => `${name}.${sub}`)];
    const types = listOf(subs.find((sub) => sub['name'] === 'type')?.['canonicalValues']).map(String);
    return [name, ...types.flatMap((type) => subNames.map((sub) => `${name}[type eq "${type}"].${sub}`))];
  });
}
