import { groupType, LIST_RESPONSE_URN, type ResourceType, type Tolerated, userType } from '../scim-protocol/index.ts';
import { groupTarget, userTarget } from './filter-columns-store.ts';
import { groupPieces } from './group-json.ts';
import { readMemberIds } from './group-member-store.ts';
import type { StoredGroup } from './group-store.ts';
import { isProbe } from './is-probe.ts';
import { type ListedPage, readPage } from './list-read-model.ts';
import { type ListParameters, type ListRequest, listParameters, listRequest, searchedTypes, searchParameters } from './list-request.ts';
import type { ListQuery } from './list-statement-store.ts';
import { matchedBy } from './match-read-model.ts';
import { readGroupsOf } from './membership-read-model.ts';
import { switchedOff, unauthenticated } from './pass-gate.ts';
import { showsGroups, showsMembers, userJson, type View, viewOf } from './render-answer.ts';
import type { EndpointDeps } from './scim-deps.ts';
import { type AdmittedCall, type Body, bodyOf, type ScimAnswer } from './scim-request.ts';
import { readKey } from './user-endpoints.ts';
import type { StoredUser } from './user-store.ts';

/** RFC 7644 §3.4.2; nothing found is an empty list, never 404. */
export function getUsers(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  return answerList(deps, call, listParameters(call), [userType]);
}

export function getGroups(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  return answerList(deps, call, listParameters(call), [groupType]);
}

/** RFC 7644 §3.4.3. */
export function searchUsers(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  return answerList(deps, call, searchParameters(bodyOf(call).value), [userType]);
}

export function searchGroups(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  return answerList(deps, call, searchParameters(bodyOf(call).value), [groupType]);
}

/** At the root: the users that match, and behind them the groups. */
export function searchAll(deps: EndpointDeps, call: AdmittedCall): Promise<ScimAnswer> {
  return answerList(deps, call, searchParameters(bodyOf(call).value), searchedTypes);
}

/** One type's part of a page. */
interface Part {
  readonly total: number;
  readonly length: number;
  readonly tolerated: readonly Tolerated[];
  /** The JSON texts of the resources. */
  readonly texts: () => AsyncIterable<string> | readonly string[];
}

async function answerList(
  deps: EndpointDeps,
  call: AdmittedCall,
  parameters: ListParameters,
  types: readonly ResourceType[],
): Promise<ScimAnswer> {
  const parts: Part[] = [];
  let offset = parameters.startIndex - 1;
  let count = parameters.count;
  for (const type of types) {
    const request = listRequest(
      type,
      parameters,
      types.filter((other) => other !== type),
    );
    const part = await readPart({ deps, call, request, offset, count }, type);
    parts.push(part);
    offset = Math.max(0, offset - part.total);
    count -= part.length;
  }
  return { status: 200, body: renderPage(parameters.startIndex, parts), wire: wireOf(parameters, parts) };
}

function wireOf({ filter }: ListParameters, parts: readonly Part[]): ScimAnswer['wire'] {
  const tolerated = parts.flatMap((part) => part.tolerated);
  if (tolerated.length > 0) return { tolerated };
  return isProbe(filter, totalOf(parts)) ? 'probed' : 'counted';
}

function totalOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.total, 0);
}

interface PartRequest {
  readonly deps: EndpointDeps;
  readonly call: AdmittedCall;
  readonly request: ListRequest;
  readonly offset: number;
  readonly count: number;
}

async function readPart(part: PartRequest, type: ResourceType): Promise<Part> {
  const { call, count, deps, offset, request } = part;
  const { filter, selection, sort, tolerated } = request;
  const view = viewOf(deps.publicUrl, call.workspaceId, selection);
  const query = { filter, sort, offset, count, endpoint: `${view.base}${type.endpoint}` };
  if (type === userType) {
    const page = await readUserPage(deps, call, query);
    passListGate(part, page);
    const groups = showsGroups(view)
      ? await readGroupsOf(
          deps.database,
          call.workspaceId,
          page.rows.map(({ id }) => id),
        )
      : undefined;
    const texts = page.rows.map((user) => userJson(view, user, user.resource, groups?.get(user.id)));
    return { total: page.total, length: texts.length, tolerated, texts: () => texts };
  }
  const page: ListedPage<StoredGroup> = await readPage(deps.database, readKey(call), groupTarget, query);
  passListGate(part, page);
  return { total: page.total, length: page.rows.length, tolerated, texts: () => groupTexts(part, view, page.rows) };
}

