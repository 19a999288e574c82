import { plusMs } from '../kernel/index.ts';
import { type InstantRange, judgesSince, type RosterStanding, type RuleEdition } from '../verdict/index.ts';
import type { ToldStretch } from './compare-listing.ts';
import { objectAt } from './json-shape.ts';
import { IN_FLIGHT_MS, type LedgerFacts, named } from './ledger-facts.ts';
import type { ProvenRecord } from './proven-record.ts';
import type { CitingUnit } from './read-citing-unit.ts';

/**
 * Holds what the state vector says of an employment that goes on against the status and the kind of employment that the cited record of HR tells.
 * A record tells them since it can be changed by one of its own; an earlier one says neither.
 */
export function compareStanding({ vector }: CitingUnit, cited: ProvenRecord, told: ToldStretch, basis: Basis): readonly string[] {
  if (vector.employment === 'ENDED' || cited.leaf['after'] === undefined) return [];
  const { status, worker_type: workerType } = objectAt(cited.leaf['after'], 'after');
  const employment = typeof status === 'string' && vector.employment !== 'PREHIRE' ? employmentBy(status, told.end) : vector.employment;
  const roster =
    typeof workerType === 'string' && vector.roster !== 'DROPPED' ? rosterBy({ status, workerType }, vector, told, basis) : vector.roster;
  return [
    ...(employment === vector.employment
      ? []
      : [`its employment is given as ${vector.employment}; ${named(cited)} tells the status ${String(status)}, which gives ${employment}`]),
    ...(roster === vector.roster
      ? []
      : [`its standing in the roster is given as ${vector.roster}; ${named(cited)} tells of ${String(workerType)}, which gives ${roster}`]),
  ];
}

interface Basis {
  readonly facts: LedgerFacts;
  readonly edition: RuleEdition;
}

function rosterBy(
  { status, workerType }: { readonly status: unknown; readonly workerType: string },
  vector: CitingUnit['vector'],
  { end, start }: ToldStretch,
  { edition, facts }: Basis,
): RosterStanding {
  if (judgesSince(edition, 5) && isAwaited(vector, status, mayBegin(start, facts))) return 'AWAITED';
  return workerType === 'contractor' && end === undefined ? 'OPEN_ENDED' : 'LISTED';
}

/** Whether the first day may not have been there yet, since its time zone is not known. */
function mayBegin(start: InstantRange | undefined, { asOf }: LedgerFacts): boolean {
  return start === undefined || plusMs(asOf, -IN_FLIGHT_MS) < start.latest;
}

/** Where HR calls an employment to come of which the first day is there; and where it may not have been there, or the record tells no status, by the report's word. */
function isAwaited({ employment, roster }: CitingUnit['vector'], status: unknown, mayNotHaveBegun: boolean): boolean {
  if (status === 'prehire' && employment !== 'PREHIRE') return true;
  return roster === 'AWAITED' && (mayNotHaveBegun || typeof status !== 'string');
}

/** Dates decide; the status only tells leave and notice. */
function employmentBy(status: string, end: InstantRange | undefined): 'LEAVE' | 'NOTICE' | 'ACTIVE' {
  if (status === 'leave' || status === 'garden_leave') return 'LEAVE';
  return end !== undefined || status === 'notice' ? 'NOTICE' : 'ACTIVE';
}
