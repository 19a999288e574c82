import { parseInstant, plusMs } from '../kernel/index.ts';
import { isObject, type JsonObject } from './json-shape.ts';
import { IN_FLIGHT_MS } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

/** Which records a run writes of a finding. */
const types = /^finding\.(opened|changed|closed)$/;

/** What the ledger says last of a finding, up to a report's as-of. */
export interface ToldFinding {
  /** When it was opened, as the record of that has it. */
  readonly openedAt: unknown;
  /** The last record of it. Of a finding that the report does not list and need not, that it is there is all that is remembered. */
  readonly last: Pick<ProvenRecord, 'index' | 'type'>;
  /** Of that record; undefined where the finding is closed, or not listed. */
  readonly leaf: JsonObject | undefined;
  /** Something in it is neither in order nor a pass, so that every report lists it while it is open. */
  readonly isWrong: boolean;
}

/** Says when a run ended that took long: what it found bears when it began. */
const RUN_ENDED = 'reconciliation.ended';

/** A run by a finding that it opened, changed or closed. */
export interface LaterRun {
  readonly record: Pick<ProvenRecord, 'index' | 'type'>;
  readonly at: string;
}

/**
 * What the ledger says of findings when a report was made. All runs of a workspace come one after the other, and a report speaks as of the last one, so what was recorded
 * up to then was known. Given each record in the ledger's order; of those that the report does not list, a few words are remembered.
 */
export class ToldFindings {
  readonly #asOf: string;
  readonly #madeBy: string;
  readonly #listed: ReadonlySet<unknown>;
  readonly #told = new Map<string, ToldFinding>();
  /** Runs that began after the as-of, and long before the report was made, by when that was; and which of all runs ended only around then, or since. */
  readonly #later = new Map<string, LaterRun>();
  readonly #underWay = new Set<unknown>();

  /** `madeAt`: when the report was written, or frozen. `listed`: ids of its findings. */
  constructor({ asOf, listed, madeAt }: { readonly asOf: unknown; readonly madeAt: unknown; readonly listed: ReadonlySet<unknown> }) {
    this.#asOf = String(asOf);
    const made = typeof madeAt === 'string' ? parseInstant(madeAt) : undefined;
    this.#madeBy = made === undefined ? '' : plusMs(made, -IN_FLIGHT_MS);
    this.#listed = listed;
  }

  note({ index, leaf, type }: ProvenRecord): void {
    const { detail, recorded_at: at, subject } = leaf;
    if (type === RUN_ENDED && isObject(detail) && String(at) > this.#madeBy) this.#underWay.add(detail['as_of']);
    if (!types.test(type) || !isObject(subject) || typeof subject['id'] !== 'string' || subject['kind'] !== 'finding') return;
    const { id } = subject;
    if (String(at) <= this.#asOf) this.#noteFinding(id, { index, leaf, type });
    else if (String(at) <= this.#madeBy && !this.#later.has(String(at)))
      this.#later.set(String(at), { record: { index, type }, at: String(at) });
  }

  #noteFinding(id: string, { index, leaf, type }: Pick<ProvenRecord, 'index' | 'leaf' | 'type'>): void {
    const isListed = this.#listed.has(id);
    const isClosed = type === 'finding.closed';
    if (isClosed && !isListed) {
      this.#told.delete(id);
      return;
    }
    const openedAt = type === 'finding.opened' ? leaf['recorded_at'] : this.#told.get(id)?.openedAt;
    this.#told.set(id, {
      openedAt,
      last: { index, type },
      leaf: isListed && !isClosed ? leaf : undefined,
      isWrong: !isClosed && isWrong(leaf),
    });
  }

  /** A run that judged after the as-of, and that was over when the report was made, which speaks as of the last one; undefined where the ledger tells of none. */
  get later(): LaterRun | undefined {
    return [...this.#later.values()].find(({ at }) => !this.#underWay.has(at));
  }

  /** Undefined where the ledger tells of none. */
  of(id: string): ToldFinding | undefined {
    return this.#told.get(id);
  }

  /** Findings that are open and that the report does not list, though something in them is wrong. */
  *leftOut(): Generator<ToldFinding & { readonly id: string }> {
    for (const [id, told] of this.#told) if (told.isWrong && !this.#listed.has(id)) yield { id, ...told };
  }
}

/** Effects that need nobody's attention. */
const fine: readonly unknown[] = ['PASS', 'OK', 'INFO'];

function isWrong({ after }: JsonObject): boolean {
  const all = isObject(after) ? after['all'] : undefined;
  return Array.isArray(all) && all.some((each) => isObject(each) && !fine.includes(each['effect']));
}
