import {
  describeResourceTypes,
  describeSchemas,
  describeService,
  findResourceType,
  findSchema,
  ScimError,
} from '../scim-protocol/index.ts';
import { MAX_PAGE } from './list-request.ts';
import { scimTenantUrl } from './scim-address.ts';
import type { ScimDeps } from './scim-deps.ts';
import { type AdmittedCall, MAX_BODY_BYTES, type ScimAnswer } from './scim-request.ts';

/** RFC 7644 §4. Discovery is answered while the switch is off too: Entra reads it when the connection is set up. */
export async function getServiceProviderConfig({ publicUrl }: ScimDeps, { workspaceId }: AdmittedCall): Promise<ScimAnswer> {
  return answer(describeService(scimTenantUrl(publicUrl, workspaceId), { page: MAX_PAGE, bodyBytes: MAX_BODY_BYTES }));
}

export async function getSchemas({ publicUrl }: ScimDeps, { workspaceId }: AdmittedCall): Promise<ScimAnswer> {
  return answer(describeSchemas(scimTenantUrl(publicUrl, workspaceId)));
}

export async function getSchema({ publicUrl }: ScimDeps, { workspaceId }: AdmittedCall, id: string): Promise<ScimAnswer> {
  return answer(findSchema(scimTenantUrl(publicUrl, workspaceId), decode(id)));
}

export async function getResourceTypes({ publicUrl }: ScimDeps, { workspaceId }: AdmittedCall): Promise<ScimAnswer> {
  return answer(describeResourceTypes(scimTenantUrl(publicUrl, workspaceId)));
}

export async function getResourceType({ publicUrl }: ScimDeps, { workspaceId }: AdmittedCall, name: string): Promise<ScimAnswer> {
  return answer(findResourceType(scimTenantUrl(publicUrl, workspaceId), name));
}

function answer(content: unknown): ScimAnswer {
  if (content === undefined) throw new ScimError('notFound', 'There is no such schema or resource type.');
  return { status: 200, body: JSON.stringify(content), wire: 'counted' };
}

/** A URN may arrive with its colons escaped. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
