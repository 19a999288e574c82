import {
  type Filter,
  groupType,
  noFindings,
  parseFilter,
  type ResourceType,
  renderList,
  selects,
  type Tolerated,
  userType,
} from '../scim-protocol/index.ts';
import { type Condition, compileGroupFilter, compileUserFilter } from './compile-filter-store.ts';
import { FILTER_PARAMETER, type ListedPage, listGroups, listUsers } from './list-read-model.ts';
import { switchedOff, unauthenticated } from './pass-gate.ts';
import type { ScimDeps } from './scim-deps.ts';
import type { AdmittedCall, ScimAnswer } from './scim-request.ts';
import { selectionOf, showGroup, showUser } from './show-resource.ts';

/** The longest page, and the one that a request without `count` gets. A longer one is cut, as RFC 7644 §3.4.2.4 allows. */
export const MAX_PAGE = 100;

/** PostgreSQL's largest offset is beyond what any client means. */
const MAX_START_INDEX = 1_000_000_000;

/** RFC 7644 §3.4.2; nothing found is an empty list, never 404. */
export async function getUsers({ database, publicUrl }: ScimDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const list = readListRequest(call, userType, compileUserFilter);
  const page = await listUsers(database, { ...call, credentialId: call.credential.id }, list);
  return answerList({ publicUrl, call, list, page }, (user) => showUser(publicUrl, call, user).content);
}

export async function getGroups({ database, publicUrl }: ScimDeps, call: AdmittedCall): Promise<ScimAnswer> {
  const list = readListRequest(call, groupType, compileGroupFilter);
  const withMembers = selects(selectionOf(call, groupType), 'members');
  const page = await listGroups(database, { ...call, credentialId: call.credential.id }, { ...list, withMembers });
  return answerList({ publicUrl, call, list, page }, (group) => showGroup(publicUrl, call, group).content);
}

interface ListRequest {
  readonly startIndex: number;
  readonly count: number;
  readonly condition: Condition | undefined;
  readonly tolerated: readonly Tolerated[];
}

function readListRequest({ query }: AdmittedCall, type: ResourceType, compile: (filter: Filter, first: number) => Condition): ListRequest {
  const findings = noFindings();
  const filter = query.get('filter');
  return {
    startIndex: Math.min(Math.max(integerOf(query.get('startIndex')) ?? 1, 1), MAX_START_INDEX),
    count: Math.min(Math.max(integerOf(query.get('count')) ?? MAX_PAGE, 0), MAX_PAGE),
    condition: filter === null ? undefined : compile(parseFilter(type, filter, findings), FILTER_PARAMETER),
    tolerated: findings.tolerated,
  };
}

function integerOf(text: string | null): number | undefined {
  return text !== null && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

interface Listing<Row> {
  readonly publicUrl: string;
  readonly call: AdmittedCall;
  readonly list: ListRequest;
  readonly page: ListedPage<Row>;
}

/**
 * While the switch is off, a filter that finds nothing is answered so: that is Entra's Test Connection, which must succeed
 * before anybody can turn the switch on. Everything else is refused, so that no list ever hides what there is (I8).
 */
function answerList<Row>({ publicUrl, call, list, page }: Listing<Row>, show: (row: Row) => unknown): ScimAnswer {
  if (page.state === undefined) throw unauthenticated();
  const isProbe = list.condition !== undefined && page.total === 0;
  if (page.state === 'off' && !isProbe) throw switchedOff(publicUrl, call.workspaceId);
  const { startIndex, tolerated } = list;
  const content = renderList({ totalResults: page.total, startIndex, resources: page.rows.map((row) => show(row) as never) });
  return { status: 200, content, wire: tolerated.length === 0 ? 'counted' : { tolerated, ignored: [] } };
}
