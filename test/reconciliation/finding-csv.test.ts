import { beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { findingColumns } from '../../src/reconciliation/finding-csv.ts';
import { walkFindings } from '../../src/reconciliation/finding-page-read-model.ts';
import { readOfOneRun } from '../../src/reconciliation/read-of-one-run.ts';
import { DAY_MS, plusMs } from '../../src/kernel/index.ts';
import { effects } from '../../src/verdict/index.ts';
import { eachTest } from './each-test.ts';
import { LONG_AGO } from './facts.ts';
import { servedAtNow } from './served-workspace.ts';

const given = eachTest(servedAtNow);

beforeEach(async () => {
  await given.world.facts.roster(
    '1,ann@contoso.example,2020-01-01,2026-03-06',
    '2,ben@contoso.example,2020-01-01,',
    '3,cem@contoso.example,2020-01-01,2026-03-09',
  );
  for (const [employeeId, upn] of Object.entries({ 1: '=ann@contoso.example', 2: 'ben@contoso.example', 3: 'cem@contoso.example' }))
    await given.world.facts.account({ upn, employeeId, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await given.world.run();
});

async function csv(query = ''): Promise<{ readonly text: string; readonly rows: readonly Record<string, string>[] }> {
  const response = await fetch(`${given.world.server.url}/findings${query}`, { headers: { accept: 'text/csv' } });
  expect(response.headers.get('content-type')).toContain('text/csv');
  expect(response.headers.get('content-disposition')).toContain('findings-');
  const text = await response.text();
  return { text, rows: parse(text, { columns: true }) as Record<string, string>[] };
}

describe('findings as CSV', () => {
  it('hold what the JSON list holds, a line for each account, passes included', async () => {
    const { rows } = await csv();
    const listed = (await (await fetch(`${given.world.server.url}/findings`)).json()) as { findings: { id: string; systems: unknown[] }[] };
    expect(new Set(rows.map((row) => row['finding_id']))).toEqual(new Set(listed.findings.map(({ id }) => id)));
    expect(rows).toHaveLength(listed.findings.flatMap(({ systems }) => systems).length);
    expect(Object.keys(rows[0] ?? {})).toEqual(findingColumns);
    const late = rows.find((row) => row['employee_id'] === '1' && row['system'] === 'directory');
    expect(late).toMatchObject({
      effect: 'FAIL',
      verdict: 'TERMINATED_ACTIVE_DIR',
      diagnosis: 'offboarding-not-done',
      end_date: '2026-03-06',
      backdated: 'true',
      deadline_latest_utc: '2026-03-08T00:00:00.000Z',
      outcome: 'OVERDUE',
      late_min_h: '59.91',
      late_max_h: '',
      match_rule: 'M3',
    });
  });

  it('say beside it what is decided, by whom and until when, and by when access had to be gone since HR told the end', async () => {
    const { findings } = (await (await fetch(`${given.world.server.url}/findings`)).json()) as {
      findings: { id: string; person: { employeeId: string } }[];
    };
    const late = findings.find(({ person }) => person.employeeId === '1');
    const expiresAt = plusMs(given.world.clock.now(), 5 * DAY_MS);
    const decided = await fetch(`${given.world.server.url}/dispositions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ findingId: late?.id, kind: 'exception', reason: 'On a ship.', ticket: 'T-1', expiresAt }),
    });
    expect(decided.status).toBeLessThan(300);
    const row = (await csv()).rows.find(({ finding_id: id }) => id === late?.id);
    expect(row).toMatchObject({
      disposition: 'exception',
      disposition_approved: 'false',
      disposition_reason: 'On a ship.',
      disposition_ticket: 'T-1',
      disposition_requested_by: expect.stringMatching(/^administrator:|^owner:/),
      disposition_approved_by: '',
      disposition_expires_at_utc: expiresAt,
      deadline_since_told_latest_utc: expect.stringMatching(/^2026-03-/),
    });
  });

  it('take the same filter', async () => {
    expect(new Set((await csv('?effect=FAIL,PEND')).rows.map((row) => row['effect']))).toEqual(new Set(['FAIL', 'PEND']));
    expect((await csv('?effect=PASS')).rows).toEqual([]);
    expect((await fetch(`${given.world.server.url}/findings?effect=GREAT`, { headers: { accept: 'text/csv' } })).status).toBe(400);
  });

  it('disarm what a spreadsheet would run', async () => {
    const { text } = await csv('?effect=FAIL');
    expect(text).toContain("'=ann@contoso.example");
    expect(text).not.toMatch(/(^|,|")=ann/m);
  });

  it('break off rather than mix two runs (I8)', async () => {
    const asked = { effects, after: undefined, limit: 1 };
    const read = await readOfOneRun(given.db.database, given.world.facts.workspaceId, (q) =>
      walkFindings(q, given.world.facts.workspaceId, asked),
    );
    expect((await read({ after: undefined, limit: 1 })).rows).toHaveLength(1);
    given.world.clock.advance(1000);
    await given.world.run();
    await expect(read({ after: undefined, limit: 1 })).rejects.toThrow('a reconciliation ended');
  });
});
