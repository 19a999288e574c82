import { type Check } from './check.ts';
import { expectThat } from './check-failure.ts';
import type { Probe } from './probe.ts';
import { objectOf, objectsOf, type Resource, shown } from './resource.ts';
import { described } from './scim-peer.ts';
import { BULK_REQUEST_URN } from './scim-urns.ts';
import { create, createUser, equals, hitsOf, listPath, newGroup, newUser, pathOf, read, readUser } from './steps.ts';

/** Whether the server does what it says of itself (RFC 7644 §4; entra-scim-client §6.1, §6.4). */
export const discoveryChecks: readonly Check[] = [
  {
    id: 'E21',
    name: 'Provider_Config_True',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Clients rely on what /ServiceProviderConfig says, and fail where it is not so.',
    run: keepPromises,
  },
  {
    id: 'E22',
    name: 'Resource_Types_True',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Clients that look for users and groups where /ResourceTypes says do not find them.',
    run: async (probe) => {
      const types = hitsOf(await probe.send({ method: 'GET', path: '/ResourceTypes' }));
      const schemas = await probe.schemas();
      for (const [name, endpoint] of [
        ['User', '/Users'],
        ['Group', '/Groups'],
      ]) {
        const type = types.find((candidate) => candidate['name'] === name);
        expectThat(type?.['endpoint'] === endpoint, `the resource type ${String(name)} with the endpoint ${String(endpoint)}`, shown(type));
        hitsOf(await probe.send({ method: 'GET', path: `${String(endpoint)}?startIndex=1&count=1` }));
        const missing = urnsOf(type).filter((urn) => schemas?.ids.includes(urn) === false);
        expectThat(missing.length === 0, `each schema of ${String(name)} in /Schemas`, `not there: ${missing.join(', ')}`);
      }
    },
  },
  {
    id: 'E23',
    name: 'Schemas_True',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Clients meet attributes that they were not told of; Entra refuses a schema with nulls in it.',
    run: async (probe) => {
      const answer = await probe.send({ method: 'GET', path: '/Schemas' });
      hitsOf(answer);
      expectThat(!answer.text.includes(':null'), 'no null in /Schemas', 'a null');
      const schemas = await probe.schemas();
      const user = await readUser(probe, await createUser(probe));
      const undeclared = Object.keys(user).filter((name) => schemas?.knowsTopLevel(name) !== true);
      expectThat(undeclared.length === 0, 'each attribute of a user declared in /Schemas', `not declared: ${undeclared.join(', ')}`);
      const schema = encodeURIComponent(String(listedIds(user)[0]));
      const one = await probe.send({ method: 'GET', path: `/Schemas/${schema}` });
      expectThat(one.status === 200, '200 for one schema by its URN', described(one));
    },
  },
];

async function keepPromises(probe: Probe): Promise<void> {
  const config = await read(probe, '/ServiceProviderConfig');
  const says = (feature: string) => objectOf(config[feature])['supported'];
  for (const feature of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
    expectThat(typeof says(feature) === 'boolean', `${feature}.supported as true or false (RFC 7643 §5)`, shown(config[feature]));
  }
  for (const feature of ['patch', 'filter'])
    expectThat(says(feature) === true, `${feature}.supported: Entra cannot do without it`, 'false');
  await keepPageLimit(probe, objectOf(config['filter'])['maxResults']);
  if (says('sort') === true) await keepOrder(probe);
  if (says('etag') === true) await keepVersions(probe);
  if (says('bulk') === false) await refuseBulk(probe);
  if (says('bulk') === true) await keepBulk(probe);
  if (objectOf(config['pagination'])['cursor'] === true) await keepCursors(probe);
}

async function keepPageLimit(probe: Probe, maxResults: unknown): Promise<void> {
  expectThat(typeof maxResults === 'number' && maxResults > 0, 'filter.maxResults as a number above 0', shown(maxResults));
  const hits = hitsOf(await probe.send({ method: 'GET', path: `/Users?startIndex=1&count=${maxResults + 1}` }));
  expectThat(hits.length <= maxResults, `${maxResults} resources at most, as filter.maxResults says`, `${hits.length}`);
}

async function keepOrder(probe: Probe): Promise<void> {
  const bodies = [newUser(probe), newUser(probe)];
  for (const body of bodies) await create(probe, '/Users', body);
  const prefix = String(bodies[0]?.['externalId']).replace(/\d+$/, '');
  const path = `/Users?filter=${encodeURIComponent(`userName sw "${prefix}"`)}&sortBy=userName&sortOrder=descending`;
  const names = hitsOf(await probe.send({ method: 'GET', path })).map((user) => String(user['userName']).toLowerCase());
  expectThat(names.length === bodies.length, `both users by ${path}`, shown(names));
  const [first = '', second = ''] = names;
  expectThat(first > second, 'the users in descending order, since sort.supported is true', shown(names));
}

