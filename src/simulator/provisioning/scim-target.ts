/** Where an attribute mapping writes to, in the forms that Entra's mapping editor takes. */
export type ScimTarget =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'sub-attribute'; readonly name: string; readonly sub: string }
  | { readonly kind: 'typed-value'; readonly name: string; readonly type: string; readonly sub: string }
  | { readonly kind: 'extension'; readonly urn: string; readonly name: string }
  /** `roles[primary eq "True"].value`, which compares a boolean with a text (entra-scim-client §2.3). */
  | { readonly kind: 'primary-role' };

/** An app role as an expression over app role assignments gives it. */
export interface AppRoleValue {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
}

export type ScimValue = string | boolean | AppRoleValue;

export type ScimResource = Readonly<Record<string, unknown>>;

/** The one type of role that Entra names (entra-scim-client §2.3). */
const ROLE_TYPE = 'WindowsAzureActiveDirectoryRole';

/** The target as a PATCH path, and as a key of the path-less dialect. */
export function pathOf(target: ScimTarget): string {
  switch (target.kind) {
    case 'attribute':
      return target.name;
    case 'sub-attribute':
      return `${target.name}.${target.sub}`;
    case 'typed-value':
      return `${target.name}[type eq "${target.type}"].${target.sub}`;
    case 'extension':
      return `${target.urn}:${target.name}`;
    case 'primary-role':
      break;
  }
  return 'roles[primary eq "True"].value';
}

/** What the mapping editor makes of a text: it takes any, and a URN ends at the last colon (entra-scim-client §2.2). */
export function targetNamed(text: string): ScimTarget {
  const [, urn, attribute] = /^(urn:.+):([^:]+)$/i.exec(text) ?? [];
  if (urn !== undefined && attribute !== undefined) return { kind: 'extension', urn, name: attribute };
  const [, list, type, part] = /^(\w+)\[type eq "(\w+)"\]\.(\w+)$/.exec(text) ?? [];
  if (list !== undefined && type !== undefined && part !== undefined) return { kind: 'typed-value', name: list, type, sub: part };
  const [, name, sub] = /^(\w+)\.(\w+)$/.exec(text) ?? [];
  return name !== undefined && sub !== undefined ? { kind: 'sub-attribute', name, sub } : { kind: 'attribute', name: text };
}

/** Whether the path selects values of a multi-valued attribute: such a path never joins an operation without a path. */
export function isFiltered(target: ScimTarget): boolean {
  return target.kind === 'typed-value' || target.kind === 'primary-role';
}

/**
 * What a resource holds at a target; undefined and null both mean "absent". Names are compared exactly: what a server
 * echoes under another name is not found, and is sent again in each cycle (entra-scim-client §2.2).
 */
export function valueAt(resource: ScimResource, target: ScimTarget): unknown {
  switch (target.kind) {
    case 'attribute':
      return resource[target.name];
    case 'sub-attribute':
      return memberOf(resource[target.name], target.sub);
    case 'typed-value':
      return memberOf(
        listOf(resource[target.name]).find((element) => memberOf(element, 'type') === target.type),
        target.sub,
      );
    case 'extension':
      return memberOf(resource[target.urn], target.name);
    case 'primary-role':
      break;
  }
  return primaryRole(listOf(resource['roles']));
}

/** Puts a value into the body of a POST: extensions nested under their URN, the parts of a typed value in one element. */
export function placeValue(body: Record<string, unknown>, target: ScimTarget, value: ScimValue): void {
  switch (target.kind) {
    case 'attribute':
      body[target.name] = value;
      return;
    case 'sub-attribute':
      body[target.name] = { ...objectOf(body[target.name]), [target.sub]: value };
      return;
    case 'typed-value':
      body[target.name] = withTypedValue(listOf(body[target.name]), target, value);
      return;
    case 'extension':
      body[target.urn] = { ...objectOf(body[target.urn]), [target.name]: value };
      return;
    case 'primary-role':
      body['roles'] = [{ primary: true, type: ROLE_TYPE, value: textOf(value) }];
      return;
  }
}

/** A value as the text that a server keeps. */
export function textOf(value: ScimValue): string {
  return typeof value === 'object' ? value.value : String(value);
}

/** Entra marks the work address as primary; of the other lists its documents show no mark (entra-scim-client §2.1). */
function withTypedValue(
  list: readonly unknown[],
  target: { readonly name: string; readonly type: string; readonly sub: string },
  value: ScimValue,
): readonly unknown[] {
  const mark = target.name === 'emails' ? { primary: true } : {};
  const isOfType = (element: unknown) => memberOf(element, 'type') === target.type;
  const before = list.find(isOfType) ?? { ...mark, type: target.type };
  return [...list.filter((element) => !isOfType(element)), { ...objectOf(before), [target.sub]: value }];
}

/** The primary role, or the only one: what the legacy dialect adds bears no mark, and its value is JSON in a text. */
function primaryRole(roles: readonly unknown[]): unknown {
  const role = roles.find((element) => isTrue(memberOf(element, 'primary'))) ?? (roles.length === 1 ? roles[0] : undefined);
  const value = memberOf(role, 'value');
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return memberOf(JSON.parse(value), 'value') ?? value;
  } catch {
    return value;
  }
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function memberOf(value: unknown, name: string): unknown {
  return objectOf(value)[name];
}

export function objectOf(value: unknown): ScimResource {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ScimResource) : {};
}
