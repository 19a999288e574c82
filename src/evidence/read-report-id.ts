import { parseId, type ReportId, refuse } from '../kernel/index.ts';
import type { Report } from './report-store.ts';

/** The report that an address names. Throws DomainError `not-found` for what can be no id. */
export function readReportId(text: string): ReportId {
  return parseId<'report'>(text) ?? refuseUnknownReport();
}

/** What a report has no more. */
export function refusePurged({ at, months }: NonNullable<Report['purged']>): never {
  return refuse('not-found', {
    detail: `The files of the report were purged at ${at}: the workspace keeps them for ${months} months after the seal.`,
    next: 'Whoever has the bundle can check it as before; manifest.json, and its hash at GET /reports/{reportId}, tell it from a forgery.',
  });
}

export function refuseUnknownReport(): never {
  return refuse('not-found', { detail: 'There is no such report.' });
}
