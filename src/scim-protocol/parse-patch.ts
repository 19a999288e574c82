import { isObject, memberOf } from './coerce-value.ts';
import { type Findings, refuse, tolerate } from './oddity.ts';
import { ScimError } from './scim-error.ts';

/** One operation of a PATCH, its names read in any case; `value` is whatever JSON was sent. */
export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  /** Undefined where the path is absent, null or empty. */
  readonly path: unknown;
  readonly value: unknown;
  readonly hasValue: boolean;
}

/** How many operations one PATCH may hold: Entra's optimised dialect sends one for each member that leaves a group (entra-scim-client §3.2). */
const MAX_OPERATIONS = 10_000;

const KINDS = new Set(['add', 'replace', 'remove']);

/**
 * RFC 7644 §3.5.2: the operations of a PATCH body, in order. `schemas` is not asked for, names are read in any case and
 * an empty list is taken (entra-scim-client §3.1 U15, §3.3). What is no operation becomes a problem.
 * Throws `invalidSyntax` when the body is no PATCH at all, `payloadTooLarge` for more operations than one request may hold.
 */
export function parsePatch(body: unknown, findings: Findings): readonly Operation[] {
  const listed = isObject(body) ? memberOf(body, 'Operations') : undefined;
  const items = isObject(listed) ? [listed] : listed;
  if (!Array.isArray(items)) throw new ScimError('invalidSyntax', 'A PATCH body is a JSON object with a list "Operations".');
  if (items.length > MAX_OPERATIONS) {
    throw new ScimError('payloadTooLarge', `A PATCH holds at most ${MAX_OPERATIONS} operations; send the changes in several requests.`);
  }
  if (items.length === 0) tolerate(findings, 'empty-operations');
  const operations: Operation[] = [];
  for (const item of items) {
    const read = readOperation(item, findings);
    if (read !== undefined) operations.push(read);
  }
  return operations;
}

function readOperation(item: unknown, findings: Findings): Operation | undefined {
  if (!isObject(item)) {
    const detail = 'Each of "Operations" is an object with "op", "path" and "value".';
    refuse(findings, { op: '', path: '', reason: 'not-an-operation' }, { code: 'invalidSyntax', detail });
    return undefined;
  }
  const named = memberOf(item, 'op');
  const text = typeof named === 'string' ? named : '';
  const op = text.trim().toLowerCase();
  if (!isKind(op)) {
    const detail = 'The "op" of an operation is add, replace or remove.';
    refuse(findings, { op: text, path: '', reason: 'unknown-operation' }, { code: 'invalidSyntax', detail });
    return undefined;
  }
  const path = memberOf(item, 'path');
  const value = memberOf(item, 'value');
  return { op, path: path === null || path === '' ? undefined : path, value, hasValue: value !== undefined };
}

function isKind(op: string): op is Operation['op'] {
  return KINDS.has(op);
}