async function keepVersions(probe: Probe): Promise<void> {
  const path = pathOf('/Users', await createUser(probe));
  const answer = await probe.send({ method: 'GET', path });
  const etag = answer.headers.get('etag');
  expectThat(etag !== null, 'an ETag, since etag.supported is true', 'none');
  const { version } = objectOf(answer.body['meta']);
  expectThat(version === etag, `meta.version equal to the ETag ${etag} (RFC 7643 §3.1)`, shown(version));
  const again = await probe.send({ method: 'GET', path, headers: { 'if-none-match': etag } });
  expectThat(again.status === 304, '304 for the version that the client has (RFC 7644 §3.14)', described(again));
}

async function refuseBulk(probe: Probe): Promise<void> {
  const body = { schemas: [BULK_REQUEST_URN], Operations: [] };
  const answer = await probe.send({ method: 'POST', path: '/Bulk', body });
  expectThat(answer.status >= 400 && answer.status !== 500, 'a clear refusal of /Bulk, since bulk.supported is false', described(answer));
}

/** RFC 7644 §3.7.2: a user, and a group that refers to it. */
async function keepBulk(probe: Probe): Promise<void> {
  const bodies = [newUser(probe), { ...newGroup(probe), members: [{ value: 'bulkId:user' }] }];
  const endpoints = ['/Users', '/Groups'] as const;
  const bulkIds = ['user', 'group'];
  const operations = endpoints.map((path, n) => ({ method: 'POST', path, bulkId: bulkIds[n], data: bodies[n] }));
  for (const [n, endpoint] of endpoints.entries())
    probe.created.expect(endpoint, String(bodies[n]?.[n === 0 ? 'userName' : 'displayName']));
  const answer = await probe.send({ method: 'POST', path: '/Bulk', body: { schemas: [BULK_REQUEST_URN], Operations: operations } });
  expectThat(answer.status === 200, '200 for a bulk request, since bulk.supported is true', described(answer));
  const results = objectsOf(answer.body['Operations']);
  const ids = endpoints.map((_, n) => lastSegment(results[n]?.['location']));
  for (const [n, endpoint] of endpoints.entries()) if (ids[n] !== undefined) probe.created.arrived(endpoint, ids[n]);
  const statuses = results.map(({ status }) => status);
  expectThat(statuses.join() === '201,201', 'the status "201" of both operations (RFC 7644 §3.7.3)', shown(statuses));
  const group = await read(probe, pathOf('/Groups', ids[1] ?? ''));
  const members = objectsOf(group['members']).map(({ value }) => value);
  expectThat(members.join() === ids[0], 'the new user as the member that its bulkId stands for (RFC 7644 §3.7.2)', shown(members));
}

function lastSegment(location: unknown): string | undefined {
  return typeof location === 'string' ? location.slice(location.lastIndexOf('/') + 1) : undefined;
}

/** RFC 9865 §2: two users, one a page. */
async function keepCursors(probe: Probe): Promise<void> {
  const displayName = probe.newName();
  for (let n = 0; n < 2; n += 1) await createUser(probe, { displayName });
  const list = `${listPath('/Users', equals('displayName', displayName), 'count=1')}&cursor=`;
  const first = await probe.send({ method: 'GET', path: list });
  const cursor = first.body['nextCursor'];
  expectThat(
    hitsOf(first).length === 1 && typeof cursor === 'string',
    'one user and a nextCursor, since pagination.cursor is true',
    shown(first.body),
  );
  const second = await probe.send({ method: 'GET', path: `${list}${cursor}` });
  const names = [...hitsOf(first), ...hitsOf(second)].map((user) => user['userName']);
  expectThat(new Set(names).size === 2, 'the other user on the page behind the cursor', shown(names));
  const isLast = second.body['nextCursor'] === undefined;
  expectThat(isLast, 'no nextCursor on the last page (RFC 9865 §2)', shown(second.body['nextCursor']));
}

function urnsOf(type: Resource | undefined): readonly string[] {
  return [type?.['schema'], ...objectsOf(type?.['schemaExtensions']).map(({ schema }) => schema)].map(String);
}

function listedIds(user: Resource): readonly unknown[] {
  return Array.isArray(user['schemas']) ? user['schemas'] : [];
}
