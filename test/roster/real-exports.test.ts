import { describe, expect, it } from '@jest/globals';
import { readJsonRoster } from '../../src/roster/read-json-roster.ts';
import { readerOf } from '../../src/roster/roster-reader.ts';
import { canonicalMapping, type PresetName, type RosterMapping } from '../../src/roster/roster-mapping.ts';
import type { ParsedRow } from '../../src/roster/read-roster-row.ts';

/** A file as its bytes come, read whole. */
async function read(text: string | Buffer, mapping: Partial<RosterMapping> = {}) {
  const reading = await readerOf('file', [Buffer.from(text)])({ ...canonicalMapping, ...mapping });
  return { ...reading, parsed: await all(reading.rows) };
}

async function all(rows: AsyncIterable<ParsedRow>): Promise<readonly ParsedRow[]> {
  const parsed: ParsedRow[] = [];
  for await (const row of rows) parsed.push(row);
  return parsed;
}

describe('an export as a system’s pages and reports make it', () => {
  it.each<{ preset: PresetName; of: string; dateFormat?: RosterMapping['dateFormat']; header: string; cells: string; row: object }>([
    {
      preset: 'workday',
      of: 'a report with the labels of its fields',
      dateFormat: 'MM/DD/YYYY',
      header:
        'Employee ID,Legal Name,Email - Primary Work,Hire Date,Termination Date,Last Day of Work,Worker Type,Worker Status,Location,Manager ID',
      cells: '00017,Ann Adler,ann@contoso.example,01/02/2020,03/31/2026,03/20/2026,Regular,Active,Berlin,00004',
      row: {
        employeeId: '00017',
        startDate: '2020-01-02',
        endDate: '2026-03-31',
        lastDay: '2026-03-20',
        workerType: 'employee',
        site: 'Berlin',
        managerEmployeeId: '00004',
      },
    },
    {
      preset: 'workday',
      of: 'a report as a web service, with underscores',
      header: 'Employee_ID,Worker,Work_Email,Hire_Date,Termination_Date,Worker_Type,Worker_Status',
      cells: '17,Ann Adler,ann@contoso.example,2020-01-02T00:00:00-08:00,,Contingent Worker,Not Hired',
      row: { workerType: 'contractor', status: 'prehire', endDate: null },
    },
    {
      preset: 'bamboohr',
      of: 'a report',
      dateFormat: 'DD-MMM-YYYY',
      header: 'Employee #,First Name,Last Name,Work Email,Hire Date,Termination Date,Status,Employment Status,Location,Supervisor EID',
      cells: '17,Ann,Adler,ann@contoso.example,02 Jan 2020,31/Mar/2026,Active,Full-Time,Berlin,4',
      row: {
        employeeId: '17',
        displayName: 'Ann Adler',
        startDate: '2020-01-02',
        endDate: '2026-03-31',
        workerType: 'employee',
        managerEmployeeId: '4',
      },
    },
    {
      preset: 'hibob',
      of: 'its people’s directory',
      dateFormat: 'DD/MM/YYYY',
      header:
        'Employee ID in company,Display name,Email,Start date,Termination date,Last day of work,Lifecycle status,Site,Employment contract',
      cells: '17,Ann Adler,ann@contoso.example,02/01/2020,31/03/2026,20/03/2026,Employed,Berlin,Full time',
      row: { employeeId: '17', startDate: '2020-01-02', lastDay: '2026-03-20', status: 'active', workerType: 'employee' },
    },
    {
      preset: 'personio',
      of: 'its employees’ list',
      dateFormat: 'DD.MM.YYYY',
      header:
        'Personnel number;First name;Last name;Email;Hire date;Contract end date;Termination date;Last working day;Employment type;Status;Office',
      cells: '17;Ann;Adler;ann@contoso.example;02.01.2020;31.12.2026;31.03.2026;20.03.2026;Internal;Active;Berlin',
      row: { employeeId: '17', endDate: '2026-03-31', lastDay: '2026-03-20', workerType: 'employee', site: 'Berlin' },
    },
    {
      preset: 'gusto',
      of: 'a report of employees',
      dateFormat: 'MM/DD/YYYY',
      header: 'First name,Last name,Employee ID,Work email,Start date,Dismissal date,Last day,Work location,Status',
      cells: 'Ann,Adler,17,ann@contoso.example,01/02/2020,03/31/2026,03/20/2026,Berlin,Active',
      row: { employeeId: '17', endDate: '2026-03-31', lastDay: '2026-03-20', site: 'Berlin' },
    },
    {
      preset: 'canonical',
      of: 'SAP, whose dates are eight digits',
      dateFormat: 'YYYYMMDD',
      header: 'employee_id\twork_email\tstart_date\tend_date',
      cells: '00000017\tann@contoso.example\t20200102\t20260331',
      row: { employeeId: '00000017', startDate: '2020-01-02', endDate: '2026-03-31' },
    },
  ])('is read by the preset $preset: $of', async ({ cells, dateFormat = 'YYYY-MM-DD', header, preset, row }) => {
    const { parsed } = await read(`${header}\n${cells}\n`, { preset, dateFormat });
    expect(parsed).toMatchObject([{ row: { workEmail: 'ann@contoso.example', ...row } }]);
  });

  it.each<{ preset: PresetName; pushed: object; row: object }>([
    {
      preset: 'merge',
      pushed: {
        id: 'b1a6',
        remote_id: '19202938',
        employee_number: '17',
        display_full_name: 'Ann Adler',
        work_email: 'ann@contoso.example',
        personal_email: 'ann@home.example',
        hire_date: '2019-11-30T00:00:00Z',
        start_date: '2020-01-02T00:00:00Z',
        termination_date: null,
        employment_status: 'ACTIVE',
        manager: { employee_number: '4' },
      },
      row: { employeeId: '17', startDate: '2020-01-02', status: 'active', managerEmployeeId: '4' },
    },
    {
      preset: 'finch',
      pushed: {
        id: '5d0b',
        source_id: '17',
        first_name: 'Ann',
        last_name: 'Adler',
        emails: [{ data: 'ann@contoso.example', type: 'work' }],
        start_date: '2015-01-01',
        latest_rehire_date: '2020-01-02',
        end_date: null,
        is_active: true,
        employment_status: 'active',
        employment: { type: 'employee', subtype: 'full_time' },
        location: { city: 'Berlin' },
      },
      row: { employeeId: '17', startDate: '2020-01-02', workerType: 'employee' },
    },
    {
      preset: 'hibob',
      pushed: {
        email: 'ann@contoso.example',
        displayName: 'Ann Adler',
        work: { employeeIdInCompany: 17, startDate: '2020-01-02', site: 'Berlin' },
        internal: { terminationDate: null, lifecycleStatus: 'employed' },
      },
      row: { employeeId: '17', startDate: '2020-01-02', site: 'Berlin', status: 'active' },
    },
  ])('is read as $preset’s API gives it', async ({ preset, pushed, row }) => {
    expect(await all(readJsonRoster([pushed], { ...canonicalMapping, preset }).rows)).toMatchObject([
      { row: { workEmail: 'ann@contoso.example', displayName: 'Ann Adler', ...row } },
    ]);
  });
});

