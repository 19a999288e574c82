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

/** Lines that are made anew when one of them turns: two looks differ in few. */
const BLOCK_LINES = 1_000;

/** The turns of all accounts of a connection, in the ledger's order: of each the account and the state that it turned to. */
interface Turns {
  readonly accounts: string[];
  readonly states: AccountState[];
  /** By the place of a look's record: how many turns had been recorded before it. */
  readonly looks: Map<number, number>;
  /** By so many turns: two looks without a turn between them have one state file. */
  readonly digests: Map<number, string>;
  /** As they were at the look that was asked for last; made once all turns are there. */
  lines?: Lines;
}

interface Lines {
  /** In the order of the lines. */
  readonly accounts: readonly string[];
  /** In the same order; of an account that is not known yet, none. */
  readonly states: (AccountState | undefined)[];
  /** The text of every so many lines, each with its line feed; undefined where one of them has turned since. */
  readonly blocks: (Buffer | undefined)[];
  /** How many turns they are after. */
  applied: number;
}

/**
 * The state files of complete looks, made anew from the ledger. A look's record has the hash of a line `<account id> <state>` for each account that was
 * known, in the order of the ids, joined by line feeds; and each line follows from the last record before it that tells a state of the account. Of a
 * record there remain two short texts, and of all files the lines of one. To be asked for looks in the ledger's order: what is asked backwards is made from
 * the beginning.
 */
export class StateFiles {
  readonly #connections = new Map<string, Turns>();
  /** Accounts of which the audit log told something. */
  readonly #audited = new Set<string>();

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
    } else if (type === 'graph.account.audited') {
      this.#audited.add(id);
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

  /**
   * Accounts that were enabled when a look of each connection last showed them, and had vanished by it; of which nothing has been told since, and which the audit log never told of. Looks are given
   * by the place of their records; where there is none, no account.
   */
  *vanishedWhileEnabled(lookAt: (connectionId: string) => number | undefined): Generator<string> {
    for (const [connectionId, { accounts, looks, states }] of this.#connections) {
      const before = looks.get(lookAt(connectionId) ?? -1) ?? 0;
      const vanished = new Set<string>();
      const enabled = new Set<string>();
      for (const [at, account] of accounts.entries()) {
        const isVanished = states[at] === 'vanished' && at < before && enabled.has(account);
        if (isVanished) vanished.add(account);
        else vanished.delete(account);
        if (states[at] === 'enabled') enabled.add(account);
        else if (states[at] !== 'vanished') enabled.delete(account);
      }
      for (const account of vanished) if (!this.#audited.has(account)) yield account;
    }
  }

  /**
   * How many accounts there are that were enabled at a look of each connection, given by the place of its record, or turned so after it; where there is no such look, that
   * ever were.
   */
  enabledSince(lookAt: (connectionId: string) => number | undefined): number {
    let sum = 0;
    for (const [connectionId, { accounts, looks, states }] of this.#connections) {
      const before = looks.get(lookAt(connectionId) ?? -1) ?? 0;
      const enabled = new Set<string>();
      for (const [at, account] of accounts.entries()) {
        if (states[at] === 'enabled') enabled.add(account);
        // One that vanished may be enabled still.
        else if (at < before && states[at] !== 'vanished') enabled.delete(account);
      }
      sum += enabled.size;
    }
    return sum;
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
  const lines = turns.lines !== undefined && turns.lines.applied <= count ? turns.lines : noLines(turns.accounts);
  turns.lines = lines;
  for (; lines.applied < count; lines.applied += 1) {
    const rank = rankOf(lines.accounts, turns.accounts[lines.applied] ?? '');
    lines.states[rank] = turns.states[lines.applied];
    const block = Math.floor(rank / BLOCK_LINES);
    if (block < lines.blocks.length) lines.blocks[block] = undefined;
  }
  const hash = digesting('sha256');
  let last: Buffer | undefined;
  for (const block of blocksOf(lines)) {
    if (last !== undefined) hash.update(last);
    last = block;
  }
  if (last !== undefined) hash.update(last.subarray(0, -1)); // a line feed stands between lines, not behind the last
  return hash.end().toString('hex');
}

function noLines(accounts: readonly string[]): Lines {
  // Ids are in lower case with their hyphens at the same places, so the order of their texts is that of the ids.
  const sorted = [...new Set(accounts)].sort();
  return { accounts: sorted, states: sorted.map(() => undefined), blocks: [], applied: 0 };
}

/** Those that are not empty. */
function* blocksOf({ accounts, blocks, states }: Lines): Generator<Buffer> {
  for (let from = 0; from < accounts.length; from += BLOCK_LINES) {
    const at = from / BLOCK_LINES;
    const block = blocks[at] ?? Buffer.from(textOf(accounts, states, from), 'utf8');
    blocks[at] = block;
    if (block.length > 0) yield block;
  }
}

function textOf(accounts: readonly string[], states: Lines['states'], from: number): string {
  let text = '';
  const to = Math.min(accounts.length, from + BLOCK_LINES);
  for (let rank = from; rank < to; rank += 1) {
    const state = states[rank];
    if (state !== undefined) text += `${accounts[rank]} ${state}\n`;
  }
  return text;
}

/** Of an account that is among them, by halving. */
function rankOf(accounts: readonly string[], account: string): number {
  let [low, high] = [0, accounts.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((accounts[middle] ?? '') < account) low = middle + 1;
    else high = middle;
  }
  return low;
}
