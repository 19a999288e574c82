import { ScimError, type ScimErrorCode } from './scim-error.ts';

/**
 * `entra`: what no schema knows is ignored, and a request that deactivates is applied as far as it can be (I1).
 * `strict`: the RFC's atomicity: one part that cannot be applied refuses the whole request.
 */
export type Mode = 'entra' | 'strict';

/** Why a part of a request was not applied. */
export type IgnoredReason =
  | 'unknown-attribute'
  | 'read-only'
  | 'required'
  | 'invalid-value'
  | 'malformed-path'
  | 'no-target'
  | 'unsupported-filter'
  | 'no-path'
  | 'no-value'
  | 'not-an-operation'
  | 'unknown-operation'
  | 'contradicts-deactivation'
  | 'user-name-taken'
  | 'unknown-member'
  | 'owner-out-of-reach'
  | 'not-listed';

/** A part of a request that was not applied: it is recorded in the wire log and shown, never silently dropped (I1). */
export interface Ignored {
  readonly op: string;
  readonly path: string;
  readonly reason: IgnoredReason;
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
  | 'unknown-role'
  | 'role-not-grantable'
  | 'owner-role';

export interface Tolerated {
  readonly quirk: Quirk;
  readonly path?: string;
}

export interface Refusal {
  readonly code: ScimErrorCode;
  readonly detail: string;
}

/**
 * Something that could not be applied. `error` is set where the mode wants the request refused; in Entra mode a request
 * that deactivates a user is not refused for it (I1), any other is.
 */
export interface Problem extends Ignored {
  readonly error?: Refusal;
}

/** How a request is read, and what planning found beside the plan. Planners append to it; it never leaves the room. */
export interface Findings {
  readonly mode: Mode;
  readonly problems: Problem[];
  readonly tolerated: Tolerated[];
}

export function noFindings(mode: Mode = 'entra'): Findings {
  return { mode, problems: [], tolerated: [] };
}

/** How many parts of a request may be useless before it is refused as a whole: a client's mistakes are few, and each costs time. */
const MAX_PROBLEMS = 10_000;

/** Notes what the request is refused for, in either mode. Throws `payloadTooLarge` beyond what one request may get wrong. */
export function refuse(findings: Findings, { op, path, reason }: Ignored, error: Refusal): void {
  note(findings, { op, path, reason, error });
}

/** Notes what Entra mode passes over and strict mode refuses the request for. Throws as `refuse`. */
export function passOver(findings: Findings, { op, path, reason }: Ignored, error: Refusal): void {
  note(findings, findings.mode === 'strict' ? { op, path, reason, error } : { op, path, reason });
}

/** Notes what means nothing in either mode. Throws as `refuse`. */
export function ignore(findings: Findings, { op, path, reason }: Ignored): void {
  note(findings, { op, path, reason });
}

function note({ problems }: Findings, problem: Problem): void {
  if (problems.length >= MAX_PROBLEMS) {
    throw new ScimError('payloadTooLarge', `More than ${MAX_PROBLEMS} parts of the request cannot be applied; send what the schemas know.`);
  }
  problems.push(problem);
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

/** The first problem for which the request is refused. */
export function firstRefusal({ problems }: Findings): Refusal | undefined {
  return problems.find(({ error }) => error !== undefined)?.error;
}

/** Refuses the request with its first problem that is one to refuse for. */
export function refuseProblems(findings: Findings): void {
  const refusal = firstRefusal(findings);
  if (refusal !== undefined) throw new ScimError(refusal.code, refusal.detail);
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
