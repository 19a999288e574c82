import { groupWorkloads } from './group-workloads.mjs';
import { memberBody, newUserBody, newUserName, replaceBody, wholeUserBody } from './request-bodies.mjs';
import { get, patch, post, put } from './requests.mjs';

const CYCLE_GROUPS = 10;
const PAGE_SIZE = 100;
const ONE_FOUND = '"totalResults":1,';
const NONE_FOUND = '"totalResults":0,';
const FULL_PAGE = `"itemsPerPage":${PAGE_SIZE}`;
const TOTAL = '"totalResults":';

/**
 * Both servers first do each operation this often, so that code is compiled and plans are cached on either side. By number,
 * not by time: on a busy machine a second is too short to warm anything. Long answers are warm sooner.
 */
const WARM_UP_REQUESTS = 3_000;
const LONG_WARM_UP_REQUESTS = 100;

/** The least share of the floor's requests per second that we accept (docs/performance.md). */
const POINT_BUDGET = 0.6;
const CYCLE_BUDGET = 0.55;

/**
 * What is measured on a population, in the order of the table. `start(run)` is called once per server and `run.next()` counts
 * up there; it answers a function of the connection's number, and that one the step of the connection: it sends the next
 * request (for the cycle the next five) and returns how many it sent. What a step remembers lasts over the rounds.
 *
 * `isPoint`: concerns one user, so that its cost may not grow with the population. Reads take the users of even number and
 * writes those of odd number: what is read then has the same size in a small population as in a large one.
 */
export function workloads({ population, roleUrn, connections }) {
  const { userAt, groups } = population;
  const anyPair = () => 2 * Math.floor((Math.random() * population.count) / 2);
  const read = () => userAt(anyPair());
  const written = () => userAt(anyPair() + 1);
  const point = (operation, request) => ({
    operation,
    budget: POINT_BUDGET,
    isPoint: true,
    start: (run) => () => singleStep(() => request(run)),
  });
  const all = [
    point('filter userName, hit', () => get(filterPath('userName', read().userName), { text: ONE_FOUND })),
    point('filter userName, miss', ({ next }) => get(filterPath('userName', `nobody${next()}@load.example`), { text: NONE_FOUND })),
    point('filter externalId, hit', () => get(filterPath('externalId', read().externalId), { text: ONE_FOUND })),
    point('GET user', () => get(`/Users/${read().id}`)),
    point('POST user', ({ next }) => post(newUserBody(next(), roleUrn))),
    point('PATCH user, 3 Replace', ({ next }) => patch(`/Users/${written().id}`, replaceBody(next()))),
    { ...point('PUT user', ({ next }) => putUser(written(), next())), budget: undefined },
    ...['first', 'middle', 'end'].map((page) => listWorkload(page, population)),
    ...groupWorkloads(population),
    { operation: 'Entra cycle', budget: CYCLE_BUDGET, isPoint: true, start: (run) => (lane) => cycle({ run, lane, groups, roleUrn }) },
  ];
  return all.map((workload) => ({
    connections,
    ...workload,
    warmUpRequests: workload.isLong ? LONG_WARM_UP_REQUESTS : WARM_UP_REQUESTS,
  }));
}

function singleStep(request) {
  return async (expect) => {
    await expect(request());
    return 1;
  };
}

function putUser(user, n) {
  return put(`/Users/${user.id}`, wholeUserBody(user, n));
}

/** Where a page begins. The last one moves while users are created, so each answer says where it is next. */
const PAGE_STARTS = {
  first: () => 1,
  middle: (total) => Math.floor((total - PAGE_SIZE) / 2) + 1,
  end: (total) => total - PAGE_SIZE + 1,
};

function listWorkload(page, { count }) {
  const start = () => () => {
    let total = count;
    return async (expect) => {
      const { body } = await expect(get(`/Users?startIndex=${PAGE_STARTS[page](total)}&count=${PAGE_SIZE}`, { text: FULL_PAGE }));
      const at = body.indexOf(TOTAL) + TOTAL.length;
      total = Number.parseInt(body.latin1Slice(at, at + 12), 10);
      return 1;
    };
  };
  return { operation: `list ${PAGE_SIZE}, ${page}`, page, isLong: true, start };
}

/** A new person as Entra provisions one: look, create, change, put into a group, look again. */
function cycle({ run, lane, groups, roleUrn }) {
  const group = `/Groups/${groups.get(`load-cyc-${lane % CYCLE_GROUPS}`)}`;
  return async (expect) => {
    const n = run.next();
    await expect(get(filterPath('userName', newUserName(n)), { text: NONE_FOUND }));
    const { body } = await expect(post(newUserBody(n, roleUrn)));
    const { id } = JSON.parse(body);
    await expect(patch(`/Users/${id}`, replaceBody(n)));
    await expect(patch(group, memberBody('Add', id), 204));
    await expect(get(`/Users/${id}`));
    return 5;
  };
}

function filterPath(attribute, value) {
  return `/Users?filter=${attribute}%20eq%20%22${encodeURIComponent(value)}%22`;
}
