import { epochMs } from '../kernel/index.ts';
import { endInterval, type LocalCalendar, startInterval } from '../verdict/index.ts';
import type { AccountName } from './report-population.ts';
import { say } from './say-fact.ts';
import type { FactRow } from './timeline-read-model.ts';
import type { FactGrade, FactSource, HrClocks, TimelineFact } from './timeline-fact.ts';

export interface Telling {
  readonly names: ReadonlyMap<string, AccountName>;
  readonly workspaceZone: string;
  readonly calendar: LocalCalendar;
}

/** A fact as it is told; pure. */
export function tellFact(row: FactRow, telling: Telling): TimelineFact {
  const { accountId, at, employmentPeriodId, findingId, from, leafIndex, recordedAt, recordId, source, system, what } = row;
  return {
    position: `${epochMs(at)}.${row.key}`,
    what,
    source,
    sentence: say(row),
    from,
    at,
    grade: grades[source](row),
    recordedAt,
    by: row.actor,
    hr: hrClocks(row, telling),
    account:
      system === null || accountId === null
        ? null
        : { system, accountId, ...(telling.names.get(accountId) ?? { account: null, externalId: null }) },
    employmentPeriodId,
    findingId,
    record: recordId === null ? null : { id: recordId, index: leafIndex },
  };
}

/** Where a fact comes from settles how well it is known; what a human wrote is D, however exactly we know when they did. */
const grades: Readonly<Record<FactSource, (row: FactRow) => FactGrade>> = {
  roster: () => 'D',
  policy: () => null,
  directory: ({ isExact }) => (isExact ? 'B' : 'C'),
  'audit-log': () => 'B',
  scope: () => 'A',
  scim: () => 'A',
  matching: ({ said }) =>
    said.detail?.['rule'] === 'M0' || ['class', 'action', 'taken'].some((name) => typeof said.detail?.[name] === 'string') ? 'D' : null,
  findings: () => null,
  dispositions: () => 'D',
};

/** Of HR's own words alone; what follows from them has its instants already. */
function hrClocks({ at, said, what }: FactRow, { calendar, workspaceZone }: Telling): HrClocks | null {
  const told = said.after;
  if (!what.startsWith('hr.period.') || told === undefined || told === null) return null;
  const startDate = textAt(told, 'start_date');
  const dates = { endDate: textAt(told, 'end_date'), lastDay: textAt(told, 'last_day'), timeZone: textAt(told, 'time_zone') };
  const isOfBegin = what === 'hr.period.started' || what === 'hr.period.rehired';
  const period = { startDate: startDate ?? '', ...dates };
  const begun = isOfBegin && startDate !== null ? startInterval(period, workspaceZone, calendar) : undefined;
  return { effective: begun ?? endInterval(period, workspaceZone, calendar) ?? null, told: at, startDate, ...dates };
}

function textAt(record: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = record[name];
  return typeof value === 'string' ? value : null;
}
