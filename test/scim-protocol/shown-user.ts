import type { CanonicalObject, Instant } from '../../src/kernel/index.ts';
import { userJson } from '../../src/scim/render-answer.ts';

const at = '2026-03-03T09:00:00.000Z' as Instant;

/** A resource as GET answers it. */
export function shownUser(resource: CanonicalObject): CanonicalObject {
  const view = { base: 'https://rollcall.example/scim/v2', selection: undefined };
  return JSON.parse(userJson(view, { id: 'u', version: 1, createdAt: at, lastModified: at }, JSON.stringify(resource))) as CanonicalObject;
}
