/** The longest text of an attribute, in UTF-16 code units: far above any directory value, far below a row's limit. */
const MAX_TEXT_LENGTH = 8192;
/** The longest text of an attribute that is indexed: a B-tree entry holds about 2,700 bytes, a code unit up to 3. */
export const MAX_KEY_LENGTH = 512;
/** How many values one multi-valued attribute may hold, so that no sequence of Adds grows a row without end. */
export const MAX_VALUES = 500;

/** RFC 7643 §7: an attribute's definition. It drives discovery, coercion and what a path may name. */
export interface Attribute {
  readonly name: string;
  /** The URN of the schema that defines it. */
  readonly schema: string;
  readonly type: 'string' | 'boolean' | 'reference' | 'dateTime' | 'binary' | 'complex';
  readonly description: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly';
  readonly uniqueness: 'none' | 'server';
  /** `request`: shown only where `attributes` names it, because it has to be looked up elsewhere. */
  readonly returned: 'always' | 'default' | 'request';
  /** Suggested values; others are taken too (RFC 7643 §7 lets a server be wider). */
  readonly canonicalValues: readonly string[];
  readonly referenceTypes: readonly string[];
  readonly maxLength: number;
  /** The value is the id of another resource: a `bulkId` that could not be resolved is none (RFC 7644 §3.7.2). */
  readonly holdsId: boolean;
  readonly subAttributes: readonly Attribute[];
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** RFC 7643 §6: a kind of resource: its schema and the extensions that may hang on it. */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Schema[];
}

export type AttributeOptions = Partial<Omit<Attribute, 'name' | 'schema' | 'description'>>;
type AttributeDraft = Omit<Attribute, 'schema'>;

const plain: AttributeOptions = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  uniqueness: 'none',
  returned: 'default',
  canonicalValues: [],
  referenceTypes: [],
  maxLength: MAX_TEXT_LENGTH,
  holdsId: false,
  subAttributes: [],
};

/** An attribute of a schema under construction; what is not said is a single optional case-insensitive string. */
export function attribute(name: string, description: string, options: AttributeOptions = {}): AttributeDraft {
  return { ...plain, name, description, ...options } as AttributeDraft;
}

/** A sub-attribute: as `attribute`, given to `complex`. */
export function complex(name: string, description: string, subAttributes: readonly AttributeDraft[], options: AttributeOptions = {}) {
  return attribute(name, description, { type: 'complex', ...options, subAttributes: subAttributes as readonly Attribute[] });
}

/** A schema whose attributes know where they belong; frozen. */
export function schema(id: string, name: string, description: string, attributes: readonly AttributeDraft[]): Schema {
  return Object.freeze({ id, name, description, attributes: attributes.map((draft) => placed(draft, id)) });
}

function placed(draft: AttributeDraft, id: string): Attribute {
  return Object.freeze({ ...draft, schema: id, subAttributes: draft.subAttributes.map((sub) => placed(sub, id)) });
}

/** RFC 7643 §3.1: what every resource has and no schema lists; it can be filtered on, and only the server sets it. */
const commonAttributes: readonly Attribute[] = [
  attribute('id', 'The id of the resource', { required: true, caseExact: true, mutability: 'readOnly', returned: 'always' }),
  attribute('schemas', 'The schemas of which the resource has attributes', {
    type: 'reference',
    multiValued: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  complex(
    'meta',
    'What the server says of the resource',
    [
      attribute('resourceType', 'The name of the resource type', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When the resource was created', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When the resource was changed last', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'The address of the resource', { type: 'reference', caseExact: true, mutability: 'readOnly' }),
      attribute('version', 'The ETag of the resource', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
].map((draft) => placed(draft, ''));

/** The common attribute of a name in any case; undefined when there is none. Its `schema` is empty: it belongs to no schema. */
export function commonAttribute(name: string): Attribute | undefined {
  return attributeNamed(commonAttributes, name);
}

/** The attribute of a list that a name means: attribute names are case-insensitive (RFC 7643 §2.1). */
export function attributeNamed(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((candidate) => candidate.name.toLowerCase() === wanted);
}

/** The name by which an attribute is reported: bare in the core schema, under its URN in an extension. */
export function qualifiedName(type: ResourceType, of: Attribute): string {
  return of.schema === type.schema.id || of.schema === '' ? of.name : `${of.schema}:${of.name}`;
}
