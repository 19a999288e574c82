import type { Comparison } from './compare-identities.ts';
import { objectsOf } from './compare-sources.ts';
import { type JsonObject, objectAt } from './json-shape.ts';
import { named } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';

/** Which records disclose what administrators and owners are called, and by which path. */
const paths: Readonly<Record<string, string>> = { 'administrator.invited': 'email', 'owner.created': 'name' };
export const actorTypes = /^(administrator\.invited|owner\.created)$/;

/** Holds what whoever acted is called against the values that the records disclose. Who joined before there was a ledger, and what was erased, is not compared. */
export function compareActors(document: JsonObject, records: readonly ProvenRecord[]): Comparison {
  const disclosed = new Map<string, { readonly name: unknown; readonly record: ProvenRecord }>(
    records.flatMap((record) => {
      const path = paths[record.type];
      if (path === undefined || record.shown?.has(path) !== true) return [];
      const { id, kind } = objectAt(record.leaf['subject'], `the subject of ${named(record)}`);
      return [[`${String(kind)}:${String(id)}`, { name: record.shown.get(path), record }] as const];
    }),
  );
  return {
    name: 'names of whoever acted, by the values that their records disclose',
    outcomes: objectsOf(document['actors'], 'actors').flatMap(({ actor, name }) => {
      const told = disclosed.get(String(actor));
      if (told === undefined) return [];
      return [
        told.name === name
          ? []
          : [
              `${String(actor)} is called ${JSON.stringify(name ?? null)}; ${named(told.record)} discloses ${JSON.stringify(told.name ?? null)}`,
            ],
      ];
    }),
  };
}
