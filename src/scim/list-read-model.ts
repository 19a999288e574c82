import type { Queryable } from '../platform/index.ts';
import type { FilterTarget } from './filter-columns-store.ts';
import type { ReadKey } from './gated-write-store.ts';
import type { StoredGroup } from './group-store.ts';
import { type After, type ListQuery, listStatement } from './list-statement-store.ts';
import type { StoredUser } from './user-store.ts';

export interface ListedPage<Row> {
  /** Undefined when the credential is no longer live. */
  readonly state: 'off' | 'on' | undefined;
  /** 0 where it was not asked for. */
  readonly total: number;
  readonly rows: readonly Row[];
  /** Behind which resource the next page begins; undefined where none follows, or where pages are asked for by offset. */
  readonly more?: { readonly after: After | undefined } | undefined;
}

/** The rows of each table as a list has them; a group's members are read apart. */
export interface ListedRows {
  readonly scim_user: StoredUser;
  readonly scim_group: StoredGroup;
}

/** A page of a type's resources behind the gate. `endpoint`: the absolute address of the type's endpoint. */
export async function readPage<Table extends FilterTarget['table']>(
  q: Queryable,
  { workspaceId, credentialId, at }: ReadKey,
  target: FilterTarget<Table>,
  { endpoint, ...query }: ListQuery & { readonly endpoint: string },
): Promise<ListedPage<ListedRows[Table]>> {
  type Listed = { readonly state: 'off' | 'on'; readonly total: number | string | null; readonly sortKey?: string | null } & (
    | ListedRows[Table]
    | { readonly id: null }
  );
  const { text, values } = listStatement(target, endpoint, query);
  const { rows } = await q.query<Listed>({ text, isRepeated: values.length <= MAX_PREPARED_VALUES }, [
    workspaceId,
    credentialId,
    at,
    ...values,
  ]);
  const [first] = rows;
  const found = rows.filter((row): row is Listed & ListedRows[Table] => row.id !== null);
  const page = { state: first?.state, total: Number(first?.total ?? 0), rows: found };
  if (query.position.kind === 'offset' || found.length <= query.count) return page;
  const shown = found.slice(0, query.count);
  const last = shown.at(-1);
  return { ...page, rows: shown, more: { after: last === undefined ? query.position.after : placeOf(last) } };
}

function placeOf({ id, sortKey }: { readonly id: string; readonly sortKey?: string | null }): After {
  return sortKey === undefined ? { id } : { id, sortKey };
}

/** How many values a statement may have that is prepared: Entra's filters have one or two beside the page's two. */
const MAX_PREPARED_VALUES = 5;
