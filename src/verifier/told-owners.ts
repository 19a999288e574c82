import { type Instant, parseInstant, plusMs } from '../kernel/index.ts';
import { isObject } from './json-shape.ts';
import { IN_FLIGHT_MS } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

const types = /^match\.(linked|unlinked)$/;

/**
 * Which person each directory account certainly was linked to when the latest run judged, by the records of matching of everybody. A link by hand that is minutes old may not have been known, and
 * one that ends at some time is read up to then alone: neither counts. Of an account two ids are remembered.
 */
export class ToldOwners {
  readonly #asOf: Instant | undefined;
  readonly #settledBy: string;
  readonly #owners = new Map<string, string>();

  /** What is no instant has been said elsewhere, and links nobody. */
  constructor(asOf: unknown) {
    this.#asOf = typeof asOf === 'string' ? parseInstant(asOf) : undefined;
    this.#settledBy = this.#asOf === undefined ? '' : plusMs(this.#asOf, -IN_FLIGHT_MS);
  }

  note(record: ProvenRecord): void {
    const link = this.#linkOf(record);
    if (link === undefined) return;
    const { account, isEnd, isSure, person } = link;
    if (isEnd && this.#owners.get(account) === person) this.#owners.delete(account);
    if (!isEnd && isSure) this.#owners.set(account, person);
  }

  /** What a record tells of a directory account that is somebody's; `isSure`: the run knew it, and it holds until it is ended. */
  #linkOf({ leaf, type }: ProvenRecord) {
    const { detail, recorded_at: at } = leaf;
    if (!types.test(type) || !isObject(detail) || detail['system'] !== 'directory' || detail['standing'] !== 'linked') return undefined;
    const { account, person, rule, valid_to: validTo } = detail;
    if (typeof account !== 'string' || typeof person !== 'string' || this.#asOf === undefined || String(at) > this.#asOf) return undefined;
    const isSure = validTo === null && (rule !== 'M0' || String(at) <= this.#settledBy);
    return { account, person, isEnd: type === 'match.unlinked', isSure };
  }

  /** Undefined where it is nobody's for certain. */
  of(accountId: string): string | undefined {
    return this.#owners.get(accountId);
  }
}
