import { listAt, objectAt, textAt } from './json-shape.ts';
import { type ReportedSystem, type ReportedUnit, readUnit } from './read-report.ts';

/** An employment period of the report with the records that each part of it rests on. */
export interface CitingUnit extends ReportedUnit {
  readonly period: {
    readonly id: string;
    /** The zone in which the report reckoned: the row's own, else the workspace's. */
    readonly timeZone: string;
  };
  /** Whose employment it is; null where the finding names nobody. */
  readonly personId: string | null;
  readonly systems: readonly CitingSystem[];
}

export interface CitingSystem extends ReportedSystem {
  /** Null for the line that says that there is none. */
  readonly accountId: string | null;
  /** Ids of records. */
  readonly evidence: readonly string[];
  /** How well its instants are known, as the report has it. */
  readonly grade: unknown;
}

/** Undefined for a finding on an account that nobody answers for. Throws a TypeError for one that cannot be read, or that is of the one kind and speaks of the other. */
export function readCitingUnit(value: unknown): CitingUnit | undefined {
  const given = objectAt(value, 'the finding');
  if (given['kind'] === 'account' && given['period'] === null) return undefined;
  if (given['kind'] !== 'employment_period')
    throw new TypeError('it is about an employment period, and calls itself one about something else');
  const unit = readUnit(value);
  const period = objectAt(given['period'], 'period');
  const systems = listAt(given['systems'], 'systems');
  const person = given['person'] === null ? null : objectAt(given['person'], 'person');
  return {
    ...unit,
    period: { id: textAt(period['id'], 'period.id'), timeZone: textAt(period['timeZone'], 'period.timeZone') },
    personId: person === null ? null : textAt(person['id'], 'person.id'),
    systems: unit.systems.map((system, index) => ({ ...system, ...citedBy(systems[index]) })),
  };
}

function citedBy(value: unknown): Pick<CitingSystem, 'accountId' | 'evidence' | 'grade'> {
  const { accountId, evidence, grade } = objectAt(value, 'system');
  return {
    accountId: accountId === null ? null : textAt(accountId, 'accountId'),
    evidence: listAt(evidence, 'evidence of a system').map((id) => textAt(id, 'evidence')),
    grade,
  };
}
