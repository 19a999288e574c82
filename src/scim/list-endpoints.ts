import { groupType, LIST_RESPONSE_URN, type ResourceType, type Tolerated, userType } from '../scim-protocol/index.ts';
import { groupTarget, userTarget } from './filter-columns-store.ts';
import { groupPieces } from './group-json.ts';
import { readMemberIds } from './group-member-store.ts';
import type { StoredGroup } from './group-store.ts';
import { isProbe } from './is-probe.ts';
import { type Cursor, cursorsOf, firstPage } from './list-cursor.ts';
import { type ListedPage, readPage } from './list-read-model.ts';
import { type ListParameters, listParameters, listRequest, searchedTypes, searchParameters } from './list-request.ts';
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
  readonly more: ListedPage<unknown>['more'];
}

/** A list that is being answered. */
interface Listing {
  readonly deps: EndpointDeps;
  readonly call: AdmittedCall;
  readonly parameters: ListParameters;
  readonly types: readonly ResourceType[];
}

/** What a page says of itself beside its resources. */
interface PageHead {
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly nextCursor?: string | undefined;
}

async function answerList(
  deps: EndpointDeps,
  call: AdmittedCall,
  parameters: ListParameters,
  types: readonly ResourceType[],
): Promise<ScimAnswer> {
  const listing = { deps, call, parameters, types };
  const { head, parts } = parameters.cursor === undefined ? await pageByIndex(listing) : await pageByCursor(listing, parameters.cursor);
  return { status: 200, body: renderPage(head, parts), wire: wireOf(parameters, head.totalResults, parts) };
}

interface Page {
  readonly head: PageHead;
  readonly parts: readonly Part[];
}

/** RFC 7644 §3.4.2.4. */
async function pageByIndex(listing: Listing): Promise<Page> {
  const { startIndex, count } = listing.parameters;
  const parts: Part[] = [];
  let offset = startIndex - 1;
  let left = count;
  for (const type of listing.types) {
    const part = await readPart(listing, type, { position: { kind: 'offset', offset }, count: left });
    parts.push(part);
    offset = Math.max(0, offset - part.total);
    left -= part.length;
  }
  return { head: { totalResults: totalOf(parts), startIndex }, parts };
}

/** RFC 9865: what is left of a page behind one type's resources is filled with the next type's; the first page counts them all. */
async function pageByCursor(listing: Listing, text: string): Promise<Page> {
  const { call, deps, parameters, types } = listing;
  const cursors = cursorsOf(deps.secretBox, call.workspaceId, parameters, types);
  const from = text === '' ? firstPage : cursors.open(text);
  const isCounted = from.total === undefined;
  const parts: Part[] = [];
  let left = parameters.count;
  let next: Pick<Cursor, 'type' | 'after'> | undefined;
  for (const [index, type] of types.entries()) {
    if (index < from.type || (next !== undefined && !isCounted)) continue;
    const after = index === from.type ? from.after : undefined;
    const part = await readPart(listing, type, { position: { kind: 'after', after, isCounted }, count: left });
    parts.push(part);
    left = part.more === undefined ? left - part.length : 0;
    if (part.more !== undefined) next ??= { type: index, after: part.more.after };
  }
  const totalResults = from.total ?? totalOf(parts);
  return { head: { totalResults, nextCursor: next && cursors.seal({ ...next, total: totalResults }) }, parts };
}

function wireOf({ filter }: ListParameters, total: number, parts: readonly Part[]): ScimAnswer['wire'] {
  const tolerated = parts.flatMap((part) => part.tolerated);
  if (tolerated.length > 0) return { tolerated };
  return isProbe(filter, total) ? 'probed' : 'counted';
}

function totalOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.total, 0);
}

async function readPart(listing: Listing, type: ResourceType, page: Pick<ListQuery, 'position' | 'count'>): Promise<Part> {
  const { call, deps, parameters, types } = listing;
  const others = types.filter((other) => other !== type);
  const { filter, selection, sort, tolerated } = listRequest(type, parameters, others);
  const view = viewOf(deps.publicUrl, call.workspaceId, selection);
  const query = { filter, sort, ...page, endpoint: `${view.base}${type.endpoint}` };
  if (type === userType) {
    const { more, rows, total } = passListGate(listing, await readUserPage(deps, call, query));
    const groups = showsGroups(view)
      ? await readGroupsOf(
          deps.database,
          call.workspaceId,
          rows.map(({ id }) => id),
        )
      : undefined;
    const texts = rows.map((user) => userJson(view, user, user.resource, groups?.get(user.id)));
    return { total, length: texts.length, tolerated, texts: () => texts, more };
  }
  const { more, rows, total } = passListGate(listing, await readPage(deps.database, readKey(call), groupTarget, query));
  return { total, length: rows.length, tolerated, texts: () => groupTexts(listing, view, rows), more };
}

/** A look-up by what users are matched by goes with others' of its kind; any other list is a statement of its own. */
function readUserPage(
  { database, gathered }: EndpointDeps,
  call: AdmittedCall,
  query: ListQuery & { readonly endpoint: string },
): Promise<ListedPage<StoredUser>> {
  const isFirst = query.position.kind === 'offset' && query.position.offset === 0;
  const match = query.sort === undefined && isFirst ? matchedBy(query.filter) : undefined;
  return match === undefined
    ? readPage(database, readKey(call), userTarget, query)
    : gathered.matches[match.attribute].submit({ ...readKey(call), ...match, count: query.count });
}

/**
 * While the switch is off, a filter that finds nothing is answered so: that is Entra's Test Connection, which must succeed
 * before anybody can turn the switch on. Everything else is refused, so that no list ever hides what there is (I8).
 */
function passListGate<Row>({ call, deps, parameters }: Listing, page: ListedPage<Row>): ListedPage<Row> {
  if (page.state === undefined) throw unauthenticated();
  const isFirst = parameters.cursor === undefined || parameters.cursor === '';
  const findsNothing = parameters.filter !== undefined && isFirst && page.total === 0;
  if (page.state === 'off' && !findsNothing) throw switchedOff(deps.publicUrl, call.workspaceId);
  return page;
}

/** How many groups' members are held in memory at a time: those of five groups of 50,000 take 9 MB. */
const GROUPS_AT_A_TIME = 5;

/** Without members a list of groups is short; with them it is written as it is read. */
function groupTexts({ call, deps }: Listing, view: View, groups: readonly StoredGroup[]): AsyncIterable<string> | readonly string[] {
  return showsMembers(view) && groups.length > 0
    ? textsWithMembers({ call, deps }, view, groups)
    : groups.map((group) => [...groupPieces(view, group, null)].join(''));
}

async function* textsWithMembers(
  { call, deps }: Pick<Listing, 'call' | 'deps'>,
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
function renderPage(head: PageHead, parts: readonly Part[]): Body {
  const itemsPerPage = parts.reduce((sum, part) => sum + part.length, 0);
  const text = `${JSON.stringify({ schemas: [LIST_RESPONSE_URN], ...head, itemsPerPage }).slice(0, -1)},"Resources":[`;
  const texts = parts.filter((part) => part.length > 0).map((part) => part.texts());
  const whole = texts.filter((part): part is readonly string[] => Array.isArray(part));
  return whole.length === texts.length ? `${text}${whole.flat().join(',')}]}` : inPieces(text, texts);
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
