const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const CORE_USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE_USER_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CYCLE_GROUPS = 10;
const ONE_FOUND = '"totalResults":1,';
const NONE_FOUND = '"totalResults":0,';

/**
 * What is measured, in the order of the table. `start(run)` is called once per server and `run.next()` counts up there; it
 * answers a function of the connection's number, and that one the step of the connection: it sends the next request (for the
 * cycle the next five) and returns how many it sent. What a step remembers lasts over the rounds. `budget` is the smallest
 * share of the floor's requests per second that we accept.
 */
export function workloads({ users, groups, roleUrn }) {
  const anyUser = () => users[Math.floor(Math.random() * users.length)];
  const single = (name, request, budget = 0.6) => ({ name, budget, start: (run) => () => singleStep(() => request(run)) });
  return [
    single('GET user by id', () => get(`/Users/${anyUser().id}`)),
    single('filter userName, hit', () => get(filterPath(anyUser().userName), ONE_FOUND)),
    single('filter userName, miss', ({ next }) => get(filterPath(`nobody${next()}@load.example`), NONE_FOUND)),
    single('POST user', ({ next }) => post(newUserBody(next(), roleUrn))),
    single('PATCH user, 3 Replace', ({ next }) => patch(`/Users/${anyUser().id}`, replaceBody(next()))),
    ...['load-g100', 'load-g10000'].filter((name) => groups.has(name)).map((name) => memberWorkload(name, { users, groups })),
    { name: 'Entra cycle', budget: 0.55, start: (run) => (lane) => cycle({ run, lane, groups, roleUrn }) },
  ];
}

function singleStep(request) {
  return async (expect) => {
    await expect(request());
    return 1;
  };
}

/** One member comes and goes: a step is one PATCH. */
function memberWorkload(name, { users, groups }) {
  const size = Number(name.slice('load-g'.length));
  const start = () => (lane) => {
    let isMember = false;
    const path = `/Groups/${groups.get(name)}`;
    const member = users[(size + lane) % users.length].id;
    return async (expect) => {
      isMember = !isMember;
      await expect(patch(path, memberBody(isMember ? 'Add' : 'Remove', member), 204));
      return 1;
    };
  };
  return { name: `group of ${size.toLocaleString('en')}, add/remove`, start };
}

/** A new person as Entra provisions one: look, create, change, put into a group, look again. */
function cycle({ run, lane, groups, roleUrn }) {
  const group = `/Groups/${groups.get(`load-cyc-${lane % CYCLE_GROUPS}`)}`;
  return async (expect) => {
    const n = run.next();
    await expect(get(filterPath(userNameOf(n)), NONE_FOUND));
    const { body } = await expect(post(newUserBody(n, roleUrn)));
    const { id } = JSON.parse(body);
    await expect(patch(`/Users/${id}`, replaceBody(n)));
    await expect(patch(group, memberBody('Add', id), 204));
    await expect(get(`/Users/${id}`));
    return 5;
  };
}

/** Requests with the status that they must be answered with, and a text that the answer must hold. */
function get(path, text) {
  return { method: 'GET', path, status: 200, text };
}

function post(body) {
  return { method: 'POST', path: '/Users', body, status: 201 };
}

function patch(path, body, status = 200) {
  return { method: 'PATCH', path, body, status };
}

function filterPath(userName) {
  return `/Users?filter=userName%20eq%20%22${encodeURIComponent(userName)}%22`;
}

function userNameOf(n) {
  return `new${String(n).padStart(7, '0')}@load.example`;
}

function newUserBody(n, roleUrn) {
  const userName = userNameOf(n);
  return JSON.stringify({
    schemas: [CORE_USER_URN, ENTERPRISE_USER_URN, roleUrn],
    externalId: `new-${n}`,
    userName,
    active: true,
    displayName: `New User ${n}`,
    title: 'Analyst',
    preferredLanguage: 'en-GB',
    name: { formatted: `New User ${n}`, familyName: `User ${n}`, givenName: 'New' },
    emails: [{ primary: true, type: 'work', value: userName }],
    addresses: [{ type: 'work', streetAddress: '1 Quay Street', locality: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }],
    phoneNumbers: [{ type: 'work', value: '+44 117 496 0000' }],
    [ENTERPRISE_USER_URN]: { employeeNumber: `E${n}`, department: 'Operations', costCenter: '4711' },
    [roleUrn]: { rbac_role_id: 'reviewer' },
  });
}

function replaceBody(n) {
  return JSON.stringify({
    schemas: [PATCH_OP],
    Operations: [
      { op: 'Replace', path: 'displayName', value: `Renamed User ${n}` },
      { op: 'Replace', path: 'title', value: `Title ${n}` },
      { op: 'Replace', path: `${ENTERPRISE_USER_URN}:department`, value: `Department ${n}` },
    ],
  });
}

function memberBody(op, id) {
  return JSON.stringify({ schemas: [PATCH_OP], Operations: [{ op, path: 'members', value: [{ value: id }] }] });
}