/** A look-up by what users are matched by goes with others' of its kind; any other list is a statement of its own. */
function readUserPage(
  { database, gathered }: EndpointDeps,
  call: AdmittedCall,
  query: ListQuery & { readonly endpoint: string },
): Promise<ListedPage<StoredUser>> {
  const match = query.sort === undefined && query.offset === 0 ? matchedBy(query.filter) : undefined;
  return match === undefined
    ? readPage(database, readKey(call), userTarget, query)
    : gathered.matches.submit({ ...readKey(call), ...match, count: query.count });
}

/**
 * While the switch is off, a filter that finds nothing is answered so: that is Entra's Test Connection, which must succeed
 * before anybody can turn the switch on. Everything else is refused, so that no list ever hides what there is (I8).
 */
function passListGate(
  { call, deps, request }: PartRequest,
  page: { readonly state: 'off' | 'on' | undefined; readonly total: number },
): void {
  if (page.state === undefined) throw unauthenticated();
  const findsNothing = request.filter !== undefined && page.total === 0;
  if (page.state === 'off' && !findsNothing) throw switchedOff(deps.publicUrl, call.workspaceId);
}

/** How many groups' members are held in memory at a time: those of five groups of 50,000 take 9 MB. */
const GROUPS_AT_A_TIME = 5;

/** Without members a list of groups is short; with them it is written as it is read. */
function groupTexts({ call, deps }: PartRequest, view: View, groups: readonly StoredGroup[]): AsyncIterable<string> | readonly string[] {
  return showsMembers(view) && groups.length > 0
    ? textsWithMembers({ call, deps }, view, groups)
    : groups.map((group) => [...groupPieces(view, group, null)].join(''));
}

async function* textsWithMembers(
  { call, deps }: Pick<PartRequest, 'call' | 'deps'>,
  view: View,
  groups: readonly StoredGroup[],
): AsyncGenerator<string> {
  for (let start = 0; start < groups.length; start += GROUPS_AT_A_TIME) {
    const some = groups.slice(start, start + GROUPS_AT_A_TIME);
    const memberIds = await readMemberIds(
      deps.database,
      call.workspaceId,
      some.map(({ id }) => id),
    );
    for (const [index, group] of some.entries()) {
      if (start + index > 0) yield ',';
      yield* groupPieces(view, group, memberIds.get(group.id) || null);
    }
  }
}

/** RFC 7644 §3.4.2: without results `Resources` is an empty list, never absent; `itemsPerPage` is what is returned. */
function renderPage(startIndex: number, parts: readonly Part[]): Body {
  const total = totalOf(parts);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = `{"schemas":["${LIST_RESPONSE_URN}"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${length},"Resources":[`;
  const texts = parts.filter((part) => part.length > 0).map((part) => part.texts());
  const whole = texts.filter((part): part is readonly string[] => Array.isArray(part));
  return whole.length === texts.length ? `${head}${whole.flat().join(',')}]}` : inPieces(head, texts);
}

async function* inPieces(head: string, parts: readonly (AsyncIterable<string> | readonly string[])[]): AsyncGenerator<string> {
  yield head;
  for (const [index, part] of parts.entries()) {
    if (index > 0) yield ',';
    if (isWhole(part)) yield part.join(',');
    else yield* part;
  }
  yield ']}';
}

function isWhole(part: AsyncIterable<string> | readonly string[]): part is readonly string[] {
  return Array.isArray(part);
}
