import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/kernel/index.ts';
import { decodeRosterFile, type Pieces, slicesOf } from '../../src/roster/decode-roster-file.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readJsonRoster } from '../../src/roster/read-json-roster.ts';
import { canonicalMapping, type PresetName, type RosterMapping } from '../../src/roster/roster-mapping.ts';
import type { RejectedRow, RosterRow } from '../../src/roster/roster-row.ts';

const HEADER = 'employee_id,work_email,start_date,end_date';

async function refusalOf(work: () => Promise<unknown>): Promise<DomainError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** All of a file, whose text comes in these pieces. */
async function read(text: string | Pieces<string>, mapping: Partial<RosterMapping> = {}) {
  const reading = await parseRoster(typeof text === 'string' ? [text] : text, { ...canonicalMapping, ...mapping });
  return { ...reading, ...(await collect(reading.rows)) };
}

async function collect(parsed: AsyncIterable<{ row: RosterRow } | { rejected: readonly RejectedRow[] }>) {
  const rows: RosterRow[] = [];
  const rejected: RejectedRow[] = [];
  for await (const one of parsed) {
    if ('row' in one) rows.push(one.row);
    else rejected.push(...one.rejected);
  }
  return { rows, rejected };
}

const ANN = {
  line: 2,
  employeeId: '007',
  workEmail: 'ann@contoso.example',
  startDate: '2020-01-01',
  endDate: null,
  status: 'active',
  workerType: 'employee',
};

