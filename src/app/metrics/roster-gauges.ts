import type { MetricsRegistry } from '../../platform/index.ts';
import { type SourceState, sourceStates } from '../../roster/index.ts';

/** Shows how the places stand from which rosters are fetched; undefined while the database cannot be asked, and then nothing is shown. */
export function rosterGauges(registry: MetricsRegistry): (standing: ReadonlyMap<SourceState, number> | undefined) => void {
  const sources = registry.gauge({
    name: 'rollcall_roster_sources',
    help: 'Places from which rosters are fetched, by what became of the last attempt: late where two intervals have passed without one.',
    labels: { state: sourceStates },
  });
  return (standing) => {
    for (const state of sourceStates) sources({ state }, standing === undefined ? null : (standing.get(state) ?? 0));
  };
}
