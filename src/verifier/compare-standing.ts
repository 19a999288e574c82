import type { InstantRange } from '../verdict/index.ts';
import { objectAt } from './json-shape.ts';
import { named } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import type { CitingUnit } from './read-citing-unit.ts';

/**
 * Holds what the state vector says of an employment that goes on against the status and the kind of employment that the cited record of HR tells.
 * A record tells them since it can be changed by one of its own; an earlier one says neither.
 */
export function compareStanding({ vector }: CitingUnit, cited: ProvenRecord, end: InstantRange | undefined): readonly string[] {
  if (vector.employment === 'ENDED' || cited.leaf['after'] === undefined) return [];
  const { status, worker_type: workerType } = objectAt(cited.leaf['after'], 'after');
  const wrong: string[] = [];
  if (typeof status === 'string' && vector.employment !== 'PREHIRE') {
    const employment = employmentBy(status, end);
    if (employment !== vector.employment) {
      wrong.push(`its employment is given as ${vector.employment}; ${named(cited)} tells the status ${status}, which gives ${employment}`);
    }
  }
  if (typeof workerType === 'string' && vector.roster !== 'DROPPED') {
    const roster = workerType === 'contractor' && end === undefined ? 'OPEN_ENDED' : 'LISTED';
    if (roster !== vector.roster) {
      wrong.push(`its standing in the roster is given as ${vector.roster}; ${named(cited)} tells of ${workerType}, which gives ${roster}`);
    }
  }
  return wrong;
}

/** Dates decide; the status only tells leave and notice. */
function employmentBy(status: string, end: InstantRange | undefined): 'LEAVE' | 'NOTICE' | 'ACTIVE' {
  if (status === 'leave' || status === 'garden_leave') return 'LEAVE';
  return end !== undefined || status === 'notice' ? 'NOTICE' : 'ACTIVE';
}