describe('reading a roster file', () => {
  it('reads a file in which a column that nothing reads is there twice', async () => {
    const { rows, ignoredColumns } = await read(`${HEADER},Notes,notes\n007,ann@contoso.example,2020-01-01,,x,y\n`);
    expect(rows).toMatchObject([ANN]);
    expect(ignoredColumns).toEqual(['notes']);
  });

  it('reads the work address among those that Finch lists', async () => {
    const emails = [
      { data: 'ann@home.example', type: 'personal' },
      { data: 'ann@contoso.example', type: 'work' },
      { data: 'other@contoso.example', type: 'work' },
      { data: null, type: null },
    ];
    const row = { id: '007', emails, start_date: '2020-01-01', end_date: null };
    const { rows } = await collect(readJsonRoster([row], { ...canonicalMapping, preset: 'finch' }).rows);
    expect(rows).toMatchObject([{ employeeId: '007', workEmail: 'ann@contoso.example' }]);
  });

  it.each([
    { story: 'commas', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,\n` },
    { story: 'semicolons and CRLF', text: `${HEADER};\r\n007,ann@contoso.example,2020-01-01,\r\n`.replaceAll(',', ';') },
    { story: 'tabs', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,\n`.replaceAll(',', '\t') },
    { story: 'bars', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,\n`.replaceAll(',', '|') },
    { story: 'line ends of an old Macintosh', text: `${HEADER}\r007,ann@contoso.example,2020-01-01,\r` },
    { story: 'no line end at the end', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,` },
    {
      story: 'headers in another case and order',
      text: 'END_DATE, Start_Date ,Employee_ID,Work_Email\n,2020-01-01,007,ann@contoso.example\n',
    },
    {
      story: 'a first line by which a spreadsheet knows the delimiter',
      text: `sep=;\n${HEADER}\n007,ann@contoso.example,2020-01-01,\n`.replaceAll(',', ';'),
      line: 3,
    },
    {
      story: 'a header with other delimiters in quotes, a line break and a mark that nobody sees, after empty lines',
      text: '\n\n"Employee\nID";"Work\u200b Email";"Notes, a, b, c, d";"Start Date";"End Date"\n007;ann@contoso.example;;2020-01-01;\n',
      line: 5,
    },
    { story: 'headers with blanks', text: 'Employee ID,Work  Email,Start Date,End\u00a0Date\n007,ann@contoso.example,2020-01-01,\n' },
    { story: 'no-break spaces and blanks around cells', text: `${HEADER}\n\u00a0007 , ann@contoso.example,2020-01-01,\n,,,\n\n` },
    {
      story: 'an id that a spreadsheet was kept from taking for a number',
      text: `${HEADER}\n"=""007""",ann@contoso.example,2020-01-01,\n`,
    },
  ])('takes $story, and keeps leading zeros', async ({ line = 2, text }: { line?: number; text: string }) => {
    const { rows, rejected } = await read(text);
    expect(rejected).toEqual([]);
    expect(rows).toMatchObject([{ ...ANN, line }]);
  });

  it.each([
    { story: 'UTF-8', bytes: Buffer.from(`${HEADER}\n`) },
    { story: 'UTF-8 with a byte order mark', bytes: Buffer.from(`\ufeff${HEADER}\n`) },
    { story: 'UTF-16 from Excel', bytes: Buffer.from(`\ufeff${HEADER}\n`, 'utf16le') },
    { story: 'UTF-16 the other way round', bytes: Buffer.from(`\ufeff${HEADER}\n`, 'utf16le').swap16() },
  ])('takes $story, with names of every script, wherever the file is cut in slices', async ({ story, bytes }) => {
    const name = `Zoë Łukasz 山田 ${'🌍'.repeat(40)}`;
    const line = `1,zoe@contoso.example,2020-01-01,,${name}\n`;
    const encoded = story.includes('UTF-16') ? Buffer.from(line, 'utf16le') : Buffer.from(line);
    const rest = story.includes('other way') ? encoded.swap16() : encoded;
    const head = story.includes('UTF-16') ? Buffer.from(',display_name\n', 'utf16le') : Buffer.from(',display_name\n');
    const comma = story.includes('other way') ? head.swap16() : head;
    const end = story.includes('UTF-16') ? 2 : 1;
    const lines = Math.ceil((3 << 20) / rest.length);
    const file = Buffer.concat([bytes.subarray(0, bytes.length - end), comma, ...Array.from({ length: lines }, () => rest)]);
    const { rows, rejected } = await read(decodeRosterFile(slicesOf(file)));
    expect(rejected).toEqual([]);
    expect(rows.length).toBe(lines);
    expect(new Set(rows.map(({ displayName }) => displayName))).toEqual(new Set([name]));
  });

  it.each([
    { story: 'Latin-1', bytes: Buffer.from(`${HEADER}\n1,Zo\xeb@contoso.example,2020-01-01,\n`, 'latin1') },
    { story: 'a workbook', bytes: Buffer.from('504b0304140006000800000021', 'hex') },
    { story: 'UTF-16 without a mark', bytes: Buffer.from(`${HEADER}\n`, 'utf16le') },
    { story: 'half a character of UTF-16', bytes: Buffer.concat([Buffer.from(`\ufeff${HEADER}\n`, 'utf16le'), Buffer.from('x')]) },
  ])('refuses an encoding that it would have to guess: $story', async ({ bytes }) => {
    const { code, next } = await refusalOf(() => read(decodeRosterFile(slicesOf(bytes))));
    expect({ code, next }).toEqual({ code: 'invalid-request', next: 'Save it as "CSV UTF-8".' });
  });

  it('names the line on which a row begins, also after cells with line breaks, wherever the text is cut', async () => {
    const text = `${HEADER},display_name\r\n1,a@contoso.example,2020-01-01,,"Two\r\nlines"\r\n\r\n2,b@contoso.example,soon,,"x\ny"\r\n3,c@contoso.example,2020-01-01,2019-01-01,\r\n`;
    for (let cut = 1; cut < text.length; cut += 1) {
      const { rows, rejected } = await read([text.slice(0, cut), text.slice(cut)]);
      expect(rows[0]?.displayName).toBe('Two\nlines');
      expect(rejected.map(({ line, column }) => ({ line, column }))).toEqual([
        { line: 5, column: 'start_date' },
        { line: 7, column: 'end_date' },
      ]);
    }
  });

  it.each([
    { column: 'start_date', cells: '1,a@contoso.example,03/04/2026,', reason: 'set dateFormat to DD/MM/YYYY or MM/DD/YYYY' },
    { column: 'start_date', cells: '1,a@contoso.example,13/04/2026,', reason: 'set dateFormat to DD/MM/YYYY' },
    { column: 'start_date', cells: '1,a@contoso.example,3.4.2026,', reason: 'set dateFormat to DD.MM.YYYY' },
    { column: 'start_date', cells: '1,a@contoso.example,45000,', reason: 'set dateFormat to excel-1900' },
    { column: 'start_date', cells: '1,a@contoso.example,3/4/26,', reason: 'is no date of the form YYYY-MM-DD' },
    { column: 'start_date', cells: '1,a@contoso.example,2020-01-01T15:00:00Z,', reason: 'is no date of the form YYYY-MM-DD' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,2026-02-30', reason: 'is no date of the form YYYY-MM-DD' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,2019-12-31', reason: 'lies before start_date' },
    { column: 'start_date', cells: '1,a@contoso.example,1899-12-31,', reason: 'lies before the year 1900' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,9999-12-31', reason: 'leave the end empty where there is none' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,9998-12-31', reason: 'leave the end empty where there is none' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,2099-12-31', reason: 'leave the end empty where there is none' },
    { column: 'start_date', cells: '1,a@contoso.example,9999-12-31,', reason: 'lies later than any employment goes on' },
    { column: 'employee_id', cells: ',a@contoso.example,2020-01-01,', reason: 'is missing' },
    { column: 'work_email', cells: '1,nobody,2020-01-01,', reason: 'is not an e-mail address' },
    { column: 'employee_id', cells: '1\u0000,a@contoso.example,2020-01-01,', reason: 'holds a control character' },
    { column: 'employee_id', cells: '1\u200b,a@contoso.example,2020-01-01,', reason: 'nobody sees (U+200B)' },
    { column: 'employee_id', cells: '1\t2,a@contoso.example,2020-01-01,', reason: 'nobody sees (U+0009)' },
    { column: 'work_email', cells: '1,a\u200e@contoso.example,2020-01-01,', reason: 'nobody sees (U+200E)' },
    { column: 'row', cells: HEADER, reason: 'names the columns again' },
  ])('rejects a row for its $column: $reason', async ({ column, cells, reason }) => {
    const { rows, rejected } = await read(`${HEADER}\n${cells}\n`);
    expect(rows).toEqual([]);
    expect(rejected).toEqual([{ line: 2, column, reason: expect.stringContaining(reason) }]);
  });

  it.each([
    { story: 'a name with a comma that nothing quotes', cells: '1,a@contoso.example,2020-01-01,Doe, John,,2026-03-31' },
    { story: 'two of them', cells: '1,a@contoso.example,2020-01-01,Doe, John, Jr.,,2026-03-31' },
  ])('takes no row with more cells than the header has: $story hides the end behind it (I9)', async ({ cells }) => {
    const { rows, rejected } = await read(`employee_id,work_email,start_date,display_name,hours,end_date\n${cells}\n`);
    expect(rows).toEqual([]);
    expect(rejected).toEqual([{ line: 2, column: 'row', reason: expect.stringContaining('more cells than the header') }]);
  });

  it('takes empty cells behind the last column, and rows that a spreadsheet ends after their last cell', async () => {
    const { rows, rejected } = await read(
      `${HEADER},hours\n1,a@contoso.example,2020-01-01,2026-03-31\n2,b@contoso.example,2020-01-01,,40,,\n`,
    );
    expect(rejected).toEqual([]);
    expect(rows).toMatchObject([{ endDate: '2026-03-31' }, { endDate: null }]);
  });

  it('derives no end from a status (I9)', async () => {
    const { rejected } = await read(`${HEADER},status\n1,a@contoso.example,2020-01-01,,terminated\n`);
    expect(rejected).toEqual([{ line: 2, column: 'end_date', reason: expect.stringContaining('never derived') }]);
  });

  it.each([
    { story: 'it is empty', text: '', detail: 'empty' },
    { story: 'it lacks the column of end dates', text: 'employee_id,work_email,start_date\n', detail: 'lacks end_date ("end_date")' },
    {
      story: 'a column that is read is there twice',
      text: `${HEADER},End Date\n`,
      detail: '"end_date" is there twice: as the columns 4 and 5',
    },
    {
      story: 'a quote is never closed',
      text: `${HEADER}\n1,"a@contoso.example,2020-01-01,\n`,
      detail: 'opened in row 2 (the header is row 1), and never closed',
    },
    {
      story: 'a quote is never closed in the rest of it',
      text: `${HEADER}\n1,a@contoso.example,2020-01-01,\n2,"b@contoso.example,2020-01-01,\n3,c@contoso.example,2020-01-01,\n`,
      detail: 'opened in row 3 (the header is row 1), and never closed',
    },
    {
      story: 'a quote that is never closed would take very much of it for one cell',
      text: `${HEADER}\n1,a@contoso.example,2020-01-01,\n2,"${'b@contoso.example,2020-01-01,\n'.repeat(40_000)}`,
      detail: 'A row is longer than 1048576 bytes, as where a quote is opened and never closed: it begins in row 3',
    },
    {
      story: 'its first line names a delimiter that is none',
      text: `sep=:\n${HEADER}\n`.replaceAll(',', ':'),
      detail: 'lacks employee_id',
    },
    { story: 'a quote stands within a text', text: `${HEADER}\n1,a"b@contoso.example,2020-01-01,\n`, detail: 'at line 2: a quote' },
  ])('refuses a file when $story', async ({ text, detail }) => {
    expect((await refusalOf(() => read(text))).message).toContain(detail);
  });

  it.each([
    {
      header: 'employee_number,work_email,hire_date,termination_date',
      next: 'The preset "bamboohr" or "gusto" or "merge" finds all that is needed',
    },
    { header: '007,ann@contoso.example,2020-01-01,', next: 'Choose the preset of your HR system' },
  ])('says what would find the columns of $header, and which there are', async ({ header, next }) => {
    const refusal = await refusalOf(() => read(`${header}\n`));
    expect(refusal.next).toContain(next);
    expect(refusal.message).not.toContain('ann@contoso.example');
    expect(refusal.extra).toEqual({
      columns: header
        .split(',')
        .filter(Boolean)
        .map((name) => name.replaceAll('-', '_')),
    });
  });

  it('says which columns each field is read from, and which nothing reads', async () => {
    const { columns, ignoredColumns } = await read(`${HEADER},departement\n`);
    expect(ignoredColumns).toEqual(['departement']);
    expect(columns).toEqual({
      employee_id: ['employee_id'],
      work_email: ['work_email'],
      start_date: ['start_date'],
      end_date: ['end_date'],
    });
  });
});

describe('a file that was cut off', () => {
  it.each([
    { story: 'in the middle of its last row', text: `${HEADER}\n1,a@contoso.example,2020-01-01,\n2,b@contoso.example`, rejected: [3] },
    { story: 'nowhere: it only lacks its last line end', text: `${HEADER}\n1,a@contoso.example,2020-01-01,`, rejected: [] },
    { story: 'nowhere: a row within leaves out what is empty', text: `${HEADER}\n1,a@contoso.example,2020-01-01\n`, rejected: [] },
    { story: 'behind a carriage return', text: `${HEADER}\r1,a@contoso.example,2020-01-01\r`, rejected: [] },
  ])('$story', async ({ text, rejected }) => {
    expect((await read(text)).rejected.map(({ line }) => line)).toEqual(rejected);
  });
});

describe('a date', () => {
  it.each([
    { dateFormat: 'YYYY-MM-DD', text: '2026-03-04', date: '2026-03-04' },
    { dateFormat: 'YYYY-MM-DD', text: '2026-03-04T00:00:00.000Z', date: '2026-03-04' },
    { dateFormat: 'YYYY-MM-DD', text: '2026-03-04 00:00:00', date: '2026-03-04' },
    { dateFormat: 'DD.MM.YYYY', text: '4.3.2026', date: '2026-03-04' },
    { dateFormat: 'DD/MM/YYYY', text: '04/03/2026', date: '2026-03-04' },
    { dateFormat: 'MM/DD/YYYY', text: '03/04/2026', date: '2026-03-04' },
    { dateFormat: 'MM/DD/YYYY', text: '3/4/2026', date: '2026-03-04' },
    { dateFormat: 'MM/DD/YYYY', text: '3/4/2026 12:00:00 AM', date: '2026-03-04' },
    { dateFormat: 'DD-MM-YYYY', text: '04-03-2026', date: '2026-03-04' },
    { dateFormat: 'YYYY/MM/DD', text: '2026/03/04', date: '2026-03-04' },
    { dateFormat: 'DD-MMM-YYYY', text: '04-Mar-2026', date: '2026-03-04' },
    { dateFormat: 'excel-1900', text: '46085', date: '2026-03-04' },
    { dateFormat: 'excel-1900', text: '46085.0', date: '2026-03-04' },
    { dateFormat: 'excel-1904', text: '44623', date: '2026-03-04' },
    { dateFormat: 'DD/MM/YYYY', text: '29/02/2024', date: '2024-02-29' },
    { dateFormat: 'DD.MM.YYYY', text: '30.12.2099', date: '2099-12-30' },
  ] as const)('reads $text as $dateFormat', async ({ dateFormat, text, date }) => {
    const { rows, rejected } = await read(`${HEADER}\n1,a@contoso.example,${text},\n`, { dateFormat });
    expect(rejected).toEqual([]);
    expect(rows[0]?.startDate).toBe(date);
  });

  it.each([
    { dateFormat: 'DD.MM.YYYY', text: '31.12.9999' },
    { dateFormat: 'DD-MMM-YYYY', text: '31-Dec-4712' },
    { dateFormat: 'excel-1904', text: '999999' },
  ] as const)('rejects $text as $dateFormat, which stands for no end', async ({ dateFormat, text }) => {
    const { rejected } = await read(`${HEADER}\n1,a@contoso.example,2020-01-01,${text}\n`, { dateFormat });
    expect(rejected).toContainEqual({ line: 2, column: 'end_date', reason: expect.stringContaining('leave the end empty') });
  });

  it.each([
    { dateFormat: 'DD/MM/YYYY', text: '29/02/2023' },
    { dateFormat: 'MM/DD/YYYY', text: '31/12/2025' },
    { dateFormat: 'excel-1900', text: '2026-03-04' },
    { dateFormat: 'DD-MMM-YYYY', text: '04-Mrz-2026' },
  ] as const)('rejects $text as $dateFormat', async ({ dateFormat, text }) => {
    const { rejected } = await read(`${HEADER}\n1,a@contoso.example,${text},\n`, { dateFormat });
    expect(rejected).toEqual([{ line: 2, column: 'start_date', reason: expect.stringContaining(`no date of the form ${dateFormat}`) }]);
  });
});

describe('a mapping', () => {
  it('reads a field from the first of its columns that has a text, and puts columns together', async () => {
    const columns = { work_email: ['Mail', 'Private Mail'], display_name: [['Given', 'Family']], end_date: ['Leaves'] };
    const text = 'Employee ID,Start Date,Leaves,Mail,Private Mail,Given,Family\n1,2020-01-01,,,ann@home.example,Ann,Adler\n';
    const { rows } = await read(text, { columns });
    expect(rows).toMatchObject([{ workEmail: 'ann@home.example', displayName: 'Ann Adler' }]);
  });

  it.each([
    { site: 'Berlin', zone: '', read: 'Europe/Berlin' },
    { site: 'Berlin', zone: 'Asia/Tokyo', read: 'Asia/Tokyo' },
    { site: '', zone: '', read: null },
    { site: 'Atlantis', zone: '', read: 'the site Atlantis' },
  ])('gives the row of the site "$site" with the zone "$zone" the zone $read', async ({ site, zone, read: expected }) => {
    const text = `${HEADER},site,time_zone\n1,a@contoso.example,2020-01-01,,${site},${zone}\n`;
    const { rows } = await read(text, { timeZones: { Berlin: 'Europe/Berlin' } });
    expect(rows[0]?.timeZone).toBe(expected);
  });

  const exports: readonly { preset: PresetName; text: string; row: Partial<RosterRow> }[] = [
    {
      preset: 'workday',
      text: 'Employee ID,Worker,Email - Work,Hire Date,StatusTerminationDate,StatusTerminationLastDayOfWork,Worker Type,Worker Status\n7,Ann Adler,ann@contoso.example,2020-01-01,2026-03-31,2026-03-20,Contingent Worker,On Leave\n',
      row: { displayName: 'Ann Adler', endDate: '2026-03-31', lastDay: '2026-03-20', workerType: 'contractor', status: 'leave' },
    },
    {
      preset: 'bamboohr',
      text: 'employeeNumber,displayName,workEmail,hireDate,terminationDate,status\n7,Ann,ann@contoso.example,2020-01-01,2026-03-31,Inactive\n',
      row: { endDate: '2026-03-31', status: 'terminated' },
    },
    {
      preset: 'hibob',
      text: 'Employee ID,Email,Start date,Termination date,Lifecycle status\n7,ann@contoso.example,2020-01-01,2026-06-30,Garden leave\n',
      row: { endDate: '2026-06-30', status: 'garden_leave' },
    },
    {
      preset: 'personio',
      text: 'id,first_name,last_name,email,hire_date,termination_date,employment_type,status\n7,Ann,Adler,ann@contoso.example,2020-01-01T00:00:00+01:00,,external,onboarding\n',
      row: { displayName: 'Ann Adler', startDate: '2020-01-01', workerType: 'contractor', status: 'prehire' },
    },
    {
      preset: 'gusto',
      text: 'Employee ID,First name,Last name,Work email,Start date,Termination date\n7,Ann,Adler,ann@contoso.example,2020-01-01,\n',
      row: { displayName: 'Ann Adler' },
    },
    {
      preset: 'merge',
      text: 'employee_number,display_full_name,work_email,start_date,termination_date,employment_status,employment_type\n7,Ann,ann@contoso.example,2020-01-01T00:00:00Z,,ACTIVE,FREELANCE\n',
      row: { status: 'active', workerType: 'contractor' },
    },
    {
      preset: 'finch',
      text: 'source_id,first_name,last_name,work_email,start_date,latest_rehire_date,end_date,employment_status\n7,Ann,Adler,ann@contoso.example,2015-01-01,2020-01-01,,active\n',
      row: { startDate: '2020-01-01' },
    },
  ];

  it.each(exports)('reads what $preset calls its columns', async ({ preset, text, row }) => {
    const { rows, rejected } = await read(text, { preset });
    expect(rejected).toEqual([]);
    expect(rows).toMatchObject([{ employeeId: '7', workEmail: 'ann@contoso.example', startDate: '2020-01-01', ...row }]);
  });

  it.each<{ preset: PresetName; employee: string; manager: string; read: string | null }>([
    { preset: 'canonical', employee: 'employee_id', manager: 'manager_employee_id', read: '8' },
    { preset: 'workday', employee: 'Employee ID', manager: 'Manager ID', read: '8' },
    { preset: 'workday', employee: 'Employee ID', manager: 'Manager Employee ID', read: '8' },
    { preset: 'bamboohr', employee: 'employeeNumber', manager: 'supervisorEId', read: '8' },
    { preset: 'bamboohr', employee: 'employeeNumber', manager: 'supervisorId', read: null },
    { preset: 'hibob', employee: 'work.employeeIdInCompany', manager: 'work.reportsToIdInCompany', read: '8' },
    { preset: 'gusto', employee: 'uuid', manager: 'manager_uuid', read: '8' },
    { preset: 'merge', employee: 'employee_number', manager: 'manager.employee_number', read: '8' },
    { preset: 'personio', employee: 'personnel_number', manager: 'supervisor_id', read: null },
    { preset: 'finch', employee: 'source_id', manager: 'manager.id', read: null },
  ])('of $preset reads the manager from $manager where that is an $employee', async ({ employee, manager, preset, read: expected }) => {
    const text = `${employee},${manager},work_email,email,start_date,hire_date,end_date,termination_date\n7,8,a@x.example,a@x.example,2020-01-01,2020-01-01,,\n`;
    const { rejected, rows } = await read(text, { preset });
    expect(rejected).toEqual([]);
    expect(rows[0]).toMatchObject({ employeeId: '7', managerEmployeeId: expected });
  });

  it.each(['bamboohr', 'merge', 'personio'] as const)('of %s makes no end of a status without a date (I9)', async (preset) => {
    const text: Readonly<Record<typeof preset, string>> = {
      bamboohr: 'employeeNumber,workEmail,hireDate,terminationDate,status\n7,ann@contoso.example,2020-01-01,,Inactive\n',
      merge: 'employee_number,work_email,start_date,termination_date,employment_status\n7,ann@contoso.example,2020-01-01,,INACTIVE\n',
      personio: 'id,email,hire_date,termination_date,status\n7,ann@contoso.example,2020-01-01,,inactive\n',
    };
    expect((await read(text[preset], { preset })).rejected).toEqual([
      { line: 2, column: 'end_date', reason: expect.stringContaining('never derived') },
    ]);
  });
});

describe('rows as JSON', () => {
  const rowsOf = (value: unknown, mapping: Partial<RosterMapping> = {}) => readJsonRoster(value, { ...canonicalMapping, ...mapping });

  it('are read by the same columns, objects within objects by both names', async () => {
    const employee = {
      source_id: 7,
      first_name: 'Ann',
      last_name: 'Adler',
      work_email: 'ann@contoso.example',
      start_date: '2020-01-01',
      end_date: null,
      employment: { type: 'contractor' },
      manager: [{ id: 1 }],
    };
    const reading = rowsOf([employee], { preset: 'finch' });
    expect((await collect(reading.rows)).rows).toMatchObject([
      { line: 1, employeeId: '7', displayName: 'Ann Adler', endDate: null, workerType: 'contractor' },
    ]);
    expect(reading.ignoredColumns).toEqual(['manager']);
  });

  it.each([{ value: {} }, { value: 'x' }, { value: [1] }, { value: [[]] }])('are refused where they are none: $value', ({ value }) => {
    expect(() => rowsOf(value)).toThrow('"rows" must be a list of objects');
  });
});
