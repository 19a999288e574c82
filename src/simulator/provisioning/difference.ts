import type { DesiredValue } from './desired-user.ts';
import { type ScimResource, type ScimTarget, type ScimValue, textOf, valueAt } from './scim-target.ts';

export interface Change {
  readonly target: ScimTarget;
  readonly value: ScimValue;
  /** Whether the target holds another value now: `Replace` it; otherwise `Add`. */
  readonly present: boolean;
}

/** What has to be sent so that a resource, as the server shows it, comes to hold the desired values. Order is kept. */
export function difference(current: ScimResource, desired: readonly DesiredValue[]): readonly Change[] {
  const changes: Change[] = [];
  for (const { target, value } of desired) {
    const held = valueAt(current, target);
    if (!sameValue(held, value)) changes.push({ target, value, present: held !== undefined && held !== null && held !== '' });
  }
  return changes;
}

/** Booleans may be echoed as the strings that the legacy dialect sends; text is compared to the letter. */
function sameValue(held: unknown, wanted: ScimValue): boolean {
  if (typeof wanted !== 'boolean') return held === textOf(wanted);
  return held === wanted || (typeof held === 'string' && held.toLowerCase() === String(wanted));
}
