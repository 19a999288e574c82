import {
  type Attribute,
  type AttributePath,
  CORE_GROUP_URN,
  CORE_USER_URN,
  groupType,
  qualifiedName,
  type ResourceType,
  userType,
} from '../scim-protocol/index.ts';
import { isLive } from './live-row-store.ts';

/** Where the values of an attribute are: one expression, or the rows of a list, of which `item` is one. */
export type Source = SingleSource | ListedSource;

/** `live`: an index of live rows alone, which a condition uses that says so; `whole`: one of all rows; `email`: one of addresses, whosever they are. */
export type IndexKind = 'live' | 'whole' | 'email';

export interface SingleSource {
  readonly kind: 'single';
  readonly sql: string;
  /** The expression is folded already (`caseFolded`). */
  readonly folded?: boolean;
  /** The index that finds rows by equality with it. */
  readonly index?: IndexKind;
  /** The column holds a UUID: a text that is none equals nothing. */
  readonly uuid?: boolean;
}

export interface ListedSource {
  readonly kind: 'listed';
  /** A from-item that yields the values, one a row, with what correlates it to the resource. */
  readonly rows: string;
  /** The expression of a sub-attribute of one value, or of the value itself. */
  readonly item: (sub: Attribute | undefined) => string;
}

/** The resources that a condition is about, and their table. */
export interface FilterTarget<Table extends TableName = TableName> {
  readonly type: ResourceType;
  readonly table: Table;
}

type TableName = 'scim_user' | 'scim_group';

export const userTarget: FilterTarget<'scim_user'> = { type: userType, table: 'scim_user' };
export const groupTarget: FilterTarget<'scim_group'> = { type: groupType, table: 'scim_group' };

type Columns = Readonly<Record<string, SingleSource>>;

const single = (sql: string, traits: Omit<SingleSource, 'kind' | 'sql'> = {}): SingleSource => ({ kind: 'single', sql, ...traits });

/** RFC 7643 §3.1: alike for both types. The address is compared without its host's part: it differs in nothing else. */
function commonColumns(table: string, type: ResourceType): Columns {
  return {
    id: single(`${table}.id`, { uuid: true, index: 'whole' }),
    'meta.resourceType': single(`'${type.name}'`),
    'meta.created': single(`${table}.created_at`),
    'meta.lastModified': single(`${table}.last_modified`),
    'meta.version': single(`('W/"' || ${table}.version || '"')`),
  };
}

const columns: Readonly<Record<FilterTarget['table'], Columns>> = {
  scim_user: {
    ...commonColumns('scim_user', userType),
    userName: single('scim_user.user_name_key', { folded: true, index: 'live' }),
    externalId: single('scim_user.external_id', { index: 'whole' }),
    displayName: single('scim_user.display_name', { index: 'whole' }),
    active: single('scim_user.active'),
  },
  scim_group: {
    ...commonColumns('scim_group', groupType),
    displayName: single('scim_group.display_name_key', { folded: true, index: 'whole' }),
    externalId: single('scim_group.external_id', { index: 'whole' }),
  },
};

/** A member as `members` shows it; only live users are members. */
const MEMBERS = `(
  select scim_group_member.member_id::text as value, 'User' as type
  from scim_group_member
  join scim_user on scim_user.workspace_id = scim_group_member.workspace_id and scim_user.id = scim_group_member.member_id
    and ${isLive('scim_user')}
  where scim_group_member.workspace_id = scim_group.workspace_id and scim_group_member.group_id = scim_group.id) as item`;

const GROUPS = `(
  select scim_group.id::text as value, scim_group.display_name as display, 'direct' as type
  from scim_group_member
  join scim_group on scim_group.workspace_id = scim_group_member.workspace_id and scim_group.id = scim_group_member.group_id
    and ${isLive('scim_group')}
  where scim_group_member.workspace_id = scim_user.workspace_id and scim_group_member.member_id = scim_user.id) as item`;

/** Lists that lie in tables of their own. An address of a member or a group is compared with nothing: it says no more than its id. */
function listedElsewhere(rows: string, shown: readonly string[]): ListedSource {
  return { kind: 'listed', rows, item: (sub) => (sub !== undefined && shown.includes(sub.name) ? `item.${sub.name}` : 'null::text') };
}

/** Where the database has the values of an attribute, for every attribute that a resource of the type may have. */
export function sourceOf(target: FilterTarget, { attribute, sub }: AttributePath): Source {
  const name = qualifiedName(target.type, attribute);
  if (target.table === 'scim_group' && name === 'members') return listedElsewhere(MEMBERS, ['value', 'type']);
  if (target.table === 'scim_user' && name === 'groups') return listedElsewhere(GROUPS, ['value', 'display', 'type']);
  if (name === 'schemas') return { kind: 'listed', rows: schemasOf(target), item: () => 'item.value' };
  const path = sub === undefined ? name : `${name}.${sub.name}`;
  const own = columns[target.table];
  if (Object.hasOwn(own, path)) return own[path] ?? nothing;
  if (target.table === 'scim_group' || attribute.schema === '') return nothing;
  return attribute.multiValued ? listInResource(attribute) : inResource(target.type, attribute, sub);
}

/** An attribute that no resource of the type has, in a search over several types: it never has a value. */
const nothing = single('null::text');

function schemasOf({ table }: FilterTarget): string {
  if (table === 'scim_group') return `(values ('${CORE_GROUP_URN}')) as item (value)`;
  const extensions = userType.extensions.map(({ id }) => `select '${id}' where scim_user.resource ? '${id}'`);
  return `(select '${CORE_USER_URN}' union all ${extensions.join(' union all ')}) as item (value)`;
}

function inResource(type: ResourceType, attribute: Attribute, sub: Attribute | undefined): SingleSource {
  const steps = [
    ...(attribute.schema === type.schema.id ? [] : [attribute.schema]),
    attribute.name,
    ...(sub === undefined ? [] : [sub.name]),
  ];
  return single(`scim_user.resource #>> '{${steps.map((step) => `"${step}"`).join(',')}}'`);
}

function listInResource(attribute: Attribute): ListedSource {
  return {
    kind: 'listed',
    rows: `jsonb_array_elements(case when jsonb_typeof(scim_user.resource -> '${attribute.name}') = 'array' then scim_user.resource -> '${attribute.name}' end) as item (value)`,
    item: (sub) => (sub === undefined ? 'item.value::text' : `item.value ->> '${sub.name}'`),
  };
}
