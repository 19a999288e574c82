import { isObject, unlisted } from './coerce-value.ts';
import type { Findings, Problem } from './oddity.ts';
import type { Operation } from './parse-patch.ts';
import type { AttributeTarget, SchemaTarget, Target } from './resolve-name.ts';
import { resolvePath } from './resolve-path.ts';
import { attributeNamed, type ResourceType } from './schema.ts';
import { ScimError } from './scim-error.ts';

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

/**
 * How many assignments one request may make to a user: far more than there are attributes. Each may go through a whole list
 * of values, so that a body full of them would hold up everybody else's requests.
 */
const MAX_ASSIGNMENTS = 500;

/** Throws `payloadTooLarge` for more assignments than one user can need. */
export function refuseTooMany(assignments: readonly Assignment[]): void {
  if (assignments.length <= MAX_ASSIGNMENTS) return;
  throw new ScimError(
    'payloadTooLarge',
    `The request changes more than ${MAX_ASSIGNMENTS} attributes of one user; send the changes in several requests.`,
  );
}

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
  if (target.kind === 'attribute') return withinAttribute({ op, target, path, value, hasValue }, findings);
  if (target.kind === 'schema') return withinSchema(type, operation, target, findings);
  findings.problems.push(problem(op, path, target.reason, target.error));
  return [];
}

/**
 * RFC 7644 §3.5.2.3: an object for a complex attribute sets or unassigns the sub-attributes that it names, the others stay.
 * So it is an assignment for each; the values of a multi-valued attribute stay whole.
 */
function withinAttribute(assignment: Assignment, findings: Findings): readonly Assignment[] {
  const { op, path, target } = assignment;
  const { attribute, sub } = target;
  const object = unlisted(assignment.value);
  const isWhole = attribute.type === 'complex' && !attribute.multiValued && sub === undefined;
  if (!isWhole || op === 'remove' || !isObject(object)) return [assignment];
  return Object.entries(object).flatMap(([key, value]) => {
    const named = attributeNamed(attribute.subAttributes, key);
    if (named !== undefined) return [{ ...assignment, target: { ...target, sub: named }, path: `${path}.${key}`, value }];
    findings.problems.push(problem(op, `${path}.${key}`, 'unknown-attribute'));
    return [];
  });
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
