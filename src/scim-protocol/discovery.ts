import SCIMMY from 'scimmy';
import type { CanonicalObject } from '../kernel/index.ts';
import { groupType } from './group-type.ts';
import { MAX_BULK_OPERATIONS } from './parse-bulk.ts';
import { renderList } from './render-list.ts';
import type { Attribute, ResourceType, Schema } from './schema.ts';
import { userType } from './user-type.ts';

const SERVICE_PROVIDER_CONFIG_URN = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const RESOURCE_TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';

const types: readonly ResourceType[] = [userType, groupType];

/** What a service takes and answers at most. */
export interface ServiceLimits {
  /** Resources in a page, which is also what a request without `count` gets. */
  readonly page: number;
  readonly bodyBytes: number;
}

/** RFC 7643 §5, with `pagination` of RFC 9865 §4. `base` is the absolute address that ends in `/scim/v2`. */
export function describeService(base: string, { bodyBytes, page }: ServiceLimits): CanonicalObject {
  return {
    schemas: [SERVICE_PROVIDER_CONFIG_URN],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: MAX_BULK_OPERATIONS, maxPayloadSize: bodyBytes },
    filter: { supported: true, maxResults: page },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: page, maxPageSize: page },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'The SCIM credential of the workspace, sent as Authorization: Bearer',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
      {
        type: 'oauth2',
        name: 'OAuth 2.0 client credentials',
        description: 'An access token of the token endpoint beside this address, got by a client secret or a client assertion',
        specUri: 'https://www.rfc-editor.org/info/rfc6749',
        primary: false,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** RFC 7643 §7: all schemas, as a list; Entra's schema discovery reads this. */
export function describeSchemas(base: string): CanonicalObject {
  return listOf(schemas().map((schema) => describeSchema(schema, base)));
}

/** One schema by its URN in any case; undefined when there is none. */
export function findSchema(base: string, id: string): CanonicalObject | undefined {
  const found = schemas().find((schema) => schema.id.toLowerCase() === id.toLowerCase());
  return found && describeSchema(found, base);
}

/** RFC 7643 §6. */
export function describeResourceTypes(base: string): CanonicalObject {
  return listOf(types.map((type) => describeResourceType(type, base)));
}

export function findResourceType(base: string, name: string): CanonicalObject | undefined {
  const found = types.find((type) => type.name.toLowerCase() === name.toLowerCase());
  return found && describeResourceType(found, base);
}

function listOf(resources: readonly CanonicalObject[]): CanonicalObject {
  return renderList({ totalResults: resources.length, startIndex: 1, resources });
}

function schemas(): readonly Schema[] {
  return types.flatMap((type) => [type.schema, ...type.extensions]);
}

function describeResourceType(type: ResourceType, base: string): CanonicalObject {
  return {
    schemas: [RESOURCE_TYPE_URN],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map((extension) => ({ schema: extension.id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

/** scimmy knows which characteristics an attribute of each type shows; our data says what they are. */
function describeSchema(schema: Schema, base: string): CanonicalObject {
  const definition = new SCIMMY.Types.SchemaDefinition(schema.id, schema.id, schema.description, schema.attributes.map(scimmyAttribute));
  const described: unknown = JSON.parse(JSON.stringify(definition.describe(`${base}/Schemas`)));
  return { ...(described as CanonicalObject), name: schema.name };
}

function scimmyAttribute(attribute: Attribute): SCIMMY.Types.Attribute {
  const config: SCIMMY.Types.Attribute.AttributeConfig = {
    description: attribute.description,
    multiValued: attribute.multiValued,
    required: attribute.required,
    caseExact: attribute.caseExact,
    mutable: attribute.mutability,
    uniqueness: attribute.uniqueness,
    returned: attribute.returned,
    ...(attribute.canonicalValues.length === 0 ? {} : { canonicalValues: [...attribute.canonicalValues] }),
    ...(attribute.referenceTypes.length === 0 ? {} : { referenceTypes: [...attribute.referenceTypes] }),
  };
  return new SCIMMY.Types.Attribute(attribute.type, attribute.name, config, attribute.subAttributes.map(scimmyAttribute));
}
