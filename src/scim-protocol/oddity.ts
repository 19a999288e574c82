import { ScimError, type ScimErrorCode } from './scim-error.ts';

/** Why a part of a request was not applied. */
export type IgnoredReason =
  | 'unknown-attribute'
  | 'read-only'
  | 'required'
  | 'invalid-value'
  | 'malformed-path'
  | 'unsupported-filter'
  | 'no-path'
  | 'no-value'
  | 'not-an-operation'
  | 'unknown-operation'
  | 'contradicts-deactivation'
  | 'user-name-taken'
  | 'unknown-member'
  | 'not-listed';

/** A part of a request that was not applied: it is recorded in the wire log and shown, never silently dropped (I1). */
export interface Ignored {
  readonly op: string;
  readonly path: string;
  readonly reason: IgnoredReason;
}

/** An operation as it was understood: its path by the names of the schema, no value but that of `active`. */
export interface CanonicalOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: boolean;
}

/** What was taken although the RFC does not say so. */
export type Quirk =
  | 'boolean-as-string'
  | 'scalar-as-text'
  | 'wrapped-value'
  | 'complex-as-string'
  | 'urn-with-dot'
  | 'unqualified-extension-attribute'
  | 'value-in-remove'
  | 'value-created-by-filter'
  | 'several-primary-values'
  | 'duplicate-values'
  | 'empty-operations'
  | 'unquoted-filter-value'
  | 'filter-without-sub-attribute'
  | 'unknown-role';

export interface Tolerated {
  readonly quirk: Quirk;
  readonly path?: string;
}

/**
 * Something that could not be applied. `error` is set where the RFC wants the request refused; a request that
 * deactivates a user is not refused for it (I1), any other is.
 */
export interface Problem extends Ignored {
  readonly error?: { readonly code: ScimErrorCode; readonly detail: string };
}

/** What planning found beside the plan. Planners append to it; it never leaves the room. */
export interface Findings {
  readonly problems: Problem[];
  readonly tolerated: Tolerated[];
}

export function noFindings(): Findings {
  return { problems: [], tolerated: [] };
}

/** How many ignored parts and quirks one wire-log row lists; beyond it, one entry says how many more there were. */
export const MAX_LISTED = 200;
const MAX_PATH_LENGTH = 200;

/** Notes a quirk once per path. */
export function tolerate(findings: Findings, quirk: Quirk, path?: string): void {
  if (findings.tolerated.length >= MAX_LISTED) return;
  if (findings.tolerated.some((seen) => seen.quirk === quirk && seen.path === path)) return;
  findings.tolerated.push(path === undefined ? { quirk } : { quirk, path: storable(path) });
}

/** Refuses the request with the first problem that the RFC calls an error. */
export function refuseProblems(problems: readonly Problem[]): void {
  const fatal = problems.find((problem) => problem.error !== undefined);
  if (fatal?.error) throw new ScimError(fatal.error.code, fatal.error.detail);
}

/** The problems as the wire log keeps them: bounded, and in texts that PostgreSQL can hold. */
export function asIgnored(problems: readonly Problem[]): readonly Ignored[] {
  const listed = problems.slice(0, MAX_LISTED).map(({ op, path, reason }) => ({ op: storable(op), path: storable(path), reason }));
  const more = problems.length - listed.length;
  return more === 0 ? listed : [...listed, { op: '', path: `${more} more`, reason: 'not-listed' }];
}

/** A text from outside in a form that jsonb takes and a page can show: no control characters, no lone surrogates, bounded. */
export function storable(text: string, maxLength: number = MAX_PATH_LENGTH): string {
  return text.slice(0, maxLength).replace(/\p{Surrogate}|\p{Cc}/gu, '\ufffd');
}
