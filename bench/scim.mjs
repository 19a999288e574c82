// How fast the SCIM data plane is beside the least that a server on this stack must do. `node bench/scim.mjs --help`.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { CONCURRENT_ADDS, checkConcurrentAdds } from './concurrent-adds.mjs';
import { GROUP_MEMORY, measureGroupMemory } from './group-memory.mjs';
import { interleaveRounds } from './interleave-rounds.mjs';
import { figuresOf, flatnessOf, MEMORY_BUDGET, memoryOf } from './judge.mjs';
import { HELP, readOptions } from './read-options.mjs';
import { renderReport } from './report.mjs';
import { startSubjects } from './subjects.mjs';
import { workloads } from './workloads.mjs';

process.exitCode = await main();

async function main() {
  let options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${error.message}\n\n${HELP}`);
    return 2;
  }
  if (options.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopping = new AbortController();
  // Every time: a signal to the whole group comes twice when npm passes it on, and the second must not end us before what we started.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort(new Error(`ended by ${name}`)));
  const undo = [];
  try {
    const result = await measure(options, await startSubjects({ ...options, undo, signal: stopping.signal }), stopping.signal);
    process.stdout.write(`${conditions(options)}\n\n${renderReport(result, options)}`);
    if (options.json !== undefined)
      writeFileSync(options.json, `${JSON.stringify({ conditions: conditionsOf(options), ...result }, null, 2)}\n`);
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

async function measure({ connections, rounds, seconds, only }, { pairs, machine, deadlocksIn }, signal) {
  const rows = neighbours(pairs.map((pair) => workloads({ ...pair, connections }).map((workload) => ({ workload, pair }))))
    .filter(({ workload }) => only.test(workload.operation))
    .map((row) => ({ ...row, isOffered: true, rounds: [] }));
  const largest = pairs.at(-1);
  const checks = [
    { name: CONCURRENT_ADDS, run: () => checkConcurrentAdds({ pair: largest, deadlocksIn, signal }) },
    { name: GROUP_MEMORY, run: () => measureGroupMemory({ pair: largest, budget: MEMORY_BUDGET, signal }) },
  ].filter(({ name }) => only.test(name));
  if (rows.length + checks.length === 0) throw new Error(`nothing is called ${only}`);
  await interleaveRounds(rows, { rounds, seconds, machine, signal });
  const checked = [];
  for (const { run } of checks) checked.push(await run());
  return { rows: rows.map(figuresOf), flatness: flatnessOf(rows), checks: [...checked, ...memoryOf(rows)] };
}

/** The rows of all populations in the order of the largest, which has every operation, each beside its like in another population. */
function neighbours(perPopulation) {
  return perPopulation
    .at(-1)
    .flatMap(({ workload: { operation } }) =>
      perPopulation.flatMap((rows) => rows.filter(({ workload }) => workload.operation === operation)),
    );
}

function conditionsOf({ populations, connections, rounds, seconds }) {
  return { populations, connections, rounds, seconds, cores: availableParallelism(), node: process.version, at: new Date().toISOString() };
}

function conditions(options) {
  const { populations, connections, rounds, seconds, cores } = conditionsOf(options);
  const users = populations.map((count) => count.toLocaleString('en')).join(' and ');
  return (
    `${users} users, ${connections} connections, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s for each operation and server, ` +
    `${cores} cores shared by the servers, PostgreSQL and this program`
  );
}
