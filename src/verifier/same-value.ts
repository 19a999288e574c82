import { type CanonicalValue, canonicalJson } from '../kernel/index.ts';

/** Whether two values are the same JSON; what came out of a report may be no canonical value at all, and is then not the same. */
export function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a as CanonicalValue) === canonicalJson(b as CanonicalValue);
}
