// A Microsoft Graph that answers from memory, in a process of its own so that its work and memory are not the reader's. `node bench/graph-from-memory.mjs USERS GROUPS`;
// prints its address. Tokens name the tenant: one whose id begins with `1` has the groups and tells of sign-ins, one with `5` waits before each answer.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { deletedItems, groupId, groupMembers, PAGE, page, userId, userOf } from './directory-population.mjs';

const [users, groups] = process.argv.slice(2).map(Number);
const SLOW_MS = 400;

/** From 1 on, every thousandth user is another. */
let generation = 0;
let changed = 0;
let url = '';
/** The listing of users, made before anybody asks: what is measured is who reads it. As bytes, by the number of the first user. */
let listed = new Map();

const server = createServer((request, response) => {
  request.resume();
  respond(request, response).catch(() => response.destroy());
});

async function respond(request, response) {
  const target = new URL(request.url, url);
  const tenant = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
  if (tenant?.startsWith('5')) await wait(SLOW_MS);
  const isWhole = tenant?.startsWith('1') === true;
  const refused = !isWhole && asksForSignIns(target) ? refusals.forbidden : undefined;
  const body = refused === undefined ? answer(target, isWhole ? groups : 0) : undefined;
  const reply = body === undefined ? (refused ?? refusals.unknown) : { status: 200, body };
  response.writeHead(reply.status, { 'content-type': 'application/json', 'request-id': '00000000-0000-4000-8000-000000000000' });
  response.end(reply.body);
}

const refusals = {
  forbidden: { status: 403, body: '{"error":{"code":"Authorization_RequestDenied"}}' },
  unknown: { status: 404, body: '{"error":{"code":"Request_ResourceNotFound"}}' },
};

function asksForSignIns({ searchParams }) {
  return searchParams.get('$select')?.includes('signInActivity') === true;
}

function answer({ pathname, searchParams }, present) {
  const [, first] = pathname.split('/');
  if (pathname.endsWith('/oauth2/v2.0/token')) return JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: first });
  if (pathname.endsWith('/openid-configuration')) return '{"cloud_instance_name":"microsoftonline.com"}';
  if (first === 'v1.0') return read({ pathname, searchParams }, present);
  if (first !== 'bench') return undefined;
  generation = Number(searchParams.get('generation'));
  changed = Number(searchParams.get('changed'));
  list();
  return '{}';
}

function read({ pathname, searchParams }, present) {
  const [, , kind, id, part] = pathname.split('/');
  const at = Number(searchParams.get('$skiptoken') ?? 0);
  if (id === 'delta') return deltaOf(kind, searchParams, at);
  if (kind === 'directory') return deletedItems;
  if (kind === 'users' && asksForSignIns({ searchParams })) return signIns(at);
  if (kind === 'users') return id === undefined ? listed.get(at) : JSON.stringify(userOf(numberIn(id), generation));
  if (kind !== 'groups') return undefined;
  if (part === 'members') return groupMembers(numberIn(id), { groups, users });
  return page(url, { path: '/v1.0/groups', at, count: present, itemOf: (n) => ({ id: groupId(n), displayName: `Group ${n}` }) });
}

function list() {
  const pageFrom = (at) => page(url, { path: '/v1.0/users', at, count: users, itemOf: (n) => userOf(n, generation) });
  listed = new Map(Array.from({ length: Math.ceil(users / PAGE) }, (_, index) => [index * PAGE, Buffer.from(pageFrom(index * PAGE))]));
}

function signIns(at) {
  const signInActivity = { lastSuccessfulSignInDateTime: '2026-01-01T00:00:00Z' };
  return page(url, {
    path: '/v1.0/users',
    query: '$select=id,signInActivity&',
    at,
    count: users,
    itemOf: (n) => ({ id: userId(n), signInActivity }),
  });
}

function numberIn(id) {
  return Number.parseInt(id.slice(24), 16);
}

/** The first `changed` of every thousandth user are told of. */
function deltaOf(resource, searchParams, at) {
  const link = { '@odata.deltaLink': `${url}/v1.0/${resource}/delta?$deltatoken=x` };
  if (searchParams.get('$deltatoken') === 'latest' || resource === 'groups') return JSON.stringify({ value: [], ...link });
  return page(url, { path: '/v1.0/users/delta', at, count: changed, itemOf: (n) => ({ id: userId(n) }), last: link });
}

// Whoever started it has gone.
process.stdin.resume().on('end', () => process.exit());

server.listen(0, '127.0.0.1', () => {
  url = `http://127.0.0.1:${server.address().port}`;
  list();
  process.stdout.write(`${url}\n`);
});
