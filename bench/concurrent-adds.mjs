import { setTimeout as delay } from 'node:timers/promises';
import { groupOf, UNTOUCHED } from './group-workloads.mjs';
import { withConnections } from './keep-alive-connection.mjs';
import { memberBody } from './request-bodies.mjs';

const GROUP_SIZE = 50_000;
const CONNECTIONS = 32;

/** An idle connection of PostgreSQL tells what it counted after ten seconds at the latest (PGSTAT_IDLE_INTERVAL). */
const STATISTICS_MS = 11_000;

export const CONCURRENT_ADDS = `${UNTOUCHED.count} member adds at ${CONNECTIONS} connections, one group of ${GROUP_SIZE.toLocaleString('en')}`;

/**
 * Whether concurrent changes of one group are all kept: each of the users is added by a request of its own, and the group
 * is then read over SCIM. `isMet` is undefined where the population is too small.
 */
export async function checkConcurrentAdds({ pair, deadlocksIn, signal }) {
  const { rollcall, population } = pair;
  const group = groupOf(population, GROUP_SIZE);
  if (group === undefined) return { check: CONCURRENT_ADDS, result: `skipped: needs ${minimum()} users`, isMet: undefined };
  const members = Array.from({ length: UNTOUCHED.count }, (_, n) => population.userAt(GROUP_SIZE + UNTOUCHED.first + n).id);
  const path = `${rollcall.pathname}/Groups/${group}`;
  const before = await deadlocksIn(rollcall.database);
  const { statuses, stored } = await withConnections({ subject: rollcall, count: CONNECTIONS, signal }, async (connections) => {
    const answered = await addAll(connections, path, members);
    const { body } = await connections[0].send('GET', path);
    return { statuses: answered, stored: members.filter((id) => body.includes(`"value":"${id}"`)).length };
  });
  await delay(STATISTICS_MS, undefined, { signal });
  const deadlocks = (await deadlocksIn(rollcall.database)) - before;
  const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  return {
    check: CONCURRENT_ADDS,
    result: `${stored} of ${members.length} stick; answered ${answers}; ${deadlocks} deadlocks`,
    isMet: stored === members.length && statuses.get(204) === members.length && deadlocks === 0,
  };
}

/** Each connection takes the next member until there is none. How many answers there were of each status. */
async function addAll(connections, path, members) {
  const waiting = members.values();
  const statuses = new Map();
  const drive = async (connection) => {
    for (const id of waiting) {
      const { status } = await connection.send('PATCH', path, memberBody('Add', id));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(connections.map(drive));
  return statuses;
}

function minimum() {
  return (GROUP_SIZE + UNTOUCHED.first + UNTOUCHED.count).toLocaleString('en');
}
