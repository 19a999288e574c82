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
 * Throws `invalidPath` for a complex attribute that has no value of its own.
 */
export function orderBy(target: FilterTarget, sort: Sort | undefined): string {
  const byId = `${target.table}.id`;
  if (sort === undefined) return byId;
  const direction = sort.descending ? 'desc nulls first' : 'asc nulls last';
  return `${sortKey(target, sort.path)} ${direction}, ${byId}`;
}

function sortKey(target: FilterTarget, path: AttributePath): string {
  const { attribute, sub } = path;
  if (attribute.type === 'complex' && sub === undefined) {
    throw new ScimError(
      'invalidPath',
      `A list is sorted by one of the sub-attributes of ${attribute.name}, such as ${attribute.name}.${attribute.subAttributes[0]?.name}.`,
    );
  }
  const leaf = sub ?? attribute;
  const source = sourceOf(target, path);
  if (source.kind === 'listed')
    return folded(`(select ${source.item(sub)} from ${source.rows} order by ${preference(attribute.name)} limit 1)`, leaf.caseExact);
  if (leaf.type === 'boolean' || leaf.type === 'dateTime' || source.uuid === true) return source.sql;
  return folded(source.sql, leaf.caseExact || source.folded === true);
}

/** Lists in tables of their own know no primary value. */
function preference(name: string): string {
  return ['members', 'groups', 'schemas'].includes(name) ? 'item.value' : `(item.value ->> 'primary') is distinct from 'true'`;
}

function folded(sql: string, isExact: boolean): string {
  return `(${isExact ? sql : `lower(${sql})`}) collate "C"`;
}
