// From what the rounds measured to figures, and from figures to what stands in the budget (docs/performance.md).

/** How much more processor time an operation may cost in the largest population than in the smallest. */
const GROWTH_WITH_USERS = 1.25;
/** How much more a change of one member may cost in the largest group than in the smallest. */
const GROWTH_WITH_MEMBERS = 1.2;
/** How much longer any page of a list may take than the first. */
const LATER_PAGE = 2;
/** What a server may hold of memory at any population and group size, in MiB. */
export const MEMORY_BUDGET = 200;

const SUBJECTS = ['rollcall', 'floor'];

/** One line per operation and population: medians over the rounds. A ratio is taken within a round, whose two servers were neighbours. */
export function figuresOf({ workload, pair, rounds, isOffered }) {
  const { operation, budget, connections } = workload;
  const row = { users: pair.population.count, operation, connections, isOffered, budget };
  if (!isOffered) return row;
  const ratio = median(rounds.map(({ rollcall, floor }) => rollcall.perSecond / floor.perSecond));
  return {
    ...row,
    ratio,
    isMet: budget === undefined ? undefined : ratio >= budget,
    processorRatio: median(rounds.map(({ rollcall, floor }) => processorTime(floor) / processorTime(rollcall))),
    ...Object.fromEntries(SUBJECTS.map((subject) => [subject, medians(rounds.map((round) => round[subject]))])),
    foreignCores: median(rounds.flatMap((round) => SUBJECTS.map((subject) => round[subject].foreignCores))),
  };
}

function medians(results) {
  const of = (name) => median(results.map((result) => result[name]));
  const names = ['perSecond', 'p50', 'p99', 'serverTime', 'databaseTime'];
  return {
    ...Object.fromEntries(names.map((name) => [name, of(name)])),
    peakMemory: Math.max(...results.map((result) => result.peakMemory)),
  };
}

/**
 * What must stay flat: processor time of an operation on one user from the smallest population to the largest, and of a
 * change of one member from the smallest group to the largest; the time of any page of a list beside the first. `growth` is
 * what the latter needs as a multiple of the former.
 */
export function flatnessOf(rows) {
  const offered = rows.filter(({ isOffered }) => isOffered);
  return [...pagesOf(offered), ...growthWithMembers(offered), ...growthWithUsers(offered)];
}

function pagesOf(rows) {
  return rows
    .filter(({ workload }) => workload.page !== undefined && workload.page !== 'first')
    .flatMap((row) => {
      const first = rows.find(({ workload, pair }) => workload.page === 'first' && pair === row.pair);
      if (first === undefined) return [];
      const subject = `${row.workload.operation} / first, ${usersOf(row)}`;
      return [flatness({ subject, from: first, to: row, cost: ({ perSecond }) => 1 / perSecond, measure: 'time', budget: LATER_PAGE })];
    });
}

function growthWithMembers(rows) {
  const grouped = rows.filter(({ workload }) => workload.family !== undefined);
  return [...new Set(grouped.map(({ workload }) => workload.family))].flatMap((family) => {
    const users = Math.max(...grouped.map(({ pair }) => pair.population.count));
    const [first, ...rest] = grouped.filter(({ workload, pair }) => workload.family === family && pair.population.count === users);
    const last = rest.at(-1);
    if (last === undefined) return [];
    const subject = `${family}, group of ${countOf(first.workload.size)} → ${countOf(last.workload.size)}`;
    return [flatness({ subject, from: first, to: last, cost: processorTime, measure: 'CPU', budget: GROWTH_WITH_MEMBERS })];
  });
}

function growthWithUsers(rows) {
  const points = rows.filter(({ workload }) => workload.isPoint);
  return [...new Set(points.map(({ workload }) => workload.operation))].flatMap((operation) => {
    const bySize = points
      .filter(({ workload }) => workload.operation === operation)
      .toSorted((a, b) => a.pair.population.count - b.pair.population.count);
    if (bySize.length < 2) return [];
    const [from, to] = [bySize[0], bySize.at(-1)];
    const subject = `${operation}, ${countOf(from.pair.population.count)} → ${usersOf(to)}`;
    return [flatness({ subject, from, to, cost: processorTime, measure: 'CPU', budget: GROWTH_WITH_USERS })];
  });
}

/** The growth is taken within a round, for either server. */
function flatness({ subject, from, to, cost, measure, budget }) {
  const growthOf = (server) => median(to.rounds.map((round, n) => cost(round[server]) / cost(from.rounds[n][server])));
  const growth = growthOf('rollcall');
  return { subject, measure, growth, floorGrowth: growthOf('floor'), budget, isMet: Number.isNaN(growth) ? undefined : growth <= budget };
}

/** The most that Rollcall held over all rounds of a population; undefined where the system does not tell. */
export function memoryOf(rows) {
  return [...new Set(rows.map(({ pair }) => pair))].flatMap((pair) => {
    const rounds = rows.filter((row) => row.pair === pair).flatMap((row) => row.rounds);
    const peakIn = (server) => Math.max(...rounds.map((round) => round[server].peakMemory));
    const [rollcall, floor] = [peakIn('rollcall'), peakIn('floor')];
    if (!Number.isFinite(rollcall)) return [];
    return [
      {
        check: `memory over all rounds, ${countOf(pair.population.count)} users`,
        result: `rollcall ${rollcall.toFixed(0)} MiB, floor ${floor.toFixed(0)} MiB`,
        budget: `≤ ${MEMORY_BUDGET} MiB`,
        isMet: rollcall <= MEMORY_BUDGET,
        figures: { rollcall, floor },
      },
    ];
  });
}

function processorTime({ serverTime, databaseTime }) {
  return serverTime + databaseTime;
}

function usersOf({ pair }) {
  return `${countOf(pair.population.count)} users`;
}

function countOf(number) {
  return number.toLocaleString('en');
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
