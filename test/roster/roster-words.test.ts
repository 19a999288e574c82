import { describe, expect, it } from '@jest/globals';
import { readJsonRoster } from '../../src/roster/read-json-roster.ts';
import { canonicalMapping, columnKey, type RosterMapping } from '../../src/roster/roster-mapping.ts';

const ANN = { employee_id: '1', work_email: 'ann@contoso.example', start_date: '2020-01-01', end_date: '' };

async function read(row: Readonly<Record<string, unknown>>, mapping: RosterMapping = canonicalMapping) {
  const rows: unknown[] = [];
  for await (const parsed of readJsonRoster([{ ...ANN, ...row }], mapping).rows) rows.push(parsed);
  return rows[0];
}

describe('what an HR system calls things', () => {
  const words = { status: { 'paid leave': 'leave' }, worker_type: { permanent: 'employee', internal: 'contractor' } } as const;

  it('is told by the mapping, in any letters', async () => {
    const row = await read({ status: 'Paid Leave', worker_type: 'PERMANENT' }, { ...canonicalMapping, words });
    expect(row).toMatchObject({ row: { status: 'leave', workerType: 'employee' } });
  });

  it('is told by the mapping before the preset', async () => {
    const mapping = { ...canonicalMapping, preset: 'personio' } as const;
    const row = {
      personnel_number: '1',
      email: 'ann@contoso.example',
      hire_date: '2020-01-01',
      termination_date: '',
      employment_type: 'internal',
    };
    expect(await read(row, mapping)).toMatchObject({ row: { workerType: 'employee' } });
    expect(await read(row, { ...mapping, words })).toMatchObject({ row: { workerType: 'contractor' } });
  });

  it('is rejected where nobody has told it, with where to tell it', async () => {
    const reason = 'is none of employee, contractor, intern, guest; say what your words mean in "words" of the mapping';
    expect(await read({ worker_type: 'Permanent' })).toMatchObject({ rejected: [{ line: 1, column: 'worker_type', reason }] });
  });
});

describe('the name of a column', () => {
  it.each(['employee_id', 'Employee ID', 'employee-id', ' Employee\u00a0 ID ', 'EMPLOYEE - ID'])('is the same as %j', (name) => {
    expect(columnKey(name)).toBe('employee_id');
  });
});

describe('an employee id', () => {
  it.each(['=1+2', '="0001"&"2"', '@SUM(A1)', '#REF!', '1.00235E+11', '1E10', '2,5e+12'])(
    'is not %j, which a spreadsheet made',
    async (id) => {
      expect(await read({ employee_id: id })).toMatchObject({ rejected: [{ column: 'employee_id' }], employeeId: null });
    },
  );

  it.each([
    ['="007"', '007'],
    ['E100', 'E100'],
    ['1E', '1E'],
    [7, '7'],
  ])('may be %j', async (given, id) => {
    expect(await read({ employee_id: given })).toMatchObject({ row: { employeeId: id } });
  });

  it('is refused as a number that JSON does not carry to its last digit', async () => {
    await expect(read({ employee_id: JSON.parse('12345678901234567890') as number })).rejects.toThrow(/to its last digit/);
  });
});
