import { listAt, objectAt, textAt } from './json-shape.ts';
import { type ReportedSystem, type ReportedUnit, readUnit } from './read-report.ts';

/** An employment period of the report with the records that each part of it rests on. */
export interface CitingUnit extends ReportedUnit {
  readonly period: {
    readonly id: string;
    /** The zone in which the report reckoned: the row's own, else the workspace's. */
    readonly timeZone: string;
  };
  readonly systems: readonly CitingSystem[];
}

export interface CitingSystem extends ReportedSystem {
  /** Null for the line that says that there is none. */
  readonly accountId: string | null;
  /** Ids of records. */
  readonly evidence: readonly string[];
}

/** Undefined for a finding that is no employment period. Throws a TypeError for one that cannot be read. */
export function readCitingUnit(value: unknown): CitingUnit | undefined {
  const given = objectAt(value, 'the finding');
  if (given['kind'] !== 'employment_period') return undefined;
  const unit = readUnit(value);
  const period = objectAt(given['period'], 'period');
  const systems = listAt(given['systems'], 'systems');
  return {
    ...unit,
    period: { id: textAt(period['id'], 'period.id'), timeZone: textAt(period['timeZone'], 'period.timeZone') },
    systems: unit.systems.map((system, index) => ({ ...system, ...citedBy(systems[index]) })),
  };
}

function citedBy(value: unknown): Pick<CitingSystem, 'accountId' | 'evidence'> {
  const { accountId, evidence } = objectAt(value, 'system');
  return {
    accountId: accountId === null ? null : textAt(accountId, 'accountId'),
    evidence: listAt(evidence, 'evidence of a system').map((id) => textAt(id, 'evidence')),
  };
}
