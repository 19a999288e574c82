/** Fewer than these are never held, however small the company; of a large one, more than this part of the people. */
export const BRAKE = { people: 10, share: 0.1 } as const;

/** How many people a roster would end, and how many it may end by one person's word. */
export interface Brake {
  readonly ends: number;
  /** People whom the rosters before say to be employed. */
  readonly employed: number;
  readonly most: number;
  /** Whether a second person has to release it. */
  readonly holds: boolean;
}

/**
 * Whether a roster would end so many at once that it is in doubt: a file of the wrong company, a column that moved and a mass leaving look
 * alike, and only people can tell. A first roster ends nobody who was known.
 */
export function decideBrake({ ends, employed }: Pick<Brake, 'ends' | 'employed'>): Brake {
  const most = Math.max(BRAKE.people, Math.floor(employed * BRAKE.share));
  return { ends, employed, most, holds: ends > most };
}
