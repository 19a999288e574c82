import { parseId, type ReportId, refuse } from '../kernel/index.ts';

/** The report that an address names. Throws DomainError `not-found` for what can be no id. */
export function readReportId(text: string): ReportId {
  return parseId<'report'>(text) ?? refuseUnknownReport();
}

export function refuseUnknownReport(): never {
  return refuse('not-found', { detail: 'There is no such report.' });
}
