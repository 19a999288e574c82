import type { Task } from '../jobs/index.ts';
import { type CanonicalObject, newId, type OwnerFindingId, type WorkspaceId } from '../kernel/index.ts';
import { appendOne, type RecordInput } from '../ledger/index.ts';
import type { Clock, Database, Log, Queryable } from '../platform/index.ts';
import { LocalCalendar } from '../verdict/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { seenDirectories } from './directory-freshness.ts';
import { type JudgedOwner, judgeOwner, type OwnerContext } from './judge-owner.ts';
import { tryLockReconciliation } from './link-store.ts';
import type { Decider } from './match-accounts.ts';
import type { OwnerFindingContent, OwnerFindingStep } from './owner-finding.ts';
import {
  closeOwnerFinding,
  insertOwnerFinding,
  newAttempts,
  openOwnerFindings,
  updateOwnerFinding,
  workspacesWithNamedOwners,
} from './owner-finding-store.ts';
import { ownerFacts } from './owner-read-model.ts';
import { planAttempts, planLeft } from './plan-owner-findings.ts';
import { connectionFacts, workspaceZone } from './unit-read-model.ts';

/**
 * Every minute, and not with the run of a reconciliation, which is asked for: an end of employment comes with no request at all, and
 * a deactivation must not wait for a table of a million accounts. Owners are few, so looking at all of them costs next to nothing,
 * and the data plane pays nothing (docs/decisions/0019).
 */
const EVERY_MINUTE = '* * * * *';

interface ReviewDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** The task that reviews the owners of all workspaces; one workspace that fails keeps no other waiting. */
export function reviewOwnersTask(deps: ReviewDependencies): Task {
  return {
    name: 'reconciliation.review-owners',
    schedule: EVERY_MINUTE,
    run: async () => {
      const failures: unknown[] = [];
      for (const workspaceId of await workspacesWithNamedOwners(deps.database)) {
        await reviewWorkspace(deps, workspaceId).catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Passes a workspace over whose reconciliation is under way: that reviews the owners too, and may take longer than the next minute. */
async function reviewWorkspace({ clock, database, log }: ReviewDependencies, workspaceId: WorkspaceId): Promise<void> {
  const { closed, opened } = await database.transaction(async (tx) => {
    if (!(await tryLockReconciliation(tx, workspaceId))) return { closed: 0, opened: 0 };
    return reviewOwners(tx, workspaceId, { at: clock.now(), actor: 'system' });
  });
  if (opened > 0) log.error('owner.finding.opened', { workspaceId, opened });
  if (closed > 0) log.info('owner.finding.closed', { workspaceId, closed });
}

/** Who the present owners with a person named are, and how they stand as of an instant. */
export async function judgeOwners(q: Queryable, workspaceId: WorkspaceId, at: OwnerContext['at']): Promise<readonly JudgedOwner[]> {
  const facts = await ownerFacts(q, workspaceId);
  if (facts.length === 0) return [];
  const context: OwnerContext = {
    at,
    workspaceZone: await workspaceZone(q, workspaceId),
    calendar: new LocalCalendar(),
    isScimOn: (await readSwitch(q, workspaceId)).state === 'on',
    directories: seenDirectories(await connectionFacts(q, workspaceId), at),
  };
  return facts.map((each) => judgeOwner(each, context));
}

/** Opens, changes and closes the findings about owners, each with its record. Call it under the lock of a reconciliation. */
export async function reviewOwners(
  tx: Queryable,
  workspaceId: WorkspaceId,
  by: Decider,
): Promise<{ readonly opened: number; readonly closed: number }> {
  const open = await openOwnerFindings(tx, workspaceId);
  const judged = await judgeOwners(tx, workspaceId, by.at);
  const steps = [...planLeft(judged, open), ...planAttempts(await newAttempts(tx, workspaceId), open)];
  for (const step of steps) await carryOut(tx, workspaceId, step, by);
  const count = (kind: OwnerFindingStep['step']) => steps.filter(({ step }) => step === kind).length;
  return { opened: count('open'), closed: count('close') };
}

async function carryOut(tx: Queryable, workspaceId: WorkspaceId, step: OwnerFindingStep, by: Decider): Promise<void> {
  const { at } = by;
  if (step.step === 'open') {
    const id = newId<'owner-finding'>(at);
    const recordId = await appendOne(tx, workspaceId, openedRecord(id, 'finding.opened', step.content, by));
    await insertOwnerFinding(tx, workspaceId, { id, content: step.content, at, recordId });
  } else if (step.step === 'change') {
    const { id } = step.open;
    const recordId = await appendOne(tx, workspaceId, openedRecord(id, 'finding.changed', step.content, by));
    await updateOwnerFinding(tx, workspaceId, { id, content: step.content, at, recordId });
  } else {
    const { id, kind, ownerId } = step.open;
    const closed = closedRecord({ id, by, detail: { kind, owner: ownerId, because: step.because } });
    await closeOwnerFinding(tx, workspaceId, { id, at, because: step.because, recordId: await appendOne(tx, workspaceId, closed) });
  }
}

/** What the ledger says of it: what it rests on, in our own ids, so that it can be concluded again from the record (I11). */
function openedRecord(
  id: OwnerFindingId,
  type: 'finding.opened' | 'finding.changed',
  { evidence, facts, kind, ownerId, sentence }: OwnerFindingContent,
  { actor, at }: Decider,
): RecordInput {
  return {
    type,
    at,
    actor,
    subject: { kind: 'owner-finding', id },
    after: { kind, sentence },
    detail: { owner: ownerId, facts: facts as unknown as CanonicalObject, cites: evidence },
  };
}

/** What the ledger says of its end. */
export function closedRecord(closed: {
  readonly id: OwnerFindingId;
  readonly by: Decider;
  readonly detail: CanonicalObject;
  readonly reason?: string;
}): RecordInput {
  const { by, detail, id, reason } = closed;
  const disclose = reason === undefined ? {} : { disclose: { reason } };
  return { type: 'finding.closed', ...by, subject: { kind: 'owner-finding', id }, detail, ...disclose };
}
