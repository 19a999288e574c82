import { type Instant, parseInstant, plusMs } from '../kernel/index.ts';
import { isObject } from './json-shape.ts';
import { IN_FLIGHT_MS } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

/** Which records tell what a SCIM user became. */
const types = /^scim\.user\.(created|deactivated|reactivated|deleted)$/;

/** How many there were at the least, and at the most. */
export interface CountRange {
  readonly least: number;
  readonly most: number;
}

/** An instant at which users are counted, and what is known of it. */
interface Moment {
  readonly from: Instant;
  readonly to: Instant;
  maybeCreated: number;
  maybeTurned: number;
}

/**
 * How many SCIM users there were at some instants, and how many of them active, by the records of all of them. What was recorded within minutes of an instant may have been counted or not. Of a
 * user a word is remembered, and two bits for each instant: that there was one, and whether it was active.
 */
export class ToldUsers {
  readonly #moments: readonly (Moment | undefined)[];
  readonly #bits = new Map<string, number>();

  /** What is no instant has been said elsewhere, and counts nobody. */
  constructor(instants: readonly unknown[]) {
    this.#moments = instants.map((given) => {
      const at = typeof given === 'string' ? parseInstant(given) : undefined;
      return at && { from: plusMs(at, -IN_FLIGHT_MS), to: plusMs(at, IN_FLIGHT_MS), maybeCreated: 0, maybeTurned: 0 };
    });
  }

  note({ leaf, type }: ProvenRecord): void {
    const { after, recorded_at: at, subject } = leaf;
    if (!types.test(type) || !isObject(subject) || !isObject(after)) return;
    const id = String(subject['id']);
    const isActive = after['active'] === true && after['deleted'] !== true;
    for (const [place, moment] of this.#moments.entries()) {
      if (moment === undefined || String(at) > moment.to) continue;
      if (String(at) <= moment.from) {
        const others = (this.#bits.get(id) ?? 0) & ~activeBit(place);
        this.#bits.set(id, others | thereBit(place) | (isActive ? activeBit(place) : 0));
      } else {
        if (type === 'scim.user.created') moment.maybeCreated += 1;
        moment.maybeTurned += 1;
      }
    }
  }

  /** At the instant in this place of those given. */
  countsAt(place: number): { readonly users: CountRange; readonly active: CountRange } {
    const { maybeCreated = 0, maybeTurned = 0 } = this.#moments[place] ?? {};
    const [there, active] = [this.#count(thereBit(place)), this.#count(activeBit(place))];
    return {
      users: { least: there, most: there + maybeCreated },
      active: { least: Math.max(0, active - maybeTurned), most: active + maybeTurned },
    };
  }

  #count(bit: number): number {
    let count = 0;
    for (const bits of this.#bits.values()) if ((bits & bit) !== 0) count += 1;
    return count;
  }
}

function thereBit(place: number): number {
  return 1 << (2 * place);
}

function activeBit(place: number): number {
  return 2 << (2 * place);
}
