import { isObject } from './coerce-value.ts';
import type { Findings, Problem } from './oddity.ts';
import type { Operation } from './parse-patch.ts';
import type { AttributeTarget, SchemaTarget, Target } from './resolve-name.ts';
import { resolvePath } from './resolve-path.ts';
import type { ResourceType } from './schema.ts';

/** One attribute and what is to happen to it; an operation without a path holds several. */
export interface Assignment {
  readonly op: Operation['op'];
  readonly target: AttributeTarget;
  /** The path as it was written, for what is recorded. */
  readonly path: string;
  readonly value: unknown;
  readonly hasValue: boolean;
}

/** What the server alone sets (RFC 7643 §3.1, §4.1.2); clients send it back, and it means nothing. */
const SERVER_SET = new Set(['id', 'meta', 'schemas', 'groups']);

/** The assignments of an operation; what cannot be one becomes a problem. */
export function assignmentsOf(type: ResourceType, operation: Operation, findings: Findings): readonly Assignment[] {
  const { op, path, value } = operation;
  if (path === undefined) return fromObject(type, op, value, findings);
  if (typeof path !== 'string') {
    findings.problems.push(problem(op, '', 'malformed-path', { code: 'invalidPath', detail: 'The path of an operation is a string.' }));
    return [];
  }
  if (SERVER_SET.has(path.trim().toLowerCase())) {
    findings.problems.push(problem(op, path, 'read-only'));
    return [];
  }
  return placed(type, operation, { path, target: resolvePath(type, path, findings) }, findings);
}

/** The attributes of a whole resource (a POST body, or the value of an operation without a path). */
export function fromObject(type: ResourceType, op: Operation['op'], value: unknown, findings: Findings): readonly Assignment[] {
  const objects = Array.isArray(value) ? value : [value];
  if (objects.length === 0 || !objects.every(isObject)) {
    const code = op === 'remove' ? 'noTarget' : 'invalidValue';
    findings.problems.push(
      problem(op, '', 'no-path', { code, detail: 'An operation without a path needs an object of attributes as its value.' }),
    );
    return [];
  }
  return objects.flatMap((object) =>
    Object.entries(object)
      .filter(([key]) => !SERVER_SET.has(key.toLowerCase()))
      .flatMap(([key, member]) => {
        const target = resolvePath(type, key, findings);
        return placed(type, { op, path: key, value: member, hasValue: true }, { path: key, target }, findings);
      }),
  );
}

function placed(
  type: ResourceType,
  operation: Operation,
  named: { readonly path: string; readonly target: Target },
  findings: Findings,
): readonly Assignment[] {
  const { op, value, hasValue } = operation;
  const { path, target } = named;
  if (target.kind === 'attribute') return [{ op, target, path, value, hasValue }];
  if (target.kind === 'schema') return withinSchema(type, operation, target, findings);
  findings.problems.push(problem(op, path, target.reason, target.error));
  return [];
}

/** `{"urn:…:enterprise:2.0:User": {"department": "D"}}`, as a member or as path and value (entra-scim-client §3.1 U6). */
function withinSchema(type: ResourceType, operation: Operation, target: SchemaTarget, findings: Findings): readonly Assignment[] {
  const { op, value } = operation;
  if (!isObject(value)) {
    const detail = `${target.schema.id} needs an object of attributes as its value.`;
    if (value !== null) findings.problems.push(problem(op, target.schema.id, 'invalid-value', { code: 'invalidValue', detail }));
    return [];
  }
  const members = Object.entries(value).map(([key, member]) => [`${target.schema.id}:${key}`, member] as const);
  return fromObject(type, op, Object.fromEntries(members), findings);
}

function problem(op: string, path: string, reason: Problem['reason'], error?: Problem['error']): Problem {
  return error === undefined ? { op, path, reason } : { op, path, reason, error };
}
