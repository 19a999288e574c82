import type { Principal } from '../platform/index.ts';
import type { ImportPreview } from './import-roster.ts';

/** A dry run as it is answered: whom it concerns, and as what they are known, is shown to whoever may read that anyway. */
export function showPreview({ people, ...summary }: ImportPreview, { scopes }: Principal) {
  return { mode: 'dry-run', ...summary, people: scopes.includes('read') ? people : null };
}
