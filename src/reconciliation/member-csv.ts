import type { CsvCells } from '../platform/index.ts';
import type { InstantRange } from '../verdict/index.ts';
import type { TestMember } from './test-result.ts';

export const memberColumns = [
  'effect',
  'because',
  'diagnosis',
  'employee_id',
  'name',
  'person_ref',
  'period_id',
  'owner',
  'end_earliest_utc',
  'end_latest_utc',
  'deadline_earliest_utc',
  'deadline_latest_utc',
  'system',
  'account',
  'account_ref',
  'account_external_id',
  'state',
  'standing',
  'match_rule',
  'grade',
  'disposition',
  'finding_id',
  'evidence',
  'as_of_utc',
];

/** A line for each account of a member, or one for a member that has none. */
export function memberLines(member: TestMember, asOf: string | null): readonly CsvCells[] {
  const line: CsvCells = {
    effect: member.effect,
    because: member.because,
    diagnosis: member.diagnosis,
    ...personCells(member.person),
    period_id: member.employmentPeriodId,
    owner: member.owner?.name ?? null,
    ...rangeCells('end', member.end),
    ...rangeCells('deadline', member.deadline),
    disposition: member.disposition?.kind ?? null,
    finding_id: member.findingId,
    evidence: member.evidence.join(' '),
    as_of_utc: asOf,
  };
  return member.accounts.length === 0 ? [line] : member.accounts.map((account) => ({ ...line, ...accountCells(account) }));
}

function personCells(person: TestMember['person']): CsvCells {
  return person === null ? {} : { employee_id: person.employeeId, name: person.displayName, person_ref: person.id };
}

function rangeCells(of: 'end' | 'deadline', range: InstantRange | null): CsvCells {
  return range === null ? {} : { [`${of}_earliest_utc`]: range.earliest, [`${of}_latest_utc`]: range.latest };
}

function accountCells({
  account,
  accountId,
  externalId,
  grade,
  matchRule,
  standing,
  state,
  system,
}: TestMember['accounts'][number]): CsvCells {
  return {
    system,
    account,
    account_ref: accountId,
    account_external_id: externalId,
    state,
    standing,
    match_rule: matchRule,
    grade,
  };
}
