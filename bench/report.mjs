import { hasProcessorTime } from './processor-time.mjs';

const HEADS = ['operation', 'ratio', 'budget', 'CPU ratio', 'rollcall/s', 'floor/s', 'rollcall CPU', 'floor CPU'];

/**
 * The table of a run. `ratio`: Rollcall's requests per second as a share of the floor's, the median over rounds of
 * neighbours. `CPU ratio`: the floor's processor time per request as a share of Rollcall's, which other work on the machine
 * disturbs less. Processor time is microseconds per request: the server's + those of its PostgreSQL connections.
 */
export function renderReport(measured) {
  const rows = measured.map(({ name, budget, rounds }) => rowOf(name, budget, rounds));
  const foreign = median(
    measured.flatMap(({ rounds }) => rounds.flatMap(({ rollcall, floor }) => [rollcall.foreignCores, floor.foreignCores])),
  );
  return [
    table([HEADS, HEADS.map(() => '---'), ...rows]),
    '',
    'Only the ratios say something elsewhere; requests per second and microseconds are those of this machine in this run.',
    hasProcessorTime
      ? `Other processes used ${foreign.toFixed(2)} cores beside this run (median over rounds).`
      : 'This system has no /proc: processor time was not measured.',
    '',
  ].join('\n');
}

function rowOf(name, budget, rounds) {
  const of = (pick) => median(rounds.map(pick));
  const cpu = ({ serverTime, postgresTime }) => serverTime + postgresTime;
  const split = (subject) =>
    hasProcessorTime
      ? `${of((round) => round[subject].serverTime).toFixed(0)}+${of((round) => round[subject].postgresTime).toFixed(0)}`
      : 'unknown';
  return [
    name,
    of(({ rollcall, floor }) => rollcall.perSecond / floor.perSecond).toFixed(2),
    budget === undefined ? '' : budget.toFixed(2),
    hasProcessorTime ? of(({ rollcall, floor }) => cpu(floor) / cpu(rollcall)).toFixed(2) : 'unknown',
    of(({ rollcall }) => rollcall.perSecond).toFixed(0),
    of(({ floor }) => floor.perSecond).toFixed(0),
    split('rollcall'),
    split('floor'),
  ];
}

function table(rows) {
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`).join('\n');
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
