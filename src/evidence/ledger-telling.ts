import { type Instant, type LedgerRecordId, plusMs } from '../kernel/index.ts';
import type { ReportSystem } from '../reconciliation/index.ts';
import { type LeafIndexes, leafPlaces } from './report-tables.ts';

/** What a cited record says of when, so that a fact names the record that it comes from. */
export interface ToldRecord {
  readonly type: string;
  readonly recordedAt: Instant;
  /** Instants at or between which it observed. */
  readonly observed: readonly Instant[];
  /** The directory connection that observed it. */
  readonly connection: string | null;
}

/** A record that no finding cites. */
export interface PlacedRecord {
  readonly at: Instant;
  readonly index: number;
}

/** What the ledger's records say, as far as a report's pages name it fact by fact. */
export interface LedgerTelling {
  readonly records: ReadonlyMap<LedgerRecordId, ToldRecord>;
  /** Places of complete looks, by what `lookKey` makes of their connection and until when they confirm what they showed. */
  readonly looks: ReadonlyMap<string, readonly number[]>;
  /** By SCIM user: when sessions and API tokens ended. */
  readonly endedSessions: ReadonlyMap<string, readonly PlacedRecord[]>;
}

export interface LedgerPlaces {
  readonly indexes: LeafIndexes;
  readonly telling: LedgerTelling;
}

/** Of a report whose records are not at hand: each fact then names every record of its account. */
export const nothingTold: LedgerTelling = { records: new Map(), looks: new Map(), endedSessions: new Map() };

export function lookKey(connection: string, confirmedUntil: Instant): string {
  return `${connection} ${confirmedUntil}`;
}

interface Observation extends ToldRecord {
  readonly index: number;
}

/**
 * Places of the records that an instant of an account comes from: the observations that name it, and the complete looks that confirmed until then what
 * they had shown before. All observations of the account where none names it.
 */
export function placesOfInstant(system: ReportSystem, instant: Instant, places: LedgerPlaces): readonly number[] {
  const observations = observationsOf(system, places);
  if (observations.length === 0) return leafPlaces(system.evidence, places.indexes);
  const found = system.system === 'scim' ? receiptsAt(observations, instant) : sightingsAt(observations, instant, places.telling);
  return inOrder(found.length > 0 ? found : observations.map(({ index }) => index));
}

function observationsOf({ evidence }: ReportSystem, { indexes, telling }: LedgerPlaces): readonly Observation[] {
  return evidence
    .flatMap((id) => {
      const [told, index] = [telling.records.get(id), indexes.get(id)];
      return told === undefined || index === undefined || !isObservation(told) ? [] : [{ ...told, index }];
    })
    .sort((a, b) => a.index - b.index);
}

function isObservation({ type }: ToldRecord): boolean {
  return type.startsWith('graph.account.') || type.startsWith('scim.user.');
}

function sightingsAt(observations: readonly Observation[], instant: Instant, { looks }: LedgerTelling): readonly number[] {
  const naming = observations.filter(({ observed }) => observed.includes(instant)).map(({ index }) => index);
  const connections = new Set(observations.flatMap(({ connection }) => connection ?? []));
  const confirming = [...connections].flatMap((connection) => looks.get(lookKey(connection, instant)) ?? []);
  // What a look confirms is what was last seen before it.
  const confirmed = confirming.flatMap((look) => observations.findLast(({ index }) => index < look)?.index ?? []);
  return [...naming, ...confirmed, ...confirming];
}

const ACTIVATING: readonly string[] = ['scim.user.created', 'scim.user.reactivated'];

/** A receipt holds until the moment before the next, and the last until anybody asks. */
function receiptsAt(observations: readonly Observation[], instant: Instant): readonly number[] {
  const after = plusMs(instant, 1);
  const naming = observations.filter(({ recordedAt }) => recordedAt === instant || recordedAt === after);
  const lastActive = observations.findLast(({ type, recordedAt }) => ACTIVATING.includes(type) && recordedAt <= instant);
  return (naming.length > 0 || lastActive === undefined ? naming : [lastActive]).map(({ index }) => index);
}

function inOrder(places: readonly number[]): readonly number[] {
  return [...new Set(places)].sort((a, b) => a - b);
}
