/** Where an attribute mapping writes to, in the forms that Entra's mapping editor takes. */
export type ScimTarget =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'sub-attribute'; readonly name: string; readonly sub: string }
  | { readonly kind: 'typed-value'; readonly name: string; readonly type: string }
  | { readonly kind: 'extension'; readonly urn: string; readonly name: string };

export type ScimValue = string | boolean;

export type ScimResource = Readonly<Record<string, unknown>>;

/** The target as a PATCH path, and as a key of the path-less dialect. */
export function pathOf(target: ScimTarget): string {
  switch (target.kind) {
    case 'attribute':
      return target.name;
    case 'sub-attribute':
      return `${target.name}.${target.sub}`;
    case 'typed-value':
      return `${target.name}[type eq "${target.type}"].value`;
    case 'extension':
      break;
  }
  return `${target.urn}:${target.name}`;
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
      return memberOf(valueOfType(resource[target.name], target.type), 'value');
    case 'extension':
      break;
  }
  return memberOf(resource[target.urn], target.name);
}

/** Puts a value into the body of a POST: extensions nested under their URN, typed values as a primary element. */
export function placeValue(body: Record<string, unknown>, target: ScimTarget, value: ScimValue): void {
  switch (target.kind) {
    case 'attribute':
      body[target.name] = value;
      return;
    case 'sub-attribute':
      body[target.name] = { ...objectOf(body[target.name]), [target.sub]: value };
      return;
    case 'typed-value':
      body[target.name] = [{ primary: true, type: target.type, value }];
      return;
    case 'extension':
      body[target.urn] = { ...objectOf(body[target.urn]), [target.name]: value };
      return;
  }
}

function valueOfType(list: unknown, type: string): unknown {
  return Array.isArray(list) ? list.find((element) => memberOf(element, 'type') === type) : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return objectOf(value)[name];
}

export function objectOf(value: unknown): ScimResource {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ScimResource) : {};
}
