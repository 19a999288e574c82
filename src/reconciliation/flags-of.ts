import { epochMs, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { Flag, FlagsAsked } from './flag.ts';
import { loggedFlags } from './flag-read-model.ts';
import { holdersOf } from './holder-read-model.ts';
import { leaveDateFlags } from './leave-date-flags.ts';
import { takenBackFlags } from './taken-back-end-read-model.ts';
import { toldDayFlags } from './told-day-read-model.ts';

/** The flags of accounts, directory accounts and SCIM users alike, by time. */
export async function flagsOf(q: Queryable, workspaceId: WorkspaceId, asked: FlagsAsked): Promise<readonly Flag[]> {
  const holders = await holdersOf(q, workspaceId, asked.accountIds);
  const flags = [
    ...(await loggedFlags(q, workspaceId, asked.accountIds)),
    ...(await toldDayFlags(q, workspaceId, holders)),
    ...(await takenBackFlags(q, workspaceId, holders)),
    ...(await leaveDateFlags(q, workspaceId, asked)),
  ];
  return flags.toSorted((a, b) => epochMs(a.at) - epochMs(b.at) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

const keyOf = ({ accountId, entry, kind }: Flag) => `${kind} ${accountId} ${entry}`;
