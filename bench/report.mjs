import { median } from './judge.mjs';
import { hasProcessorTime } from './processor-time.mjs';

const OPERATIONS = {
  heads: [
    'users',
    'operation',
    'ratio',
    'budget',
    'met',
    'CPU ratio',
    'rollcall/s',
    'p50/p99 ms',
    'CPU µs',
    'RSS MiB',
    'floor/s',
    'p50/p99 ms',
    'CPU µs',
    'RSS MiB',
    'foreign',
  ],
  cells: (row) => [
    row.users.toLocaleString('en'),
    row.operation,
    ...(row.isOffered ? offeredCells(row) : ['not offered', ...Array(12).fill('')]),
  ],
};

const FLATNESS = {
  heads: ['must stay flat', 'of', 'rollcall', 'budget', 'met', 'floor'],
  cells: ({ subject, measure, growth, budget, isMet, floorGrowth }) => [
    subject,
    measure,
    known(growth, 2),
    `≤ ${budget.toFixed(2)}`,
    verdict(isMet),
    known(floorGrowth, 2),
  ],
};

const CHECKS = {
  heads: ['check', 'result', 'budget', 'met'],
  cells: ({ check, result, budget, isMet }) => [check, result, budget ?? '', verdict(isMet)],
};

/** The tables of a run, aligned for a terminal or as Markdown, and what to know of them. Tables without rows are left out. */
export function renderReport({ rows, flatness, checks }, { isMarkdown }) {
  const tables = [
    [OPERATIONS, rows],
    [FLATNESS, flatness],
    [CHECKS, checks],
  ].filter(([, items]) => items.length > 0);
  return [
    ...tables.map(([{ heads, cells }, items]) => renderTable([heads, ...items.map(cells)], isMarkdown)),
    'Only the ratios say something elsewhere; requests per second and microseconds are those of this machine in this run.',
    `${foreignWork(rows)}\n`,
  ].join('\n\n');
}

function offeredCells({ ratio, budget, isMet, processorRatio, rollcall, floor, foreignCores }) {
  return [
    share(ratio),
    budget === undefined ? '' : `≥ ${budget.toFixed(2)}`,
    verdict(isMet),
    hasProcessorTime ? share(processorRatio) : 'unknown',
    ...subjectCells(rollcall),
    ...subjectCells(floor),
    hasProcessorTime ? foreignCores.toFixed(2) : 'unknown',
  ];
}

/** Processor time is microseconds per request: the server's + those of its connections to PostgreSQL. */
function subjectCells({ perSecond, p50, p99, serverTime, databaseTime, peakMemory }) {
  return [
    perSecond.toFixed(perSecond < 100 ? 1 : 0),
    `${milliseconds(p50)}/${milliseconds(p99)}`,
    hasProcessorTime ? `${serverTime.toFixed(0)}+${databaseTime.toFixed(0)}` : 'unknown',
    known(peakMemory, 0),
  ];
}

/** A share of hundredths would show as none. */
function share(value) {
  return value.toFixed(value < 0.1 ? 4 : 2);
}

function milliseconds(value) {
  return value.toFixed(value < 10 ? 2 : 0);
}

function known(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : 'unknown';
}

function verdict(isMet) {
  if (isMet === undefined) return '';
  return isMet ? 'yes' : 'NO';
}

function foreignWork(rows) {
  if (!hasProcessorTime) return 'This system has no /proc: processor time was not measured.';
  const foreign = rows.filter(({ isOffered }) => isOffered).map(({ foreignCores }) => foreignCores);
  if (foreign.length === 0) return 'No operation was measured.';
  return `Other processes used ${median(foreign).toFixed(2)} cores beside this run (median over operations, at the most ${Math.max(...foreign).toFixed(2)}).`;
}

function renderTable([heads, ...rows], isMarkdown) {
  if (isMarkdown) return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const widths = heads.map((_, column) => Math.max(...[heads, ...rows].map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
  return [heads, widths.map((width) => '-'.repeat(width)), ...rows].map((row) => line(row).trimEnd()).join('\n');
}