describe('the id of an employee', () => {
  const header = 'personnel_number,id,email,hire_date,termination_date';

  it('is of one kind in a whole roster that a preset reads: of two kinds the same number would be two people', async () => {
    const rows = '12,7,ann@contoso.example,2020-01-01,\n,12,ben@contoso.example,2021-05-01,\n';
    const { columns, parsed } = await read(`${header}\n${rows}`, { preset: 'personio' });
    expect(columns.employee_id).toEqual(['personnel_number']);
    expect(parsed).toMatchObject([{ row: { employeeId: '12' } }, { rejected: [{ column: 'employee_id', reason: 'is missing' }] }]);
  });

  it('is of several kinds where somebody says so', async () => {
    const { parsed } = await read(`${header}\n,12,ben@contoso.example,2021-05-01,\n`, {
      preset: 'personio',
      columns: { employee_id: ['personnel_number', 'id'] },
    });
    expect(parsed).toMatchObject([{ row: { employeeId: '12' } }]);
  });
});

describe('a file that Excel made', () => {
  it('is read in UTF-16 with tabs, quoted line breaks, spaces of any width and the zeros that it was kept from taking', async () => {
    const text =
      '\ufeffEmployee ID\tWork Email\tDisplay Name\tStart Date\tEnd Date\r\n"=""007"""\tann@contoso.example\u202f\t"Ann\u2007\r\nAdler"\t43831\t\u3000\r\n';
    const { format, parsed } = await read(Buffer.from(text, 'utf16le'), { dateFormat: 'excel-1900' });
    expect(format).toEqual({ encoding: 'utf-16le', delimiter: '\t', headerLine: 1 });
    expect(parsed).toMatchObject([
      { row: { employeeId: '007', workEmail: 'ann@contoso.example', displayName: 'Ann \nAdler', startDate: '2020-01-01', endDate: null } },
    ]);
  });

  it('has one id, whichever space stands in it', async () => {
    const { parsed } = await read(
      'employee_id,work_email,start_date,end_date\nE\u202f12,ann@contoso.example,2020-01-01,\nE\u00a012,ann@contoso.example,2021-01-01,\n',
    );
    expect(parsed).toMatchObject([{ row: { employeeId: 'E 12' } }, { row: { employeeId: 'E 12' } }]);
  });

  it.each([
    { text: '03-04-2026', hint: 'set dateFormat to DD-MM-YYYY or MM-DD-YYYY' },
    { text: '12-25-2026', hint: 'set dateFormat to MM-DD-YYYY' },
    { text: '20260304', hint: 'set dateFormat to YYYYMMDD' },
    { text: '4 Mar 2026', hint: 'set dateFormat to DD-MMM-YYYY' },
  ])('asks by which custom $text is a date', async ({ hint, text }) => {
    const { parsed } = await read(`employee_id,work_email,start_date,end_date\n1,ann@contoso.example,${text},\n`);
    expect(parsed).toMatchObject([{ rejected: [{ column: 'start_date', reason: expect.stringContaining(hint) }] }]);
  });
});
