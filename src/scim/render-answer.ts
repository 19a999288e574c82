import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { groupType, type ResourceType, type Selection, selects, selectText, userType } from '../scim-protocol/index.ts';
import { etagOf } from './conditional-request.ts';
import { scimTenantUrl } from './scim-address.ts';

/** What a resource says of itself beside its attributes. */
export interface Identity {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastModified: Instant;
}

/** Where and how a call's resources are shown. */
export interface View {
  /** `{public}/workspaces/{id}/scim/v2` */
  readonly base: string;
  readonly selection: Selection | undefined;
}

export function viewOf(publicUrl: string, workspaceId: WorkspaceId, selection: Selection | undefined): View {
  return { base: scimTenantUrl(publicUrl, workspaceId), selection };
}

export function locationOf({ base }: View, type: ResourceType, id: string): string {
  return `${base}${type.endpoint}/${id}`;
}

/** How an extension begins in a resource's text: as PostgreSQL writes it, and as we do. */
const EXTENSIONS = userType.extensions.map(({ id }) => ({ id, marks: [`"${id}": {`, `"${id}":{`] as const }));

/**
 * A user as JSON. `resource` is the JSON text of its attributes, which is not parsed unless some are to be left out: what was
 * sent is what is shown (I13). `schemas` lists the extensions that hold something; within a text, a key cannot be mistaken,
 * since a quotation mark in a value is escaped.
 */
export function userJson(view: View, user: Identity, resource: string, groups?: readonly NamedGroup[]): string {
  const extensions = EXTENSIONS.filter(({ marks: [stored, sent] }) => resource.includes(stored) || resource.includes(sent)).map(
    ({ id }) => `,"${id}"`,
  );
  const head = `{"schemas":["${userType.schema.id}"${extensions.join('')}],"id":"${user.id}",${metaJson(view, userType, user)}`;
  const more = groups === undefined ? '' : `,"groups":${JSON.stringify(groups.map((group) => groupOfUser(view, group)))}`;
  const text = resource === '{}' ? `${head}${more}}` : `${head}${more},${resource.slice(1)}`;
  return selectText(text, view.selection);
}

/** A group that a user is in. */
export interface NamedGroup {
  readonly id: string;
  readonly displayName: string;
}

/** RFC 7643 §4.1.2 `groups`. */
function groupOfUser(view: View, { displayName, id }: NamedGroup) {
  return { value: id, $ref: locationOf(view, groupType, id), display: displayName, type: 'direct' };
}

/** `"meta":{…}`; what it is made of needs no escaping. */
export function metaJson(view: View, type: ResourceType, { id, version, createdAt, lastModified }: Identity): string {
  const etag = etagOf(version).replaceAll('"', '\\"');
  return `"meta":{"resourceType":"${type.name}","created":"${createdAt}","lastModified":"${lastModified}","location":"${locationOf(view, type, id)}","version":"${etag}"}`;
}

/** Members are shown unless they are left out; what is not shown is not read. */
export function showsMembers({ selection }: View): boolean {
  return selects(selection, 'members');
}

/** `returned: request` (RFC 7643 §7): a user's groups are shown only where they are asked for by name. */
export function showsGroups({ selection }: View): boolean {
  return selection?.mode === 'only' && selects(selection, 'groups');
}
