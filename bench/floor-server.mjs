// The floor: what a server on this stack must pay at the least. node:http, pg with prepared statements, one round trip per
// request; no authentication, no tenancy, no validation. Takes FLOOR_DATABASE_URL and FLOOR_POOL_SIZE from the environment,
// says its port on standard output and ends with SIGTERM, or when its input ends.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';
import { addMember, findUser, insertUser, patchUser, readUser, removeMember } from './floor-statements.mjs';

const asText = (text) => text;
const pool = new pg.Pool({
  connectionString: process.env.FLOOR_DATABASE_URL,
  max: Number(process.env.FLOOR_POOL_SIZE),
  types: { getTypeParser: () => asText },
});
const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const SCHEMAS = JSON.stringify(['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_USER_URN]);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://floor');
  const [, collection, id] = pathname.split('/');
  const answer = (status, body = '') => {
    response.writeHead(status, { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(body) }).end(body);
  };
  handle({ method: request.method, collection, id, filter: searchParams.get('filter'), request }).then(
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

async function handle({ method, collection, id, filter, request }) {
  if (method === 'GET') return id === undefined ? find(filter) : read(id);
  const text = await bodyOf(request);
  const body = JSON.parse(text);
  if (method === 'POST') return create(body);
  return collection === 'Groups' ? patchMembers(id, body, text) : patch(id, body, text);
}

async function read(id) {
  const { rows } = await pool.query({ ...readUser, values: [id] });
  return rows.length === 0 ? { status: 404, body: '{}' } : { status: 200, body: render(rows[0]) };
}

async function find(filter) {
  const userName = JSON.parse(filter.slice(filter.indexOf('"'))).toLowerCase();
  const { rows } = await pool.query({ ...findUser, values: [userName] });
  const body = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":${rows.length},"startIndex":1,"itemsPerPage":${rows.length},"Resources":[${rows.map(render).join(',')}]}`;
  return { status: 200, body };
}

async function create({ schemas: _implied, ...user }) {
  const [id, at, resource] = [randomUUID(), new Date().toISOString(), JSON.stringify(user)];
  await pool.query({ ...insertUser, values: [id, user.userName.toLowerCase(), at, resource] });
  return { status: 201, body: render({ id, created_at: at, last_modified: at, resource }) };
}

async function patch(id, { Operations }, text) {
  const [core, extension] = [{}, {}];
  for (const { path, value } of Operations) {
    if (path.startsWith('urn:')) extension[path.slice(path.lastIndexOf(':') + 1)] = value;
    else core[path] = value;
  }
  const values = [id, JSON.stringify(core), ENTERPRISE_USER_URN, JSON.stringify(extension), new Date().toISOString(), text];
  const { rows } = await pool.query({ ...patchUser, values });
  return { status: 200, body: render(rows[0]) };
}

async function patchMembers(id, { Operations }, text) {
  for (const { op, value } of Operations) {
    const statement = op === 'Add' ? addMember : removeMember;
    for (const member of value) await pool.query({ ...statement, values: [id, member.value, new Date().toISOString(), text] });
  }
  return { status: 204 };
}

function render({ id, created_at: created, last_modified: lastModified, resource }) {
  return `{"schemas":${SCHEMAS},"id":"${id}","meta":{"resourceType":"User","created":"${created}","lastModified":"${lastModified}","location":"http://floor/Users/${id}"},${resource.slice(resource.indexOf('"'))}`;
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
