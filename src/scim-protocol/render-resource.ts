import type { CanonicalObject, CanonicalValue, Instant } from '../kernel/index.ts';
import { groupType } from './group-type.ts';
import type { ResourceType } from './schema.ts';
import { LIST_RESPONSE_URN } from './urn.ts';
import { userType } from './user-type.ts';

/** RFC 7643 §3.1: what the server says about a resource beside its attributes. */
export interface ResourceMeta {
  readonly id: string;
  readonly created: Instant;
  readonly lastModified: Instant;
  /** The absolute address of the resource. */
  readonly location: string;
}

/** A user as GET answers it. What was sent is what is shown (I13); `schemas` lists the extensions that hold something. */
export function renderUser(meta: ResourceMeta, resource: CanonicalObject): CanonicalObject {
  const extensions = userType.extensions.filter((extension) => resource[extension.id] !== undefined).map((extension) => extension.id);
  return { schemas: [userType.schema.id, ...extensions], id: meta.id, ...resource, meta: renderMeta(userType, meta) };
}

export interface GroupContent {
  readonly displayName: string;
  readonly externalId: string | null;
  /** Undefined where the response leaves members out: they are then not read at all. */
  readonly memberIds: readonly string[] | undefined;
}

/** A group as GET answers it; `userLocation` makes the address of a member. */
export function renderGroup(meta: ResourceMeta, group: GroupContent, userLocation: (id: string) => string): CanonicalObject {
  const members = group.memberIds?.map((id) => ({ value: id, $ref: userLocation(id), type: 'User' }));
  return {
    schemas: [groupType.schema.id],
    id: meta.id,
    displayName: group.displayName,
    ...(group.externalId === null ? {} : { externalId: group.externalId }),
    ...(members === undefined ? {} : { members }),
    meta: renderMeta(groupType, meta),
  };
}

function renderMeta(type: ResourceType, { created, lastModified, location }: ResourceMeta): CanonicalObject {
  return { resourceType: type.name, created, lastModified, location };
}

export interface ListPage {
  readonly totalResults: number;
  readonly startIndex: number;
  readonly resources: readonly CanonicalValue[];
}

/** RFC 7644 §3.4.2: a page of results; without results `Resources` is an empty list, never absent. */
export function renderList({ totalResults, startIndex, resources }: ListPage): CanonicalObject {
  return { schemas: [LIST_RESPONSE_URN], totalResults, startIndex, itemsPerPage: resources.length, Resources: resources };
}
