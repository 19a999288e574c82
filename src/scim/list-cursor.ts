import { createHash } from 'node:crypto';
import type { WorkspaceId } from '../kernel/index.ts';
import type { SecretBox } from '../platform/index.ts';
import { type ResourceType, ScimError } from '../scim-protocol/index.ts';
import type { ListParameters } from './list-request.ts';
import type { After } from './list-statement-store.ts';

/** Where the next page begins (RFC 9865). */
export interface Cursor {
  /** Which of the searched types, by its index. */
  readonly type: number;
  /** Undefined: with the first resource of the type. */
  readonly after: After | undefined;
  /** `totalResults`, counted with the first page; undefined for that page. */
  readonly total: number | undefined;
}

export const firstPage: Cursor = Object.freeze({ type: 0, after: undefined, total: undefined });

/**
 * Cursors of one query. A cursor is sealed, since it may hold a value that the list is sorted by, and bound to its workspace and query;
 * it gives no access (RFC 9865 §5), needs no memory on our side, and does not expire.
 */
export interface Cursors {
  seal(cursor: Cursor): string;
  /** Throws `invalidCursor` for a text that `seal` did not answer for this query. */
  open(text: string): Cursor;
}

export function cursorsOf(
  secretBox: SecretBox,
  workspaceId: WorkspaceId,
  { descending, filter, sortBy }: ListParameters,
  types: readonly ResourceType[],
): Cursors {
  // Not canonical JSON, which has no form for the half characters that a filter may hold.
  const query = JSON.stringify([types.map(({ name }) => name), filter ?? null, sortBy ?? null, descending]);
  const context = `scim-cursor:${workspaceId}:${createHash('sha256').update(query).digest('base64url')}`;
  return {
    seal: (cursor) => secretBox.seal(JSON.stringify(cursor), context).toString('base64url'),
    open: (text) => {
      try {
        return JSON.parse(secretBox.open(Buffer.from(text, 'base64url'), context).toString('utf8')) as Cursor;
      } catch {
        const detail =
          'The "cursor" is none that was answered for this query; send filter, sortBy and sortOrder as for the first page, or begin with an empty "cursor".';
        throw new ScimError('invalidCursor', detail);
      }
    },
  };
}
