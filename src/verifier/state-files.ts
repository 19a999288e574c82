import { digesting } from '../kernel/index.ts';
import { isObject } from './json-shape.ts';
import type { ProvenRecord } from './proven-record.ts';

/** States of a directory account, as records and lines have them. */
export const accountStates = ['enabled', 'disabled', 'soft_deleted', 'hard_deleted', 'vanished'] as const;
type AccountState = (typeof accountStates)[number];

/** Types of the records that tell a state of a directory account. */
export const stateTypes: readonly string[] = ['first_seen', 'restored', ...accountStates].map((event) => `graph.account.${event}`);

/** The record of a complete look at a directory. */
export const COVERAGE = 'graph.account.coverage';

/** Lines that are hashed at a time. */
const LINES = 1_000;

/** The turns of all accounts of a connection, in the ledger's order: of each the account and the state that it turned to. */
interface Turns {
  readonly accounts: string[];
  readonly states: AccountState[];
  /** By the place of a look's record: how many turns had been recorded before it. */
  readonly looks: Map<number, number>;
  /** By so many turns: two looks without a turn between them have one state file. */
  readonly digests: Map<number, string>;
  /** Places of the turns by account, the turns of one in the ledger's order; made once all are there. */
  sorted?: Uint32Array;
}

/**
 * The state files of complete looks, made anew from the ledger. A look's record has the hash of a line `<account id> <state>` for each account that was
 * known, in the order of the ids, joined by line feeds; and each line follows from the last record before it that tells a state of the account. Of a
 * record there remain two short texts, and of a file nothing but its hash.
 */
export class StateFiles {
  readonly #connections = new Map<string, Turns>();

  /** Takes in a record; to be given each, in the ledger's order. What cannot be read makes no line, and so another hash. */
  note({ index, leaf, type }: ProvenRecord): void {
    const { subject } = leaf;
    const id = isObject(subject) ? subject['id'] : undefined;
    if (typeof id !== 'string') return;
    if (type === COVERAGE) {
      const turns = this.#of(id);
      turns.looks.set(index, turns.accounts.length);
    } else if (stateTypes.includes(type)) {
      this.#noteTurn(id, leaf);
    }
  }

  /** SHA-256 in hex of the state file of a look, given the place of the look's record; undefined where there is no such look. */
  digestAt(connectionId: string, index: number): string | undefined {
    const turns = this.#connections.get(connectionId);
    const count = turns?.looks.get(index);
    if (turns === undefined || count === undefined) return undefined;
    const digest = turns.digests.get(count) ?? digestOfLines(turns, count);
    turns.digests.set(count, digest);
    return digest;
  }

  #noteTurn(account: string, { after, detail }: ProvenRecord['leaf']): void {
    const state = isObject(after) ? accountStates.find((each) => each === after['state']) : undefined;
    const connection = isObject(detail) ? detail['connection'] : undefined;
    if (state === undefined || typeof connection !== 'string') return;
    const { accounts, states } = this.#of(connection);
    accounts.push(account);
    states.push(state);
  }

  #of(connectionId: string): Turns {
    const turns = this.#connections.get(connectionId) ?? { accounts: [], states: [], looks: new Map(), digests: new Map() };
    this.#connections.set(connectionId, turns);
    return turns;
  }
}

/** The hash of the lines after the first `count` turns. */
function digestOfLines(turns: Turns, count: number): string {
  const hash = digesting('sha256');
  let [lines, separator] = [[] as string[], ''];
  const hashLines = () => {
    hash.update(Buffer.from(separator + lines.join('\n'), 'utf8'));
    [lines, separator] = [[], '\n'];
  };
  for (const line of linesAfter(turns, count)) {
    if (lines.push(line) === LINES) hashLines();
  }
  if (lines.length > 0) hashLines();
  return hash.end().toString('hex');
}

function* linesAfter(turns: Turns, count: number): Generator<string> {
  const { accounts, states } = turns;
  turns.sorted ??= sortedTurns(accounts);
  let last: number | undefined;
  const line = (turn: number) => `${accounts[turn]} ${states[turn]}`;
  for (const turn of turns.sorted) {
    if (turn >= count) continue;
    if (last !== undefined && accounts[turn] !== accounts[last]) yield line(last);
    last = turn;
  }
  if (last !== undefined) yield line(last);
}

/** Ids are in lower case with their hyphens at the same places, so the order of their texts is that of the ids. */
function sortedTurns(accounts: readonly string[]): Uint32Array {
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return Uint32Array.from(accounts.keys()).sort((a, b) => compare(accounts[a] ?? '', accounts[b] ?? '') || a - b);
}
