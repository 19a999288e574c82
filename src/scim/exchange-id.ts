import { epochMs, type Instant, instantOf } from '../kernel/index.ts';

/**
 * The least id that an exchange of an instant can have: its id begins with when it was (UUIDv7, RFC 9562 §5.7), so that a stretch
 * of time is a range of the primary key and of every index that ends with the id.
 */
export function firstIdAt(at: Instant): string {
  return `${timePart(at)}-0000-0000-000000000000`;
}

/** The first two groups of a UUID: 48 bits of milliseconds since 1970, before which there is nothing. */
export function timePart(at: Instant): string {
  const hex = Math.max(epochMs(at), 0).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** When a UUID says that it was made; undefined beyond the years that an instant can express. */
export function instantIn(id: string): Instant | undefined {
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return ms <= LATEST_MS ? instantOf(ms) : undefined;
}

const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');
