import { describe, expect, it } from '@jest/globals';
import { exceptionsCsv } from '../../src/evidence/exceptions-table.ts';
import { unnamedIn } from '../../src/evidence/names-of.ts';
import type { ReportDocument } from '../../src/evidence/report-document.ts';
import { reportPage } from '../../src/evidence/report-page.ts';
import { newId, plusMs } from '../../src/kernel/index.ts';
import type { Exclusion, ReportUnit, TakenFromPerson, UnitDisposition } from '../../src/reconciliation/index.ts';
import { asOf, sampleLeaver, sampleReport } from './sample-population.ts';

const grace = newId<'person'>(asOf);
const [asking, agreeing] = [1, 2].map((n) => `administrator:0198c0de-7b1a-7c3d-9abc-00000000000${n}`) as [string, string];
const decidedBy = { requestedBy: asking, requestedAt: asOf, approvedBy: agreeing, approvedAt: asOf, reason: 'Shared.' };

const leaver = sampleLeaver({ name: 'Lars Late', employeeId: '1', lastUsable: 30, unusable: 31, evidence: [] });
const disposition: UnitDisposition = {
  id: newId(asOf),
  kind: 'exception',
  ticket: null,
  expiresAt: plusMs(asOf, 1),
  isAfterDeadline: false,
  ...decidedBy,
};
const { requestedAt: _asked, approvedAt: _agreed, ...agreed } = decidedBy;
const exclusion: Exclusion = { id: newId(asOf), class: 'shared', ownerPersonId: grace, expiresAt: plusMs(asOf, 1), ...agreed };
const taken = { because: 'moved', by: newId(asOf), at: asOf, ...decidedBy } as const;
const unit: ReportUnit = { ...leaver, disposition, exclusion, systems: leaver.systems.map((system) => ({ ...system, taken })) };
const takenAccount: TakenFromPerson = {
  id: newId(asOf),
  because: 'moved',
  person: unit.person as NonNullable<ReportUnit['person']>,
  system: 'directory',
  accountId: newId(asOf),
  account: 'desk@contoso.example',
  externalId: null,
  matchRule: 'M3',
  movedTo: grace,
  takenAt: asOf,
  recordIds: [],
  ...decidedBy,
};

function reportWith(graceName: string | null, agreeingName: string | null): ReportDocument {
  return {
    ...sampleReport([unit]),
    takenAccounts: [takenAccount],
    actors: [
      { actor: asking, name: 'ann@contoso.example' },
      { actor: agreeing, name: agreeingName },
    ],
    names: [{ kind: 'person', id: grace, name: graceName }],
  };
}

const pageOf = (report: ReportDocument) => [...reportPage(report, new Map())].join('').replaceAll(/<\/?(bdi|wbr|small|code|br)>/g, '');

function rowsOf(report: ReportDocument): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...rows] = [...exceptionsCsv(report)].join('').trim().split('\r\n');
  const columns = head.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, column) => [columns[column] ?? '', cell])));
}

describe('the ids of a report', () => {
  it('of people who answer for an account, or were given one, are asked for their names once', () => {
    expect(unnamedIn(reportWith(null, null))).toEqual({ persons: [grace], groups: [], accounts: [] });
  });

  it('stand behind names in the table of taken accounts, the exceptions and the leaver’s own page', () => {
    const page = pageOf(reportWith('Grace Owner', 'bob@contoso.example'));
    expect(page).toContain(`given to somebody else by hand: Grace Owner (${grace})`);
    expect(page).toContain(`exclusion: sharedanswered for by Grace Owner (${grace})`);
    const [table = '', own = ''] = page.split('<section class="leaver"');
    expect(table).toContain(`asked for by ann@contoso.example (${asking})`);
    expect(table).toContain(`approved by bob@contoso.example (${agreeing})`);
    expect(own).toContain(`asked for by ann@contoso.example (${asking}), approved by bob@contoso.example (${agreeing})`);
  });

  it('stand beside names in exceptions.csv, where a name that is a formula is none', () => {
    const names = { requested_by: asking, requested_by_name: 'ann@contoso.example', approved_by: agreeing };
    const rows = rowsOf(reportWith('=HYPERLINK(1)', '@bob'));
    expect(rows).toMatchObject([
      { kind: 'exception', ...names, approved_by_name: "'@bob", owner_name: '', moved_to_name: '' },
      { kind: 'exclusion', ...names, approved_by_name: "'@bob", owner_person_ref: grace, owner_name: "'=HYPERLINK(1)" },
      { kind: 'moved', ...names, approved_by_name: "'@bob", moved_to_person_ref: grace, moved_to_name: "'=HYPERLINK(1)" },
    ]);
  });

  it('stand alone where the name was erased, which the page says', () => {
    const report = reportWith(null, null);
    expect(pageOf(report)).toContain(`given to somebody else by hand: erased (${grace})`);
    expect(pageOf(report)).toContain(`approved by erased (${agreeing})`);
    for (const row of rowsOf(report)) expect(row).toMatchObject({ approved_by_name: '', owner_name: '', moved_to_name: '' });
  });
});
