import { groupOf } from './group-workloads.mjs';
import { withConnections } from './keep-alive-connection.mjs';
import { forgetPeak, hasResidentPeak, peakOf } from './resident-memory.mjs';

const GROUP_SIZE = 50_000;
const READERS = 8;
const UUID_LENGTH = 36;

export const GROUP_MEMORY = `memory of ${READERS} parallel GETs, group of ${GROUP_SIZE.toLocaleString('en')}`;

/** How much memory a server holds before and while it answers with a large group several times at once. */
export async function measureGroupMemory({ pair, budget, signal }) {
  const group = groupOf(pair.population, GROUP_SIZE);
  if (group === undefined) return skipped('needs 50,250 users');
  if (!hasResidentPeak) return skipped('this system does not tell');
  const [rollcall, floor] = [await readInParallel(pair.rollcall, group, signal), await readInParallel(pair.floor, group, signal)];
  const show = ({ before, after }) => `${before.toFixed(0)} → ${after.toFixed(0)} MiB`;
  return {
    check: GROUP_MEMORY,
    result: `rollcall ${show(rollcall)}, floor ${show(floor)}`,
    budget: `≤ ${budget} MiB`,
    isMet: rollcall.after <= budget,
    figures: { rollcall, floor },
  };
}

function skipped(why) {
  return { check: GROUP_MEMORY, result: `skipped: ${why}`, isMet: undefined };
}

function readInParallel(subject, group, signal) {
  return withConnections({ subject, count: READERS, signal }, async (connections) => {
    forgetPeak(subject.pid);
    const before = peakOf(subject.pid);
    const answers = await Promise.all(connections.map((connection) => connection.send('GET', `${subject.pathname}/Groups/${group}`)));
    const wrong = answers.find(({ status, body }) => status !== 200 || body.length < GROUP_SIZE * UUID_LENGTH);
    if (wrong !== undefined) throw new Error(`${subject.name} answered GET of a group with ${wrong.status} and ${wrong.body.length} bytes`);
    return { before, after: peakOf(subject.pid) };
  });
}
