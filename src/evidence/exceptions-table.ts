import type { DecisionInForce, Exclusion, ReportUnit, TakenFromPerson, UnitDisposition } from '../reconciliation/index.ts';
import { csvOf, marksOf, personCells, type Row } from './csv-cells.ts';
import { decisionsBeside, type ReportDocument } from './report-document.ts';
import { type Naming, nameOfActor, nameOfThing } from './shown-named.ts';

const columns = [
  'exception_id',
  'kind',
  'finding_id',
  'verdict',
  'effect',
  'person_ref',
  'employee_id',
  'name',
  'work_email',
  'accounts',
  'class',
  'owner_person_ref',
  'reason',
  'ticket',
  'requested_by',
  'requested_at',
  'approved_by',
  'approved_at',
  'expires_at',
  'after_deadline',
  'test',
  'ended_at',
  'ended_because',
  'owner_name',
  'requested_by_name',
  'approved_by_name',
  'moved_to_person_ref',
  'moved_to_name',
  'name_marks',
];

/**
 * `exceptions.csv`: what somebody decided to be no matter of the test, and who else agreed: exceptions to findings, those that nobody has approved included, and accounts
 * that are excluded as nobody's own; then those that were in force since the period began and stand beside no finding any more, with when they ended. None of
 * them alters a verdict, which stands beside. Besides, what a human took from somebody (`barred`, `moved`,
 * `classed`), what waits for a second person included.
 */
export function exceptionsCsv(report: ReportDocument): Iterable<string> {
  return csvOf(report, columns, rowsOf(report));
}

function* rowsOf(report: ReportDocument): Generator<Row> {
  for (const unit of report.findings) {
    const { disposition, exclusion } = unit;
    if (disposition?.kind === 'exception') yield { ...unitCells(unit), ...exceptionCells(disposition), ...nameCells(disposition, report) };
    if (exclusion !== null) yield { ...unitCells(unit), ...exclusionCells(exclusion), ...nameCells(exclusion, report) };
  }
  for (const decision of decisionsBeside(report)) yield { ...decisionCells(decision), ...nameCells(decision, report) };
  for (const taken of report.takenAccounts) yield { ...takenCells(taken), ...nameCells(taken, report) };
}

interface Deciding {
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly ownerPersonId?: string | null;
  readonly movedTo?: string | null;
}

/** What the ids of a row are called; a name that was erased, or that nobody knows, is an empty cell. */
function nameCells({ approvedBy, movedTo = null, ownerPersonId = null, requestedBy }: Deciding, naming: Naming): Row {
  const actor = (id: string | null) => (id === null ? null : (nameOfActor(id, naming) ?? null));
  const person = (id: string | null) => (id === null ? null : (nameOfThing({ kind: 'person', id }, naming) ?? null));
  return {
    owner_name: person(ownerPersonId),
    requested_by_name: actor(requestedBy),
    approved_by_name: actor(approvedBy),
    moved_to_name: person(movedTo),
  };
}

/** It is about a person and an account, whether or not the report has a finding on them. */
function takenCells({
  account,
  accountId,
  approvedAt,
  approvedBy,
  because,
  id,
  movedTo,
  person,
  reason,
  requestedAt,
  requestedBy,
  system,
}: TakenFromPerson): Row {
  return {
    ...personCells(person),
    exception_id: id,
    kind: because,
    accounts: `${system}:${account ?? accountId}`,
    reason,
    requested_by: requestedBy,
    requested_at: requestedAt,
    approved_by: approvedBy,
    approved_at: approvedAt,
    moved_to_person_ref: movedTo,
    name_marks: marksOf([person.displayName, person.workEmail, account]),
  };
}

function decisionCells(decision: DecisionInForce): Row {
  const { account, accountId, person, system } = decision;
  return {
    ...personCells(person),
    exception_id: decision.id,
    kind: decision.kind,
    finding_id: decision.findingId,
    accounts: system === null ? null : `${system}:${account ?? accountId}`,
    class: decision.class,
    owner_person_ref: decision.ownerPersonId,
    reason: decision.reason,
    ticket: decision.ticket,
    requested_by: decision.requestedBy,
    requested_at: decision.requestedAt,
    approved_by: decision.approvedBy,
    approved_at: decision.approvedAt,
    expires_at: decision.expiresAt,
    test: decision.test,
    ended_at: decision.endedAt,
    ended_because: decision.endedBecause,
    name_marks: marksOf([person?.displayName, person?.workEmail, account]),
  };
}

function unitCells(unit: ReportUnit) {
  return {
    ...personCells(unit.person),
    finding_id: unit.id,
    verdict: unit.verdict,
    effect: unit.effect,
    accounts: unit.systems.flatMap(({ system, account }) => (account === null ? [] : [`${system}:${account}`])).join(' '),
    name_marks: marksOf([unit.person?.displayName, unit.person?.workEmail, ...unit.systems.map(({ account }) => account)]),
  };
}

function exceptionCells({
  id,
  reason,
  ticket,
  requestedBy,
  requestedAt,
  approvedBy,
  approvedAt,
  expiresAt,
  isAfterDeadline,
}: UnitDisposition) {
  return {
    exception_id: id,
    kind: 'exception',
    reason,
    ticket,
    requested_by: requestedBy,
    requested_at: requestedAt,
    approved_by: approvedBy,
    approved_at: approvedAt,
    expires_at: expiresAt,
    after_deadline: approvedAt === null ? null : String(isAfterDeadline),
  };
}

function exclusionCells(exclusion: Exclusion) {
  return {
    exception_id: exclusion.id,
    kind: 'exclusion',
    class: exclusion.class,
    owner_person_ref: exclusion.ownerPersonId,
    reason: exclusion.reason,
    requested_by: exclusion.requestedBy,
    approved_by: exclusion.approvedBy,
    expires_at: exclusion.expiresAt,
  };
}
