import { isUuid } from '../kernel/index.ts';
import {
  type Comparison,
  ENTERPRISE_USER_URN,
  type Filter,
  groupType,
  qualifiedName,
  type ResourceType,
  ScimError,
  userType,
} from '../scim-protocol/index.ts';
import { EMPLOYEE_NUMBER_ATTRIBUTE, ROLE_ATTRIBUTE } from './attribute-value.ts';
import { isLive } from './live-row-store.ts';

/** A filter as a condition on `scim_user` or `scim_group`; its values are parameters from `firstParameter` on. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Takes a value and answers its parameter, such as `$7`. */
type Bind = (value: unknown) => string;
type Compile = (text: string, bind: Bind) => string;

const NOTHING = 'false';

const users: Readonly<Record<string, Compile>> = {
  id: (text, bind) => (isUuid(text) ? `scim_user.id = ${bind(text)}::uuid` : NOTHING),
  userName: (text, bind) => `scim_user.user_name_key = ${bind(text.toLowerCase())}::text`,
  externalId: (text, bind) => `scim_user.external_id = ${bind(text)}::text`,
  displayName: (text, bind) => `lower(scim_user.display_name) = lower(${bind(text)}::text)`,
  active: (text, bind) => (/^(true|false)$/i.test(text) ? `scim_user.active = ${bind(text.toLowerCase())}::boolean` : NOTHING),
  emails: (text, bind) => `scim_user.email_keys @> array[${bind(text.toLowerCase())}::text]`,
  'emails.value': (text, bind) => `scim_user.email_keys @> array[${bind(text.toLowerCase())}::text]`,
  [EMPLOYEE_NUMBER_ATTRIBUTE]: (text, bind) => `scim_user.employee_number = ${bind(text)}::text`,
  [`${ENTERPRISE_USER_URN}:manager`]: managerIs,
  [`${ENTERPRISE_USER_URN}:manager.value`]: managerIs,
  [ROLE_ATTRIBUTE]: (text, bind) => `scim_user.rbac_role_id = ${bind(text)}::text`,
};

const groups: Readonly<Record<string, Compile>> = {
  id: (text, bind) => (isUuid(text) ? `scim_group.id = ${bind(text)}::uuid` : NOTHING),
  displayName: (text, bind) => `scim_group.display_name_key = ${bind(text.toLowerCase())}::text`,
  externalId: (text, bind) => `scim_group.external_id = ${bind(text)}::text`,
  members: hasMember,
  'members.value': hasMember,
};

function managerIs(text: string, bind: Bind): string {
  return `scim_user.resource #>> array['${ENTERPRISE_USER_URN}', 'manager', 'value'] = ${bind(text)}::text`;
}

function hasMember(text: string, bind: Bind): string {
  if (!isUuid(text)) return NOTHING;
  return `exists (
    select from scim_group_member
    join scim_user on scim_user.workspace_id = scim_group_member.workspace_id and scim_user.id = scim_group_member.member_id
      and ${isLive('scim_user')}
    where scim_group_member.workspace_id = scim_group.workspace_id and scim_group_member.group_id = scim_group.id
      and scim_group_member.member_id = ${bind(text)}::uuid)`;
}

/** Throws `invalidFilter` for an attribute that the server cannot look up. */
export function compileUserFilter(filter: Filter, firstParameter: number): Condition {
  return compile({ type: userType, columns: users, firstParameter }, filter);
}

export function compileGroupFilter(filter: Filter, firstParameter: number): Condition {
  return compile({ type: groupType, columns: groups, firstParameter }, filter);
}

interface Target {
  readonly type: ResourceType;
  readonly columns: Readonly<Record<string, Compile>>;
  readonly firstParameter: number;
}

function compile(target: Target, filter: Filter): Condition {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${target.firstParameter + values.push(value) - 1}`;
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  const sql = terms.map((term) => compileTerm(target, term, bind)).join(' and ');
  return { sql, values };
}

function compileTerm(target: Target, term: Filter, bind: Bind): string {
  if (term.kind === 'comparison') {
    const { attribute, sub } = term.path;
    const name = qualifiedName(target.type, attribute) + (sub === undefined ? '' : `.${sub.name}`);
    const column = Object.hasOwn(target.columns, name) ? target.columns[name] : undefined;
    if (column === undefined) throw notFilterable(target, name);
    return holdable(term) ? column(term.value.text, bind) : NOTHING;
  }
  if (term.kind === 'value-filter') {
    const comparisons = term.filter.kind === 'and' ? term.filter.terms : [term.filter];
    return compileValues(target, term.attribute.name, comparisons, bind);
  }
  return term.terms.map((inner) => compileTerm(target, inner, bind)).join(' and ');
}

/** `emails[type eq "work"].value eq "x"`: one value meets all comparisons; the indexed addresses narrow the search first. */
function compileValues(target: Target, name: string, terms: readonly Filter[], bind: Bind): string {
  const comparisons = terms.filter((term) => term.kind === 'comparison');
  if (comparisons.length < terms.length) throw notFilterable(target, `${name}[…[…]]`);
  if (!comparisons.every(holdable)) return NOTHING;
  if (target.type === groupType) return compileMembers(target, comparisons, bind);
  if (name !== 'emails') throw notFilterable(target, `${name}[…]`);
  const address = comparisons.find(({ path }) => path.attribute.name === 'value');
  const narrowed = address === undefined ? '' : `${users['emails']?.(address.value.text, bind)} and `;
  const met = comparisons.map(({ path, value }) => `lower(email ->> '${path.attribute.name}') = lower(${bind(value.text)}::text)`);
  return `${narrowed}exists (select from jsonb_array_elements(scim_user.resource -> 'emails') as email where ${met.join(' and ')})`;
}

function compileMembers(target: Target, comparisons: readonly Comparison[], bind: Bind): string {
  const wanted = comparisons.filter(({ path, value }) => path.attribute.name !== 'type' || value.text.toLowerCase() !== 'user');
  if (!wanted.every(({ path }) => path.attribute.name === 'value')) throw notFilterable(target, 'members[…]');
  return wanted.length === 0 ? NOTHING : wanted.map(({ value }) => hasMember(value.text, bind)).join(' and ');
}

/** No stored text holds these, and PostgreSQL would refuse to look for them. */
function holdable({ value }: Comparison): boolean {
  return !/\0|\p{Surrogate}/u.test(value.text);
}

function notFilterable({ type }: Target, name: string): ScimError {
  return new ScimError('invalidFilter', `${type.endpoint} cannot be filtered by ${name}.`);
}
