import type { BlindStretch } from './blind-stretch.ts';

const words: Readonly<Record<string, string>> = {
  'no-run': 'no such look was made',
  'not-synced-yet': 'it had not been read yet',
  'connection-removed': 'its connection had been removed',
  held: 'a look was held until somebody decided',
};

/** What a finding says, and then when nobody looked. A stretch that several of its accounts share is said once. */
export function withBlind(sentence: string, stretches: readonly BlindStretch[]): string {
  return [sentence, ...distinctStretches(stretches).map(sayStretch)].join(' ');
}

/** Each once, in the order of time. */
export function distinctStretches(stretches: readonly BlindStretch[]): readonly BlindStretch[] {
  const byId = new Map(stretches.map((stretch) => [stretch.gapId, stretch]));
  return [...byId.values()].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ from, gapId }: BlindStretch): string {
  return `${from} ${gapId}`;
}

function sayStretch({ because, connectionId, from, to }: BlindStretch): string {
  if (connectionId === null) return to === null ? 'No directory was connected.' : `No directory was connected until ${to}.`;
  const why = words[because] ?? `a look failed (${because})`;
  return to === null
    ? `Since ${from} nobody has looked at the whole directory: ${why}.`
    : `Nobody looked at the whole directory between ${from} and ${to}: ${why}.`;
}
