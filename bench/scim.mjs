// How fast the SCIM data plane is beside the least that a server on this stack must do. `node bench/scim.mjs --help`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { measureRound } from './measure-round.mjs';
import { renderReport } from './report.mjs';
import { startSubjects } from './subjects.mjs';
import { workloads } from './workloads.mjs';

const HELP = `usage: node bench/scim.mjs [--users N] [--connections N] [--rounds N] [--seconds N]

Starts PostgreSQL, Rollcall's sandbox and a bare server (the floor) on loopback, drives both in turn, prints a table of
ratios, and ends everything. Reads dist: run "npm run build" before it, or "npm run bench" instead of it.

  --users N        users in the store, 100 to 1000000 (default 100000; the group of 10,000 needs more than 10,000)
  --connections N  kept-alive connections that each send one request after another, 1 to 64 (default 8)
  --rounds N       rounds per operation and server, 1 to 20 (default 3)
  --seconds N      length of a round, 1 to 30 (default 2)
`;

/**
 * Both servers first do each operation this often, so that code is compiled and plans are cached on either side. By number,
 * not by time: on a busy machine a second is too short to warm anything.
 */
const WARM_UP = { requests: 3_000, seconds: 15 };
/** A round ends after this many requests even when its time is not up. */
const MAX_ROUND_REQUESTS = 1_000_000;

process.exitCode = await main();

async function main() {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const options = readOptions();
  if (options === undefined) return 2;
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => stopping.abort(new Error(`ended by ${name}`)));
  const undo = [];
  try {
    const subjects = await startSubjects({ users: options.users, undo });
    process.stdout.write(`${conditions(options)}\n`);
    process.stdout.write(`\n${renderReport(await measure(options, subjects, stopping.signal))}`);
    return 0;
  } catch (error) {
    const reason = stopping.signal.reason ?? error;
    process.stderr.write(`bench: ${reason instanceof Error ? reason.message : String(reason)}\n`);
    return 1;
  } finally {
    await endAll(undo);
  }
}

/** In the reverse order of the starts; one that cannot be ended does not keep the others running. */
async function endAll(undo) {
  for (const step of undo.splice(0).toReversed()) {
    try {
      await step();
    } catch (error) {
      process.stderr.write(`bench: something could not be ended: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

function readOptions() {
  const limits = { users: [100, 1_000_000], connections: [1, 64], rounds: [1, 20], seconds: [1, 30] };
  const defaults = { users: '100000', connections: '8', rounds: '3', seconds: '2' };
  const options = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]));
  try {
    const { values } = parseArgs({ options });
    const numbers = Object.fromEntries(Object.keys(limits).map((name) => [name, Number(values[name])]));
    const isWithin = ([name, [least, most]]) => Number.isInteger(numbers[name]) && numbers[name] >= least && numbers[name] <= most;
    if (Object.entries(limits).every(isWithin)) return numbers;
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n`);
  }
  process.stderr.write(HELP);
  return undefined;
}

function conditions({ users, connections, rounds, seconds }) {
  return (
    `${users.toLocaleString('en')} users, ${connections} connections, ${rounds} rounds of ${seconds} s for each operation and server, ` +
    `${availableParallelism()} cores shared by both servers, PostgreSQL and this program`
  );
}

/** Rounds outside, operations inside, both servers next to each other and in changing order: what disturbs hits all alike. */
async function measure({ connections, rounds, seconds }, { rollcall, floor, backendsOf, seeded }, signal) {
  const measured = workloads({ ...seeded, roleUrn: rollcall.roleUrn }).map((workload) => ({ ...workload, steps: new Map(), rounds: [] }));
  for (const subject of [rollcall, floor]) {
    let count = 0;
    const run = { next: () => (count += 1) };
    for (const { steps, start } of measured) steps.set(subject, Array.from({ length: connections }, (_, lane) => lane).map(start(run)));
  }
  const round = (subject, { steps }, limit) => measureRound({ subject, steps: steps.get(subject), limit, backendsOf, signal });
  const limit = { requests: MAX_ROUND_REQUESTS, seconds };
  for (const workload of measured) for (const subject of [rollcall, floor]) await round(subject, workload, WARM_UP);
  process.stderr.write('both servers are warm\n');
  for (let n = 0; n < rounds; n += 1) {
    for (const workload of measured) {
      const result = {};
      for (const subject of n % 2 === 0 ? [rollcall, floor] : [floor, rollcall])
        result[subject.name] = await round(subject, workload, limit);
      workload.rounds.push(result);
    }
    process.stderr.write(`round ${n + 1} of ${rounds} done\n`);
  }
  return measured;
}
