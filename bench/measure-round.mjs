import { openConnection } from './keep-alive-connection.mjs';
import { machineTime, spentBetween, timesOf } from './processor-time.mjs';

/**
 * Drives one server with one workload over all its connections until one of the limits is reached. Throws at the first answer that is not
 * the expected one: a server that refuses is fast, and its figure would mean nothing. What the server still does for these
 * requests after it has answered them is waited for and counts as its processor time.
 */
export async function measureRound({ subject, steps, limit, backendsOf, signal }) {
  signal.throwIfAborted();
  const connections = await Promise.all(steps.map(() => openConnection(subject)));
  const close = () => connections.forEach((connection) => connection.close());
  signal.addEventListener('abort', close, { once: true });
  try {
    return await driveAll({ subject, steps, limit, backendsOf, connections });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function driveAll({ subject, steps, limit, backendsOf, connections }) {
  const before = await readTimes(subject, backendsOf);
  const startedAt = performance.now();
  const endAt = startedAt + limit.seconds * 1000;
  let requests = 0;
  const drive = async (step, lane) => {
    const expect = expecting(subject, connections[lane]);
    while (performance.now() < endAt && requests < limit.requests) {
      const sent = await step(expect); // not `requests += await …`, which would read the sum before it waits and lose the others'
      requests += sent;
    }
  };
  await Promise.all(steps.map(drive));
  const elapsed = (performance.now() - startedAt) / 1000;
  await subject.settle();
  const after = await readTimes(subject, backendsOf);
  const spent = (of) => spentBetween(before[of], after[of]);
  const ours = spent('harness') + spent('server') + spent('allBackends');
  return {
    perSecond: requests / elapsed,
    serverTime: spent('server') / requests,
    postgresTime: spent('backends') / requests,
    foreignCores: Math.max(0, after.machine - before.machine - ours) / 1_000_000 / ((after.at - before.at) / 1000),
  };
}

function expecting({ name, pathname }, connection) {
  return async ({ method, path, body, status, text }) => {
    const answer = await connection.send(method, pathname + path, body);
    if (answer.status !== status || (text !== undefined && !answer.body.includes(text)))
      throw new Error(`${name} answered ${method} ${path} with ${answer.status} ${answer.body.toString().slice(0, 300)}`);
    return answer;
  };
}

async function readTimes({ pid, database }, backendsOf) {
  const backends = await backendsOf();
  return {
    at: performance.now(),
    machine: machineTime(),
    harness: timesOf([process.pid]),
    server: timesOf([pid]),
    backends: timesOf(backends.filter((backend) => backend.database === database).map((backend) => backend.pid)),
    allBackends: timesOf(backends.map((backend) => backend.pid)),
  };
}
