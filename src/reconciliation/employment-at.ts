import { type Employment, endInterval, followsOn, startInterval } from '../verdict/index.ts';
import type { EvaluationContext } from './evaluation.ts';
import type { PeriodFacts } from './unit-facts.ts';

/** When it is asked, and what local days are instants by. */
type Moment = Pick<EvaluationContext, 'at' | 'workspaceZone' | 'calendar'>;

/**
 * How an employment stands at an instant. `beginning` and `ending`: within the hours of a time zone that is not known, so that it may have begun, or ended, or not (I10). `awaited`: the
 * first day is there, and HR calls it to come still.
 */
type EmploymentState = 'to-come' | 'beginning' | 'awaited' | 'on' | 'ending' | 'ended';

export function employmentStateOf(period: PeriodFacts, { at, calendar, workspaceZone }: Moment): EmploymentState {
  const end = endInterval(period, workspaceZone, calendar);
  if (end !== undefined && at >= end.earliest) return at < end.latest ? 'ending' : 'ended';
  const start = startInterval(period, workspaceZone, calendar);
  if (at < start.earliest) return 'to-come';
  if (at < start.latest) return 'beginning';
  return period.status === 'prehire' ? 'awaited' : 'on';
}

/**
 * As the state vector has it. Dates decide; HR's status only tells leave and notice: that it calls an employment to come whose first day is there, the standing in the roster says.
 * An end that may have come, where the zone is unknown, counts as come.
 */
export function employmentOf(period: PeriodFacts, moment: Moment): Employment {
  const state = employmentStateOf(period, moment);
  if (state === 'ended' || state === 'ending') return 'ENDED';
  if (state === 'to-come') return 'PREHIRE';
  if (period.status === 'leave' || period.status === 'garden_leave') return 'LEAVE';
  return endInterval(period, moment.workspaceZone, moment.calendar) !== undefined || period.status === 'notice' ? 'NOTICE' : 'ACTIVE';
}

/** Whether it had ended before its first day. */
export function isCancelled(period: PeriodFacts, { calendar, workspaceZone }: Moment): boolean {
  const end = endInterval(period, workspaceZone, calendar);
  return end !== undefined && end.latest <= startInterval(period, workspaceZone, calendar).earliest;
}

/**
 * The employment by which somebody is employed, as far as this one tells: itself while it goes on; where it has ended, the next one that begins on the day after, although hours later in
 * another time zone; undefined where neither is so, or nobody knows.
 */
export function employedBy<Period extends PeriodFacts>(period: Period, among: readonly Period[], moment: Moment): Period | undefined {
  const state = employmentStateOf(period, moment);
  if (state === 'on') return period;
  return state === 'ended' || state === 'ending' ? among.find((next) => isGoingOnIn(next, period, moment)) : undefined;
}

function isGoingOnIn(next: PeriodFacts, before: PeriodFacts, moment: Moment): boolean {
  const state = employmentStateOf(next, moment);
  const isNear = state === 'to-come' || state === 'beginning';
  return isNear && next.startDate > before.startDate && followsOn(next, before) && !isCancelled(next, moment);
}

/** Whether it may go on, or not: no end, and no first day, is certain to be there. */
export function isUnsettled(period: PeriodFacts, moment: Moment): boolean {
  const state = employmentStateOf(period, moment);
  return state === 'beginning' || state === 'awaited' || state === 'ending';
}
