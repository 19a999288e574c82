import { earliest, type Instant, MINUTE_MS, plusMs } from '../kernel/index.ts';
import type { DirectorySighting } from './account-stretches.ts';

/** What clocks and replicas may differ by between the directory's audit log and its answers. */
export const AUDIT_TOLERANCE_MS = 5 * MINUTE_MS;

/** An entry of the directory's audit log: from then on the account was enabled, or was not. */
export interface AuditedTurn {
  readonly at: Instant;
  readonly isUse: boolean;
}

/** What was seen, or a part of it; `by` is the entry with which it began, null where it was seen to. */
export interface AuditedPart<Sighting, Entry> {
  readonly sighting: Sighting;
  readonly by: Entry | null;
}

/**
 * Sightings in time order, with what the audit log tells of each that shows an account unusable: one that was enabled between two looks, and disabled again
 * before the later one, was usable in between. `entries` in time order. An entry that nothing ends is left out, since the looks say otherwise; so is one as close to the
 * look as clocks and replicas may differ.
 */
export function withAuditedUse<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  sightings: readonly Sighting[],
  entries: readonly Entry[],
): readonly AuditedPart<Sighting, Entry>[] {
  return sightings.flatMap((sighting, index) => {
    if (sighting.state === 'enabled' || sighting.state === 'vanished') return [{ sighting, by: null }];
    const next = sightings[index + 1]?.seenFrom;
    const from = plusMs(sighting.from, AUDIT_TOLERANCE_MS);
    return partsOf(
      sighting,
      entries.filter(({ at }) => at > from && (next === undefined || at < next)),
    );
  });
}

function partsOf<Sighting extends DirectorySighting, Entry extends AuditedTurn>(
  sighting: Sighting,
  entries: readonly Entry[],
): readonly AuditedPart<Sighting, Entry>[] {
  const parts: AuditedPart<Sighting, Entry>[] = [];
  let off: AuditedPart<Sighting, Entry> = { sighting, by: null };
  let began: Entry | undefined;
  for (const entry of entries) {
    if (entry.isUse) began ??= entry;
    else if (began !== undefined) {
      const told = { seenFrom: entry.at, isExact: true };
      parts.push({ ...off, sighting: { ...off.sighting, to: earliest(off.sighting.to ?? began.at, began.at) } });
      parts.push({ sighting: { ...sighting, ...told, state: 'enabled', from: began.at, seenFrom: began.at, to: entry.at }, by: began });
      off = { sighting: { ...sighting, ...told, from: entry.at }, by: entry };
      began = undefined;
    }
  }
  return [...parts, off];
}
