import { CheckSkipped, expectThat } from './check-failure.ts';
import type { Endpoint } from './created-resources.ts';
import type { PatchOperation } from './dialects.ts';
import { nested, valueAt } from './mapping-target.ts';
import type { Probe } from './probe.ts';
import { idOf, objectsOf, type Resource, shown } from './resource.ts';
import { type Answer, described } from './scim-peer.ts';
import { CORE_GROUP_URN, CORE_USER_URN, ENTERPRISE_USER_URN, ENTRA_GROUP_URN, LIST_URN, PATCH_OP_URN } from './scim-urns.ts';

/** Values by the target of the attribute mapping that writes them. */
export type Values = Readonly<Record<string, unknown>>;

/** The body with which Entra creates a user (entra-scim-client §2.1). The name is unique, the values are the caller's. */
export function newUser(probe: Probe, values: Values = {}): Resource {
  const name = probe.newName();
  return {
    schemas: [CORE_USER_URN, ENTERPRISE_USER_URN],
    meta: { resourceType: 'User' },
    ...nested({
      externalId: name,
      userName: `${name}@scim-check.example`,
      active: true,
      displayName: `Checked ${name}`,
      'name.formatted': `Given ${name}`,
      'name.givenName': 'Given',
      'name.familyName': name,
      'emails[type eq "work"].value': `${name}@scim-check.example`,
      ...values,
    }),
  };
}

/** Groups come without members; those follow by PATCH (entra-scim-client §2.4). */
export function newGroup(probe: Probe): Resource {
  const name = probe.newName();
  return { schemas: [CORE_GROUP_URN, ENTRA_GROUP_URN], meta: { resourceType: 'Group' }, externalId: name, displayName: name };
}

/** POSTs and remembers what came of it, also when it should not have been taken. */
export async function post(probe: Probe, endpoint: Endpoint, body: Resource): Promise<Answer> {
  probe.created.expect(endpoint, String(body[endpoint === '/Users' ? 'userName' : 'displayName']));
  const answer = await probe.send({ method: 'POST', path: endpoint, body });
  if (answer.status < 300 && idOf(answer.body) !== '') probe.created.arrived(endpoint, idOf(answer.body));
  return answer;
}

/** POSTs what must be taken, and answers the new resource's id. */
export async function create(probe: Probe, endpoint: Endpoint, body: Resource): Promise<string> {
  const answer = await post(probe, endpoint, body);
  expectThat(answer.status === 201 || answer.status === 200, '201 Created', described(answer));
  const id = idOf(answer.body);
  expectThat(id !== '', 'the created resource with its id in the answer', `${described(answer)} without an id`);
  return id;
}

export const createUser = (probe: Probe, values?: Values): Promise<string> => create(probe, '/Users', newUser(probe, values));

export const createGroup = (probe: Probe): Promise<string> => create(probe, '/Groups', newGroup(probe));

export function pathOf(endpoint: Endpoint, id: string): string {
  return `${endpoint}/${encodeURIComponent(id)}`;
}

export async function read(probe: Probe, path: string): Promise<Resource> {
  const answer = await probe.send({ method: 'GET', path });
  expectThat(answer.status === 200, '200 and the resource', described(answer));
  return answer.body;
}

export const readUser = (probe: Probe, id: string): Promise<Resource> => read(probe, pathOf('/Users', id));

export function sendPatch(probe: Probe, path: string, operations: readonly PatchOperation[]): Promise<Answer> {
  return probe.send({ method: 'PATCH', path, body: { schemas: [PATCH_OP_URN], Operations: operations } });
}

/** PATCHes what must be taken: 200 with the resource or 204, both are right (RFC 7644 §3.5.2). */
export async function patch(probe: Probe, path: string, operations: readonly PatchOperation[]): Promise<void> {
  const answer = await sendPatch(probe, path, operations);
  expectThat(answer.status === 200 || answer.status === 204, `200 or 204 for ${shown(operations)}`, described(answer));
}

export const patchUser = (probe: Probe, id: string, operations: readonly PatchOperation[]): Promise<void> =>
  patch(probe, pathOf('/Users', id), operations);

export const patchGroup = (probe: Probe, id: string, operations: readonly PatchOperation[]): Promise<void> =>
  patch(probe, pathOf('/Groups', id), operations);

export async function remove(probe: Probe, path: string): Promise<void> {
  const answer = await probe.send({ method: 'DELETE', path });
  expectThat(answer.status === 204 || answer.status === 200, '204 No Content', described(answer));
}

/** The hits of a filter, and that the answer is a list: never a 404, also without a hit (entra-scim-client §1.2). */
export async function find(probe: Probe, query: { endpoint: Endpoint; filter: string; more?: string }): Promise<readonly Resource[]> {
  const { endpoint, filter, more } = query;
  const answer = await probe.send({ method: 'GET', path: listPath(endpoint, filter, more) });
  return hitsOf(answer);
}

export function hitsOf(answer: Answer): readonly Resource[] {
  expectThat(answer.status === 200, '200 and a list', described(answer));
  const { schemas, totalResults, Resources } = answer.body;
  const came = `${described(answer)} ${shown(answer.body)}`;
  expectThat(Array.isArray(schemas) && schemas.includes(LIST_URN), `"schemas" with ${LIST_URN}`, came);
  expectThat(typeof totalResults === 'number', '"totalResults" as a number', came);
  const hits = objectsOf(Resources);
  expectThat(totalResults === 0 || Array.isArray(Resources), '"Resources" as an array', came);
  return hits;
}

/** The filter written into the URL as the engine does it: form-encoded, spaces as `+` (entra-scim-client §1.1). */
export function listPath(endpoint: Endpoint, filter: string, more = ''): string {
  return `${endpoint}?${more === '' ? '' : `${more}&`}filter=${encodeURIComponent(filter).replaceAll('%20', '+')}`;
}

export function equals(attribute: string, value: unknown): string {
  return `${attribute} eq ${JSON.stringify(value)}`;
}

/** The first target whose value is not the one sent: nothing is normalised, or Entra sends it again in every cycle (entra-scim-client §9 #27). */
export function expectValues(resource: Resource, values: Values): void {
  for (const [target, sent] of Object.entries(values)) {
    const came = valueAt(resource, target);
    expectThat(came === sent, `${target} to be ${shown(sent)}, as it was sent`, `${target} is ${shown(came)}`);
  }
}

/** Of the values, those whose targets the server says it has; all when it does not say. */
export async function declaredValues(probe: Probe, values: Values): Promise<Values> {
  const schemas = await probe.schemas();
  return Object.fromEntries(Object.entries(values).filter(([target]) => schemas?.declares('user', target) ?? true));
}

/** Skips the check when the server says in `/ResourceTypes` or `/Schemas` that it has no such thing. */
export async function requireManager(probe: Probe): Promise<void> {
  const schemas = await probe.schemas();
  if (schemas !== undefined && !schemas.ids.includes(ENTERPRISE_USER_URN)) {
    throw new CheckSkipped('/Schemas does not list the enterprise extension, so there is no manager to set');
  }
}

export function managerOf(resource: Resource): unknown {
  return valueAt(resource, `${ENTERPRISE_USER_URN}:manager`);
}
