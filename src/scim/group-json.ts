import { groupType, selectedSubAttributes, selectText, userType } from '../scim-protocol/index.ts';
import { ID_LENGTH } from './group-member-store.ts';
import type { StoredGroup } from './group-store.ts';
import { locationOf, metaJson, type View } from './render-answer.ts';
import type { Body } from './scim-request.ts';

/** How many members one piece of an answer holds: some 200 KB. */
const MEMBERS_PER_PIECE = 1000;

/** A group as JSON; in pieces where it has many members. `memberIds` null: its members are left out, or it has none. */
export function groupBody(view: View, group: StoredGroup, memberIds: string | null): Body {
  return memberIds === null || memberIds.length <= MEMBERS_PER_PIECE * ID_LENGTH
    ? [...groupPieces(view, group, memberIds)].join('')
    : piecesOf(groupPieces(view, group, memberIds));
}

async function* piecesOf(pieces: Iterable<string>): AsyncGenerator<string> {
  yield* pieces;
}

/** The JSON text of a group, piece by piece. */
export function* groupPieces(view: View, group: StoredGroup, memberIds: string | null): Generator<string> {
  const head = headJson(view, group);
  if (memberIds === null) {
    yield head;
    return;
  }
  yield `${head.slice(0, -1)},"members":[`;
  const member = memberJson(view);
  const step = MEMBERS_PER_PIECE * ID_LENGTH;
  for (let start = 0; start < memberIds.length; start += step) {
    const end = Math.min(start + step, memberIds.length);
    const items: string[] = [];
    for (let at = start; at < end; at += ID_LENGTH) items.push(member(memberIds.slice(at, at + ID_LENGTH)));
    yield `${start === 0 ? '' : ','}${items.join(',')}`;
  }
  yield ']}';
}

function headJson(view: View, group: StoredGroup): string {
  const { displayName, externalId } = group;
  const external = externalId === null ? '' : `,"externalId":${JSON.stringify(externalId)}`;
  const head = `{"schemas":["${groupType.schema.id}"],"id":"${group.id}",${metaJson(view, groupType, group)}`;
  return selectText(`${head},"displayName":${JSON.stringify(displayName)}${external}}`, view.selection);
}

/** RFC 7643 §4.2 `members`, with the sub-attributes that are asked for. */
function memberJson(view: View): (id: string) => string {
  const parts: Readonly<Record<string, (id: string) => string>> = {
    value: (id) => `"value":"${id}"`,
    $ref: (id) => `"$ref":"${locationOf(view, userType, id)}"`,
    type: () => '"type":"User"',
  };
  const shown = selectedSubAttributes(view.selection, 'members', Object.keys(parts)).flatMap((name) => parts[name] ?? []);
  return (id) => `{${shown.map((part) => part(id)).join(',')}}`;
}
