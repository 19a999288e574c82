import { parseArgs } from 'node:util';

export const HELP = `usage: node bench/scim.mjs [--users N,…] [--only PATTERN] [--connections N] [--rounds N] [--seconds N]
                           [--markdown] [--json FILE]

Starts PostgreSQL and, for each number of users, Rollcall's sandbox and a bare server (the floor) on loopback, drives them
in turn, prints tables of ratios and ends everything. Reads dist: run "npm run build" before it, or "npm run bench:scim"
instead of it.

  --users N,…      users in the store, 1000 to 1000000 each (default 1000,100000); a group of N is measured from N + 250 users
  --only PATTERN   operations and checks whose name the regular expression finds, in any case (default all)
  --connections N  kept-alive connections that each send one request after another, 1 to 48 (default 8)
  --rounds N       rounds per operation and server, 1 to 20 (default 3)
  --seconds N      length of a round, 1 to 30 (default 2)
  --markdown       print tables as Markdown, for docs/performance.md
  --json FILE      write the figures there too
`;

const NUMBERS = {
  users: { from: 1_000, to: 1_000_000, fallback: '1000,100000' },
  connections: { from: 1, to: 48, fallback: '8' },
  rounds: { from: 1, to: 20, fallback: '3' },
  seconds: { from: 1, to: 30, fallback: '2' },
};

/** Throws an Error that says which option cannot be used. */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      ...Object.fromEntries(Object.entries(NUMBERS).map(([name, { fallback }]) => [name, { type: 'string', default: fallback }])),
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const populations = values.users.split(',').map((text) => readNumber('users', text));
  return {
    populations: [...new Set(populations)].sort((a, b) => a - b),
    connections: readNumber('connections', values.connections),
    rounds: readNumber('rounds', values.rounds),
    seconds: readNumber('seconds', values.seconds),
    only: new RegExp(values.only, 'i'),
    json: values.json,
    isMarkdown: values.markdown,
    isHelp: values.help,
  };
}

function readNumber(name, text) {
  const { from, to } = NUMBERS[name];
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < from || number > to) throw new Error(`--${name} takes ${from} to ${to}, not "${text}"`);
  return number;
}
