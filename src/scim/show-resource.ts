import type { CanonicalObject, WorkspaceId } from '../kernel/index.ts';
import {
  groupType,
  type ResourceType,
  readSelection,
  renderGroup,
  renderUser,
  type Selection,
  selectAttributes,
  userType,
} from '../scim-protocol/index.ts';
import type { StoredGroup } from './group-store.ts';
import { scimTenantUrl } from './scim-address.ts';
import type { AdmittedCall } from './scim-request.ts';
import type { StoredUser } from './user-store.ts';

export interface Shown {
  readonly location: string;
  readonly content: CanonicalObject;
}

function resourceLocation(publicUrl: string, workspaceId: WorkspaceId, type: ResourceType, id: string): string {
  return `${scimTenantUrl(publicUrl, workspaceId)}${type.endpoint}/${id}`;
}

/** Which attributes the call asks for (RFC 7644 §3.9). */
export function selectionOf({ query }: AdmittedCall, type: ResourceType): Selection | undefined {
  return readSelection(type, query.get('attributes') ?? undefined, query.get('excludedAttributes') ?? undefined);
}

export function showUser(publicUrl: string, call: AdmittedCall, user: Omit<StoredUser, 'version'>): Shown {
  const { id, createdAt: created, lastModified, resource } = user;
  const location = resourceLocation(publicUrl, call.workspaceId, userType, id);
  return {
    location,
    content: selectAttributes(renderUser({ id, created, lastModified, location }, resource), selectionOf(call, userType)),
  };
}

export function showGroup(publicUrl: string, call: AdmittedCall, group: Omit<StoredGroup, 'version'>): Shown {
  const { id, createdAt: created, lastModified, displayName, externalId, memberIds } = group;
  const location = resourceLocation(publicUrl, call.workspaceId, groupType, id);
  const members = (memberId: string) => resourceLocation(publicUrl, call.workspaceId, userType, memberId);
  const content = renderGroup(
    { id, created, lastModified, location },
    { displayName, externalId, memberIds: memberIds ?? undefined },
    members,
  );
  return { location, content: selectAttributes(content, selectionOf(call, groupType)) };
}
