import type { Assignment } from './assignment.ts';
import { coerceSimple } from './coerce-value.ts';
import { fixedByFilter } from './described-value.ts';
import { MAX_LISTED, noFindings } from './oddity.ts';
import type { AttributeTarget } from './resolve-name.ts';
import { qualifiedName, type ResourceType } from './schema.ts';

/** An operation as it was understood: its path by the names of the schema, and no value but that of `active`: it is no personal data. */
export interface CanonicalOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: boolean;
}

/** What a request was understood as, for the wire log; as bounded as its other lists. */
export function canonicalOperations(type: ResourceType, assignments: readonly Assignment[]): readonly CanonicalOperation[] {
  return assignments.slice(0, MAX_LISTED).map((assignment) => {
    const { op, target } = assignment;
    const path = canonicalPath(type, target);
    const value = path === 'active' ? saidOfActive(assignment) : undefined;
    return value === undefined ? { op, path } : { op, path, value };
  });
}

function canonicalPath(type: ResourceType, { attribute, filter, sub }: AttributeTarget): string {
  const chosen = filter === undefined ? '' : `[${kindIn(filter) ?? '…'}]`;
  return `${qualifiedName(type, attribute)}${chosen}${sub === undefined ? '' : `.${sub.name}`}`;
}

/** A filter that fixes a type or a primary value says which is meant; any other may hold personal data. */
function kindIn(filter: NonNullable<AttributeTarget['filter']>): string | undefined {
  const fixed = fixedByFilter(filter);
  return (
    fixed &&
    Object.entries(fixed)
      .map(([name, value]) => `${name} eq ${JSON.stringify(value)}`)
      .join(' and ')
  );
}

function saidOfActive({ op, path, target, value }: Assignment): boolean | undefined {
  const coerced = coerceSimple(target.attribute, value, { op, path, findings: noFindings() });
  return coerced.kind === 'value' && typeof coerced.value === 'boolean' ? coerced.value : undefined;
}
