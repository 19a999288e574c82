import { measureRound, NotOffered } from './measure-round.mjs';

/** However many requests have been sent, warming up ends after this time, in seconds. */
const WARM_UP_SECONDS = 10;

/** A round ends after this many requests even when its time is not up. */
const MAX_ROUND_REQUESTS = 1_000_000;

/**
 * Rounds outside, operations inside; within an operation its populations, and within a population its two servers, next to
 * each other and in changing order: what disturbs hits all alike. Each of `rows` is a workload of one population with its
 * pair of servers; `rounds` of it collects what was measured, and `isOffered` becomes false when Rollcall answers 501.
 */
export async function interleaveRounds(rows, { rounds, seconds, machine, signal }) {
  const started = startSteps(rows);
  const round = ({ steps }, subject, limit) => measureRound({ subject, steps: steps.get(subject), limit, machine, signal });
  for (const entry of started) {
    const { row } = entry;
    const limit = { requests: row.workload.warmUpRequests, seconds: WARM_UP_SECONDS };
    row.isOffered = await isOffered(() => round(entry, row.pair.rollcall, limit));
    if (row.isOffered) await round(entry, row.pair.floor, limit);
  }
  process.stderr.write('the servers are warm\n');
  const offered = started.filter(({ row }) => row.isOffered);
  for (let n = 0; n < rounds; n += 1) {
    for (const entry of offered) {
      const { rollcall, floor } = entry.row.pair;
      const result = {};
      for (const subject of n % 2 === 0 ? [rollcall, floor] : [floor, rollcall])
        result[subject.name] = await round(entry, subject, { requests: MAX_ROUND_REQUESTS, seconds });
      entry.row.rounds.push(result);
    }
    process.stderr.write(`round ${n + 1} of ${rounds} done\n`);
  }
}

/** The steps of each workload's connections, with one counter per server, so that no two workloads create the same user. */
function startSteps(rows) {
  const runs = new Map();
  const runOf = (subject) => {
    if (!runs.has(subject)) {
      let count = 0;
      runs.set(subject, { next: () => (count += 1) });
    }
    return runs.get(subject);
  };
  const lanes = ({ connections, start }, subject) => Array.from({ length: connections }, (_, lane) => lane).map(start(runOf(subject)));
  return rows.map((row) => ({
    row,
    steps: new Map([row.pair.rollcall, row.pair.floor].map((subject) => [subject, lanes(row.workload, subject)])),
  }));
}

async function isOffered(attempt) {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (error instanceof NotOffered) return false;
    throw error;
  }
}
