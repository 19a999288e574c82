import type { Instant, WorkspaceId } from '../kernel/index.ts';
import { expectFewRows, type Queryable } from '../platform/index.ts';
import { changedSince, dueSubjects, type Horizon, lastHorizon, type Subjects } from './change-store.ts';
import { hasClassified } from './classification-store.ts';
import { accountsBySystem, concernedWith, contestedAccounts } from './concerned-read-model.ts';

/** Whom a run has to match and judge: everybody who is not among them would come out as they are. In the order of the ids. */
export interface Concerned {
  readonly people: readonly string[];
  readonly directory: readonly string[];
  readonly scim: readonly string[];
}

/** Above this number of people or accounts, judging everything is no dearer than finding out whom to judge. */
export const MOST_CONCERNED = 50_000;

/** How far people and accounts may hang together by what identifies them, in steps from one to the next. */
const MOST_STEPS = 10;

/**
 * Whom a run has to judge that goes on from the last one: those of whom something was written since, whoever keeps an account that somebody
 * else claims, all whose links depend on theirs, and those whom time alone changes. Undefined where everything has to be judged: nothing was before, something changed that concerns
 * everybody, or too many are concerned.
 */
export async function findConcerned(
  q: Queryable,
  workspaceId: WorkspaceId,
  { at, horizon }: { readonly at: Instant; readonly horizon: Horizon },
): Promise<Concerned | undefined> {
  const last = await lastHorizon(q, workspaceId);
  if (last === undefined || last.commonDigest !== horizon.commonDigest) return undefined;
  const changed = await changedSince(q, workspaceId, { txid: last.txid, limit: MOST_CONCERNED });
  const due = await dueSubjects(q, workspaceId, { at, limit: MOST_CONCERNED });
  if (areMany(changed) || areMany(due)) return undefined;
  // What identified an account before it changed is known from its links; one that is nobody's own has none.
  if (await hasClassified(q, workspaceId, changed.accounts)) return undefined;
  await expectFewRows(q);
  const accounts = [...changed.accounts, ...due.accounts, ...(await contestedAccounts(q, workspaceId, MOST_CONCERNED))];
  const linked = await dependents(q, workspaceId, { people: changed.people, accounts });
  if (linked === undefined) return undefined;
  const { directory, scim } = await accountsBySystem(q, workspaceId, linked.accounts);
  return { people: inOrder([...linked.people, ...due.people]), directory: inOrder(directory), scim: inOrder(scim) };
}

/** Those given and all whose links depend on theirs; undefined where they are too many. */
async function dependents(q: Queryable, workspaceId: WorkspaceId, given: Subjects): Promise<Subjects | undefined> {
  let known: Subjects = { people: inOrder(given.people), accounts: inOrder(given.accounts) };
  let fresh = known;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (fresh.people.length + fresh.accounts.length === 0) return known;
    const found = await concernedWith(q, workspaceId, fresh);
    fresh = { people: without(found.people, known.people), accounts: without(found.accounts, known.accounts) };
    known = { people: [...known.people, ...fresh.people], accounts: [...known.accounts, ...fresh.accounts] };
    if (areMany(known)) return undefined;
  }
  return undefined;
}

function areMany({ people, accounts }: Subjects): boolean {
  return people.length > MOST_CONCERNED || accounts.length > MOST_CONCERNED;
}

function without(ids: readonly string[], known: readonly string[]): readonly string[] {
  const all = new Set(known);
  return ids.filter((id) => !all.has(id));
}

function inOrder(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)].sort();
}
