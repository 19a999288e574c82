import { DAY_MS, type Instant, type Interval, plusMs } from '../kernel/index.ts';
import { KEPT_FOR_DAYS } from './decide-omission.ts';
import type { ListedPeriod, ListedPerson } from './roster-read-model.ts';
import type { RosterStatus, WorkerType } from './roster-row.ts';
import { wentOn } from './went-on.ts';

/** What a record of HR's word says of an employment; members that it leaves out stay as they were. */
interface Stated {
  readonly start_date: string;
  readonly end_date: string | null;
  readonly last_day: string | null;
  readonly time_zone?: string | null;
  readonly site?: string | null;
  readonly status?: RosterStatus;
  readonly worker_type?: WorkerType;
}

/** A record of HR's word, of a person or of one of their employments. */
export interface ToldRecord {
  readonly personId: string;
  /** Null where it is of the person. */
  readonly periodId: string | null;
  readonly type: string;
  readonly recordedAt: Instant;
  /** When HR told it: when the roster came, where it was held in between. */
  readonly toldAt: Instant;
  readonly after: Stated | null;
  readonly observed: Interval | null;
  /** Whether it is somebody's answer to what it means that HR leaves the person out. */
  readonly isAnswer: boolean;
}

/** An employment as HR had told it; null is what no record by then says. */
export interface PastPeriod extends Omit<ListedPeriod, 'status' | 'workerType'> {
  readonly status: RosterStatus | null;
  readonly workerType: WorkerType | null;
}

/** How HR spoke of a person by an instant. */
export interface PastStanding extends Pick<ListedPerson, 'listing' | 'unlistedBetween' | 'keptUntil'> {
  readonly periods: readonly PastPeriod[];
}

type Listed = Omit<PastStanding, 'periods'>;
const listed: Listed = { listing: 'listed', unlistedBetween: null, keptUntil: null };

/** What all records of a person by an instant come to, in their order; undefined where none tells of an employment. Pure. */
export function standingOf(told: readonly ToldRecord[]): PastStanding | undefined {
  const periods = new Map<string, PastPeriod>();
  let standing = listed;
  for (const records of byInstant(told)) {
    for (const record of records) {
      const period = record.periodId === null ? undefined : periodAfter(record.periodId, periods.get(record.periodId), record);
      if (period !== undefined) periods.set(period.id, period);
    }
    standing = listedAfter(standing, records, [...periods.values()]);
  }
  if (periods.size === 0) return undefined;
  return { ...standing, periods: [...periods.values()].toSorted((a, b) => (a.startDate < b.startDate ? -1 : 1)) };
}

/** An import, or an answer, writes all that it tells of somebody at one instant. */
function byInstant(told: readonly ToldRecord[]): readonly (readonly ToldRecord[])[] {
  const groups: ToldRecord[][] = [];
  for (const record of told) {
    const last = groups.at(-1);
    if (last?.[0]?.recordedAt === record.recordedAt) last.push(record);
    else groups.push([record]);
  }
  return groups;
}

const untold = { timeZone: null, site: null, status: null, workerType: null, hrRecordedAt: null };

function periodAfter(id: string, before: PastPeriod | undefined, record: ToldRecord): PastPeriod | undefined {
  const { after, observed, toldAt } = record;
  if (record.type === 'hr.period.ended')
    return before && { ...before, endDate: null, lastDay: null, endedBetween: observed, hrRecordedAt: toldAt };
  if (after === null) return before;
  const known = before ?? untold;
  const {
    time_zone: timeZone = known.timeZone,
    site = known.site,
    status = known.status,
    worker_type: workerType = known.workerType,
  } = after;
  const dates = { startDate: after.start_date, endDate: after.end_date, lastDay: after.last_day };
  return { id, ...dates, timeZone, site, status, workerType, hrRecordedAt: endToldAt(record, known.hrRecordedAt), endedBetween: null };
}

function endToldAt({ toldAt, type }: ToldRecord, before: Instant | null): Instant | null {
  if (type === 'hr.period.end_set' || type === 'hr.period.end_changed') return toldAt;
  return type === 'hr.period.end_cancelled' ? null : before;
}

/** Whoever was left out stands so until HR names them, somebody answers, or a roster of everybody ends what went on when they were. */
function listedAfter(before: Listed, records: readonly ToldRecord[], periods: readonly PastPeriod[]): Listed {
  const told = records.findLast(({ type }) => type in listings);
  const standing = told === undefined ? before : (listings[told.type]?.(before, told) ?? before);
  if (standing.listing !== 'dropped') return standing;
  const answered = records.find(({ isAnswer }) => isAnswer);
  if (answered !== undefined) return keptBy(standing, answered);
  const isEnding = records.some(({ type }) => type === 'hr.period.ended');
  const leftOut = standing.unlistedBetween?.to;
  return isEnding && leftOut !== undefined && !periods.some((period) => wentOn(period, leftOut)) ? listed : standing;
}

const listings: Readonly<Record<string, (before: Listed, record: ToldRecord) => Listed>> = {
  'hr.person.dropped': (_before, { observed }) => ({ listing: 'dropped', unlistedBetween: observed, keptUntil: null }),
  'hr.person.listed': () => listed,
  'hr.person.kept': keptBy,
};

function keptBy(before: Listed, { recordedAt }: ToldRecord): Listed {
  return { ...before, listing: 'kept', keptUntil: plusMs(recordedAt, KEPT_FOR_DAYS * DAY_MS) };
}
