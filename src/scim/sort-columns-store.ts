import { type AttributePath, ScimError } from '../scim-protocol/index.ts';
import { type FilterTarget, sourceOf } from './filter-columns-store.ts';

/** RFC 7644 §3.4.2.3: by what a list is sorted, and which way. */
export interface Sort {
  readonly path: AttributePath;
  readonly descending: boolean;
}

/**
 * The `order by` of a list: resources without a value come last, or first where the order is descending; of equal ones the
 * older comes first, so that pages are stable. Of several values the primary one counts, else the first.
 * `length` is how many characters of a text count; undefined: all. Throws `invalidPath` for a complex attribute that has no value
 * of its own.
 */
export function orderBy(target: FilterTarget, sort: Sort | undefined, length?: number): readonly SortKey[] {
  const byId: SortKey = { sql: `${target.table}.id`, type: 'uuid', direction: '' };
  if (sort === undefined) return [byId];
  const key = sortKey(target, sort.path);
  const sql = key.type === 'text' && length !== undefined ? `left(${key.sql}, ${length})` : key.sql;
  return [{ ...key, sql, direction: sort.descending ? 'desc nulls first' : 'asc nulls last' }, byId];
}

/** One expression of an `order by`, of which type, and which way. */
export interface SortKey {
  readonly sql: string;
  readonly type: 'text' | 'boolean' | 'timestamptz' | 'uuid';
  readonly direction: string;
}

function sortKey(target: FilterTarget, sorted: AttributePath): Pick<SortKey, 'sql' | 'type'> {
  const path = comparedPath(sorted);
  const leaf = path.sub ?? path.attribute;
  const source = sourceOf(target, path);
  if (source.kind === 'listed') {
    const preferred = `(select ${source.item(path.sub)} from ${source.rows} order by ${preference(path.attribute.name)} limit 1)`;
    return folded(preferred, leaf.caseExact);
  }
  if (leaf.type === 'boolean') return { sql: source.sql, type: 'boolean' };
  if (leaf.type === 'dateTime') return { sql: source.sql, type: 'timestamptz' };
  if (source.uuid === true) return { sql: source.sql, type: 'uuid' };
  return folded(source.sql, leaf.caseExact || source.folded === true);
}

/** A complex attribute is sorted by its `value`, as it is compared by it. */
function comparedPath({ attribute, sub }: AttributePath): AttributePath {
  if (sub !== undefined || attribute.type !== 'complex') return { attribute, sub };
  const value = attribute.subAttributes.find(({ name }) => name === 'value');
  if (value !== undefined) return { attribute, sub: value };
  const example = `${attribute.name}.${attribute.subAttributes[0]?.name}`;
  throw new ScimError('invalidPath', `A list is sorted by one of the sub-attributes of ${attribute.name}, such as ${example}.`);
}

/** Lists in tables of their own know no primary value. */
function preference(name: string): string {
  return ['members', 'groups', 'schemas'].includes(name) ? 'item.value' : `(item.value ->> 'primary') is distinct from 'true'`;
}

function folded(sql: string, isExact: boolean): Pick<SortKey, 'sql' | 'type'> {
  return { sql: `(${isExact ? sql : `lower(${sql})`}) collate "C"`, type: 'text' };
}
