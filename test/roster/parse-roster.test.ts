import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../src/kernel/index.ts';
import { decodeRosterFile } from '../../src/roster/decode-roster-file.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';

const HEADER = 'employee_id,work_email,start_date,end_date';

function refusalOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('reading a roster file', () => {
  it.each([
    { story: 'commas', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,\n` },
    { story: 'semicolons and CRLF', text: `${HEADER};\r\n007,ann@contoso.example,2020-01-01,\r\n`.replaceAll(',', ';') },
    { story: 'tabs', text: `${HEADER}\n007,ann@contoso.example,2020-01-01,\n`.replaceAll(',', '\t') },
    { story: 'a byte order mark', text: `\ufeff${HEADER}\n007,ann@contoso.example,2020-01-01,\n` },
    {
      story: 'headers in another case and order',
      text: 'END_DATE, Start_Date ,Employee_ID,Work_Email\n,2020-01-01,007,ann@contoso.example\n',
    },
    { story: 'no-break spaces and blanks around cells', text: `${HEADER}\n\u00a0007 , ann@contoso.example,2020-01-01,\n,,,\n\n` },
  ])('takes $story, and keeps leading zeros', ({ text }) => {
    const { rows, rejected, rowCount } = parseRoster(text);
    expect(rejected).toEqual([]);
    expect(rowCount).toBe(1);
    expect(rows).toMatchObject([
      {
        line: 2,
        employeeId: '007',
        workEmail: 'ann@contoso.example',
        startDate: '2020-01-01',
        endDate: null,
        status: 'active',
        workerType: 'employee',
      },
    ]);
  });

  it('takes UTF-16 from Excel, with names of every script', () => {
    const text = `\ufeff${HEADER},display_name\n1,zoe@contoso.example,2020-01-01,,Zoë Łukasz 山田\n`;
    const { rows } = parseRoster(decodeRosterFile(Buffer.from(text, 'utf16le')));
    expect(rows[0]?.displayName).toBe('Zoë Łukasz 山田');
  });

  it('refuses an encoding that it would have to guess', () => {
    expect(refusalOf(() => decodeRosterFile(Buffer.from('Zo\xeb', 'latin1'))).code).toBe('invalid-request');
  });

  it('names the line on which a row begins, also after cells with line breaks', () => {
    const text = `${HEADER},display_name\r\n1,a@contoso.example,2020-01-01,,"Two\r\nlines"\r\n\r\n2,b@contoso.example,soon,,"x\ny"\r\n3,c@contoso.example,2020-01-01,2019-01-01,\r\n`;
    const { rows, rejected, rowCount } = parseRoster(text);
    expect(rowCount).toBe(3);
    expect(rows[0]?.displayName).toBe('Two\nlines');
    expect(rejected.map(({ line, column }) => ({ line, column }))).toEqual([
      { line: 5, column: 'start_date' },
      { line: 7, column: 'end_date' },
    ]);
  });

  it.each([
    { column: 'start_date', cells: '1,a@contoso.example,03/04/2026,', reason: 'which number is the day is not guessed' },
    { column: 'start_date', cells: '1,a@contoso.example,3.4.2026,', reason: 'which number is the day is not guessed' },
    { column: 'start_date', cells: '1,a@contoso.example,45000,', reason: 'no date of the form YYYY-MM-DD' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,2026-02-30', reason: 'no date of the form YYYY-MM-DD' },
    { column: 'end_date', cells: '1,a@contoso.example,2020-01-01,2019-12-31', reason: 'lies before start_date' },
    { column: 'employee_id', cells: ',a@contoso.example,2020-01-01,', reason: 'is missing' },
    { column: 'work_email', cells: '1,nobody,2020-01-01,', reason: 'is not an e-mail address' },
    { column: 'employee_id', cells: '1\u0000,a@contoso.example,2020-01-01,', reason: 'holds a control character' },
  ])('rejects a row for its $column: $reason', ({ column, cells, reason }) => {
    const { rows, rejected } = parseRoster(`${HEADER}\n${cells}\n`);
    expect(rows).toEqual([]);
    expect(rejected).toEqual([{ line: 2, column, reason: expect.stringContaining(reason) }]);
  });

  it('derives no end from a status (I9)', () => {
    const { rejected } = parseRoster(`${HEADER},status\n1,a@contoso.example,2020-01-01,,terminated\n`);
    expect(rejected).toEqual([{ line: 2, column: 'end_date', reason: expect.stringContaining('never derived') }]);
  });

  it.each([
    { story: 'it is empty', text: '', detail: 'empty' },
    { story: 'it lacks the column of end dates', text: 'employee_id,work_email,start_date\n', detail: 'end_date' },
    { story: 'a column is there twice', text: `${HEADER},End_Date\n`, detail: 'twice' },
    { story: 'a quote is never closed', text: `${HEADER}\n1,"a@contoso.example,2020-01-01,\n`, detail: 'CSV_QUOTE_NOT_CLOSED' },
  ])('refuses a file when $story', ({ text, detail }) => {
    expect(refusalOf(() => parseRoster(text)).message).toContain(detail);
  });

  it('says which columns nothing reads', () => {
    expect(parseRoster(`${HEADER},departement\n`).ignoredColumns).toEqual(['departement']);
  });
});
