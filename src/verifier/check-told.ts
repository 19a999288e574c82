import { type Instant, MINUTE_MS, plusMs } from '../kernel/index.ts';
import { isSince } from './check-conclusion.ts';
import { isObject, type JsonObject, objectAt } from './json-shape.ts';
import { named, recordedAt } from './ledger-facts.ts';
import { type Problem, problem } from './problem.ts';
import type { ProvenRecord } from './proven-record.ts';
import { instantAt } from './read-report.ts';
import { same } from './same-value.ts';

/** What the clocks of two processes may differ by: one reconciled, another freezes and seals. */
const CLOCKS_MS = 5 * MINUTE_MS;

/**
 * In what the record of a seal or of a freezing tells of the report something else than the report says of itself, and whether the report knows what came after it.
 * Whoever may write records, or reseal, could otherwise have the ledger tell of an interim report what the bundle calls a final one.
 */
export function toldOtherwise(record: ProvenRecord, report: JsonObject): readonly Problem[] {
  const detail = objectAt(record.leaf['detail'], `the detail of ${named(record)}`);
  const { id: subject } = objectAt(record.leaf['subject'], `the subject of ${named(record)}`);
  const period = { start: report['periodStart'], end: report['periodEnd'] };
  const told: readonly (readonly [string, unknown, unknown])[] = [
    ['the report', subject, report['reportId']],
    ['asOf', detail['as_of'], report['asOf']],
    ['the period', detail['period'], period],
    ['conclusion', detail['conclusion'], report['conclusion']],
    ...optional(detail, report),
    ...(isSince(report['format'], 5) ? doneBy(record, report) : []),
  ];
  return [
    ...told
      .filter(([, inRecord, inReport]) => !same(inRecord ?? null, inReport ?? null))
      .map(([what]) => problem('seal', `${named(record)} tells otherwise of ${what} than report.json`)),
    ...untimely(record, report),
  ];
}

/** Members that not every such record has: of a freezing, or of before they were recorded. */
function optional(detail: JsonObject, report: JsonObject): readonly (readonly [string, unknown, unknown])[] {
  return ['kind', 'version', 'supersedes'].flatMap((name) => (name in detail ? [[name, detail[name], report[name]] as const] : []));
}

/** When it was done, and by whom. */
function doneBy({ leaf, type }: ProvenRecord, report: JsonObject): readonly (readonly [string, unknown, unknown])[] {
  const frozen = isObject(report['frozen']) ? report['frozen'] : {};
  const { at, by } = type === 'report.frozen' ? frozen : { at: report['createdAt'], by: report['createdBy'] };
  return [
    ['when it was done', leaf['recorded_at'], at],
    ['who did it', leaf['actor'], by],
  ];
}

function untimely(record: ProvenRecord, report: JsonObject): readonly Problem[] {
  const at = recordedAt(record);
  const asOf = instantAt(report['asOf'], 'asOf');
  return [
    ...(asOf <= plusMs(at, CLOCKS_MS) ? [] : [later(record, `what was known at ${asOf}`, at)]),
    ...(report['kind'] !== 'FINAL' || instantAt(report['periodEnd'], 'periodEnd') <= at
      ? []
      : [later(record, 'the end of its period, and calls itself final', at)]),
  ];
}

function later(record: ProvenRecord, what: string, at: Instant): Problem {
  return problem('seal', `the report says what it is by ${what}; ${named(record)} was written before, at ${at}`);
}
