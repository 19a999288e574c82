// The floor: what a server on this stack must pay at the least. node:http, pg with prepared statements, one round trip per
// request; no authentication, no tenancy, no validation. Takes FLOOR_DATABASE_URL and FLOOR_POOL_SIZE from the environment,
// says its port on standard output and ends with SIGTERM, or when its input ends.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import * as sql from './floor-statements.mjs';

const asText = (text) => text;
const pool = new pg.Pool({
  connectionString: process.env.FLOOR_DATABASE_URL,
  max: Number(process.env.FLOOR_POOL_SIZE),
  types: { getTypeParser: () => asText },
});
const LIST_RESPONSE = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SCHEMAS = JSON.stringify(['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_USER_URN]);
const GROUP_SCHEMAS = JSON.stringify(['urn:ietf:params:scim:schemas:core:2.0:Group']);

/** How many users there are: counted once and kept up to date by whoever creates one. */
let total = Number((await pool.query(sql.countUsers)).rows[0].total);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://floor');
  const [, collection, id] = pathname.split('/');
  const answer = (status, body = '') => {
    response.writeHead(status, { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(body) }).end(body);
  };
  handle({ method: request.method, collection, id, searchParams, request }).then(
    ({ status, body }) => answer(status, body),
    (error) => answer(500, JSON.stringify({ detail: String(error) })),
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.once('SIGTERM', () => void stop());
process.stdin.resume().once('end', () => void stop());

async function stop() {
  server.close();
  server.closeAllConnections();
  await pool.end();
  process.exit(0);
}

async function handle({ method, collection, id, searchParams, request }) {
  if (method === 'GET') return get({ collection, id, searchParams });
  const text = await bodyOf(request);
  const body = JSON.parse(text);
  if (method === 'POST') return create(body);
  if (method === 'PUT') return replace(id, body);
  return collection === 'Groups' ? patchMembers(id, body, text) : patch(id, body, text);
}

function get({ collection, id, searchParams }) {
  if (collection === 'Groups') return readGroup(id, searchParams.get('excludedAttributes') === 'members');
  if (id !== undefined) return read(id);
  const filter = searchParams.get('filter');
  return filter === null ? list(Number(searchParams.get('startIndex')), Number(searchParams.get('count'))) : find(filter);
}

async function read(id) {
  const { rows } = await pool.query({ ...sql.readUser, values: [id] });
  return rows.length === 0 ? { status: 404, body: '{}' } : { status: 200, body: render(rows[0]) };
}

async function find(filter) {
  const value = JSON.parse(filter.slice(filter.indexOf('"')));
  const query = filter.startsWith('userName')
    ? { ...sql.findUserByName, values: [value.toLowerCase()] }
    : { ...sql.findUserByExternalId, values: [value] };
  const { rows } = await pool.query(query);
  return { status: 200, body: renderList(rows, { totalResults: rows.length, startIndex: 1 }) };
}

async function list(startIndex, count) {
  const { rows } = await pool.query({ ...sql.listUsers, values: [startIndex, count] });
  return { status: 200, body: renderList(rows, { totalResults: total, startIndex }) };
}

async function create({ schemas: _implied, ...user }) {
  const [id, at, resource] = [randomUUID(), new Date().toISOString(), JSON.stringify(user)];
  await pool.query({ ...sql.insertUser, values: [id, user.userName.toLowerCase(), user.externalId, at, resource] });
  total += 1;
  return { status: 201, body: render({ id, created_at: at, last_modified: at, resource }) };
}

async function replace(id, { schemas: _implied, ...user }) {
  const [at, resource] = [new Date().toISOString(), JSON.stringify(user)];
  const values = [id, user.userName.toLowerCase(), user.externalId, at, resource];
  const { rows } = await pool.query({ ...sql.replaceUser, values });
  return { status: 200, body: render({ id, created_at: rows[0].created_at, last_modified: at, resource }) };
}

async function patch(id, { Operations }, text) {
  const [core, extension] = [{}, {}];
  for (const { path, value } of Operations) {
    if (path.startsWith('urn:')) extension[path.slice(path.lastIndexOf(':') + 1)] = value;
    else core[path] = value;
  }
  const values = [id, JSON.stringify(core), ENTERPRISE_USER_URN, JSON.stringify(extension), new Date().toISOString(), text];
  const { rows } = await pool.query({ ...sql.patchUser, values });
  return { status: 200, body: render(rows[0]) };
}

async function readGroup(id, withoutMembers) {
  const { rows } = await pool.query({ ...(withoutMembers ? sql.readGroup : sql.readGroupWithMembers), values: [id] });
  return { status: 200, body: renderGroup(rows[0]) };
}

async function patchMembers(id, { Operations }, text) {
  for (const { op, value } of Operations) {
    const statement = op === 'Add' ? sql.addMember : sql.removeMember;
    for (const member of value) await pool.query({ ...statement, values: [id, member.value, new Date().toISOString(), text] });
  }
  return { status: 204 };
}

function render({ id, created_at: created, last_modified: lastModified, resource }) {
  return `{"schemas":${SCHEMAS},"id":"${id}","meta":{"resourceType":"User","created":"${created}","lastModified":"${lastModified}","location":"http://floor/Users/${id}"},${resource.slice(resource.indexOf('"'))}`;
}

function renderList(rows, { totalResults, startIndex }) {
  return `{"schemas":["${LIST_RESPONSE}"],"totalResults":${totalResults},"startIndex":${startIndex},"itemsPerPage":${rows.length},"Resources":[${rows.map(render).join(',')}]}`;
}

/** `ids` is PostgreSQL's text of an array, `{…,…}`, of which the members are made in one go. */
function renderGroup({ id, display_name: displayName, created_at: created, last_modified: lastModified, member_ids: ids }) {
  const members = ids === undefined || ids === '{}' ? '' : `,"members":[{"value":"${ids.slice(1, -1).replaceAll(',', '"},{"value":"')}"}]`;
  return `{"schemas":${GROUP_SCHEMAS},"id":"${id}","displayName":"${displayName}","meta":{"resourceType":"Group","created":"${created}","lastModified":"${lastModified}","location":"http://floor/Groups/${id}"}${members}}`;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
