import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { endPeriod, lockListing, markKept } from './omission-store.ts';
import { lockRoster } from './roster-store.ts';

/** What it means that HR no longer names somebody. `endDate`, `lastDay`: `YYYY-MM-DD`. */
export type ListingDecision =
  | { readonly decision: 'left'; readonly endDate: string; readonly lastDay: string | null }
  | { readonly decision: 'employed' };

/**
 * Answers for a dropped person, from what HR says when asked: they left, with the day, or they are still employed. Either is a ledger
 * record with actor and reason; neither is asked again unless HR names them and leaves them out once more.
 * Throws DomainError `not-found`, `conflict` for one who is not dropped, `invalid-request` for an end before the start.
 */
export async function decideListing(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  asked: { readonly personId: string; readonly answer: ListingDecision; readonly reason: string; readonly actor: string },
): Promise<void> {
  const { personId, answer, reason, actor } = asked;
  const at = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    await lockRoster(tx, workspaceId);
    const known = (await lockListing(tx, workspaceId, personId)) ?? refuse('not-found', { detail: 'There is no such person.' });
    if (known.listing !== 'dropped') {
      refuse('conflict', { detail: 'HR names this person, or it has been said what it means that HR does not.' });
    }
    await markKept(tx, workspaceId, personId);
    const about = { at, actor, disclose: { reason } };
    if (answer.decision === 'employed') {
      await appendOne(tx, workspaceId, { ...about, type: 'hr.person.kept', subject: { kind: 'person', id: personId } });
      return;
    }
    const { endDate, lastDay } = answer;
    const { periodId, startDate } = known;
    if (periodId === null || startDate === null) refuse('conflict', { detail: 'The employment of this person has an end by now.' });
    if (endDate < startDate || (lastDay !== null && lastDay < startDate)) {
      refuse('invalid-request', { detail: `The employment began on ${startDate}; it cannot have ended before.` });
    }
    const recordId = await appendOne(tx, workspaceId, {
      ...about,
      type: 'hr.period.end_set',
      subject: { kind: 'employment-period', id: periodId },
      after: { start_date: startDate, end_date: endDate, last_day: lastDay },
      detail: { person: personId, source: 'asked' },
    });
    await endPeriod(tx, workspaceId, { periodId, endDate, lastDay, at, recordId });
  });
}
