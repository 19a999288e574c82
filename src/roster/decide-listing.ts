import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append, appendOne } from '../ledger/index.ts';
import type { Clock, Database, Transaction } from '../platform/index.ts';
import { endOmitted, endPeriod, lockListing, markKept, type ListedPeriod, type PersonListing } from './omission-store.ts';
import { hasEnd } from './plan-import.ts';
import { omittedEndRecord } from './roster-records.ts';
import { lockRoster } from './roster-store.ts';

/** What it means that HR no longer names somebody. `endDate`, `lastDay`: `YYYY-MM-DD`. */
export type ListingDecision =
  | { readonly decision: 'left'; readonly endDate: string; readonly lastDay: string | null }
  | { readonly decision: 'employed' };

/**
 * Answers for a dropped person, from what HR says when asked: they left, with the day, or they are still employed. Either is a ledger
 * record with actor and reason; neither is asked again within `KEPT_FOR_DAYS`, unless HR names them and leaves them out once more.
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
    await markKept(tx, workspaceId, { personId, at });
    const about = { at, actor, disclose: { reason } };
    if (answer.decision === 'employed') {
      await appendOne(tx, workspaceId, { ...about, type: 'hr.person.kept', subject: { kind: 'person', id: personId } });
      return;
    }
    await endListed(tx, workspaceId, { known, answer, personId, ...about });
  });
}

interface Leaving {
  readonly known: PersonListing;
  readonly answer: Extract<ListingDecision, { readonly decision: 'left' }>;
  readonly personId: string;
  readonly at: Instant;
  readonly actor: string;
  readonly disclose: { readonly reason: string };
}

/** Ends the employment that they left; one that was to begin later never did, and ended when they were left out. */
async function endListed(tx: Transaction, workspaceId: WorkspaceId, leaving: Leaving): Promise<void> {
  const { known, answer, personId, ...about } = leaving;
  const { endDate, lastDay } = answer;
  const left = leftPeriod(known.periods, answer);
  const before = { start_date: left.startDate, end_date: left.endDate, last_day: left.lastDay };
  const hadEnd = hasEnd({ ...left, isEndedByOmission: false });
  const recordId = await appendOne(tx, workspaceId, {
    ...about,
    type: hadEnd ? 'hr.period.end_changed' : 'hr.period.end_set',
    subject: { kind: 'employment-period', id: left.periodId },
    ...(hadEnd ? { before } : {}),
    after: { start_date: left.startDate, end_date: endDate, last_day: lastDay, status: left.status, worker_type: left.workerType },
    detail: { person: personId, source: 'asked' },
  });
  await endPeriod(tx, workspaceId, { periodId: left.periodId, endDate, lastDay, at: about.at, recordId });
  const unbegun = known.periods.filter(({ startDate }) => startDate > left.startDate);
  const { unlistedFrom, unlistedTo } = known;
  if (unbegun.length === 0 || unlistedFrom === null || unlistedTo === null) return;
  const range = { from: unlistedFrom, to: unlistedTo };
  const detail = { person: personId, source: 'asked' };
  const recordIds = await append(
    tx,
    workspaceId,
    unbegun.map((period) => omittedEndRecord(period, { ...about, observed: range, detail })),
  );
  const ends = unbegun.map(({ periodId }, index) => ({ periodId, recordId: recordIds[index] ?? '', range }));
  await endOmitted(tx, workspaceId, { importId: null, toldAt: about.at, ends });
}

/** The latest employment that had begun by the end that is told. */
function leftPeriod(
  periods: readonly ListedPeriod[],
  { endDate, lastDay }: { readonly endDate: string; readonly lastDay: string | null },
): ListedPeriod {
  const [first] = periods;
  if (first === undefined) return refuse('conflict', { detail: 'The employment of this person has an end by now.' });
  const left = periods.findLast(({ startDate }) => startDate <= endDate && (lastDay === null || startDate <= lastDay));
  return left ?? refuse('invalid-request', { detail: `The employment began on ${first.startDate}; it cannot have ended before.` });
}
