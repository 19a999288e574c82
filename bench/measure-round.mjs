import { withConnections } from './keep-alive-connection.mjs';
import { machineTime, spentBetween, timesOf } from './processor-time.mjs';
import { forgetPeak, peakOf } from './resident-memory.mjs';

const NOT_IMPLEMENTED = 501;

/** Thrown when the server says that it does not offer what is measured (RFC 7644 §3.12). */
export class NotOffered extends Error {}

/**
 * Drives one server with one workload over all its connections until one of the limits is reached. Throws at the first answer that is not
 * the expected one: a server that refuses is fast, and its figure would mean nothing. What the server still does for these
 * requests after it has answered them is waited for and counts as its processor time.
 */
export function measureRound({ subject, steps, limit, machine, signal }) {
  return withConnections({ subject, count: steps.length, signal }, (connections) =>
    driveAll({ subject, steps, limit, machine, connections }),
  );
}

async function driveAll({ subject, steps, limit, machine, connections }) {
  forgetPeak(subject.pid);
  const before = await readTimes(subject, machine);
  const startedAt = performance.now();
  const endAt = startedAt + limit.seconds * 1000;
  const latencies = [];
  let requests = 0;
  const drive = async (step, lane) => {
    const expect = expecting(subject, connections[lane]);
    let now = performance.now();
    while (now < endAt && requests < limit.requests) {
      const sentAt = now;
      const sent = await step(expect); // not `requests += await …`, which would read the sum before it waits and lose the others'
      requests += sent;
      now = performance.now();
      latencies.push(now - sentAt);
    }
  };
  await Promise.all(steps.map(drive));
  const elapsed = (performance.now() - startedAt) / 1000;
  await subject.settle();
  const after = await readTimes(subject, machine);
  const spent = (of) => spentBetween(before[of], after[of]);
  const sorted = Float64Array.from(latencies).sort();
  return {
    perSecond: requests / elapsed,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    serverTime: spent('server') / requests,
    databaseTime: spent('backends') / requests,
    peakMemory: peakOf(subject.pid),
    foreignCores: Math.max(0, after.machine - before.machine - spent('ours')) / 1_000_000 / ((after.at - before.at) / 1000),
  };
}

/** The smallest of the sorted values that the given share of them does not exceed. */
function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

function expecting({ name, pathname }, connection) {
  return async ({ method, path, body, status, text, atLeast }) => {
    const answer = await connection.send(method, pathname + path, body);
    if (answer.status === NOT_IMPLEMENTED) throw new NotOffered(`${name} does not offer ${method} ${path}`);
    if (answer.status !== status || answer.body.length < atLeast || (text !== undefined && !answer.body.includes(text)))
      throw new Error(`${name} answered ${method} ${path} with ${answer.status} ${answer.body.toString('utf8', 0, 300)}`);
    return answer;
  };
}

/** `ours`: whatever the bench has started, so that it does not pass for other people's work. */
async function readTimes({ pid, database }, { backendsOf, serverPids }) {
  const backends = await backendsOf();
  return {
    at: performance.now(),
    machine: machineTime(),
    server: timesOf([pid]),
    backends: timesOf(backends.filter((backend) => backend.database === database).map((backend) => backend.pid)),
    ours: timesOf([process.pid, ...serverPids, ...backends.map((backend) => backend.pid)]),
  };
}
