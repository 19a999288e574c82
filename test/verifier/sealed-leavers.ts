import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import type { LedgerSigner } from '../../src/ledger/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { sealingWorkspace } from './sealing-workspace.ts';

export interface SealedLeavers {
  readonly files: Map<string, Buffer>;
  /** Of a final report, on a part of that period. */
  readonly final: Map<string, Buffer>;
  /** After HR told another end of Lars Late's employment than the latest run knew; and after the next run. */
  readonly beforeNextRun: Map<string, Buffer>;
  readonly afterNextRun: Map<string, Buffer>;
  readonly signer: LedgerSigner;
  /** The key that an auditor was given. */
  readonly vkey: string;
}

const header = 'employee_id,work_email,display_name,start_date,end_date,time_zone,worker_type,site';
const hedy = '6,here@contoso.example,Hedy Here,2020-01-01,,Europe/Berlin,contractor,';
const roster = [
  header,
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,Europe/Berlin,employee',
  '2,deleted@contoso.example,Dana Deleted,2020-01-01,2026-03-06,Europe/Berlin,employee',
  '3,exact@contoso.example,Ellen Exact,2020-01-01,2026-03-12,Europe/Berlin,employee',
  '4,usable@contoso.example,Uwe Usable,2020-01-01,2026-03-09,America/New_York,employee,New York',
  '5,absent@contoso.example,Alan Absent,2020-01-01,2026-03-09,Europe/Berlin,employee',
  '7,back@contoso.example,Bea Back,2020-01-01,2026-03-05,Europe/Berlin,employee',
  hedy,
].join('\n');
/** On the sixth: one is employed again. */
const returned = [header, '7,back@contoso.example,Bea Back,2026-03-06,,Europe/Berlin,employee', hedy].join('\n');

/** On the eighteenth, an hour after the run: one had left two days earlier. */
const movedEnd = [header, '1,late@contoso.example,Lars Late,2020-01-01,2026-03-03,Europe/Berlin,employee', hedy].join('\n');

/**
 * A bundle as the product makes it, of people who left in the ways that records tell: disabled late; deleted, at an instant that
 * the directory tells; disabled, at one that its audit log tells; not at all; without an account; and of one who was employed again the next day. Every room writes its own records.
 */
export async function sealedLeavers(): Promise<SealedLeavers> {
  const { at, bundleOf, client, clock, close, connected, post, put, signer, tenant, vkey } = await sealingWorkspace();
  const directory = await connected();
  const off = (id: string) => client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: false }]);

  await post('/policies', { slaHours: 24, sites: [{ site: 'New York', slaHours: 4 }] });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const accounts = await tenant.createUsers(['late', 'deleted', 'exact', 'usable', 'here'].map((name) => user(name)));
  const [late = '', deleted = '', exact = ''] = accounts.map(({ id }) => id);
  const users: string[] = [];
  for (const { id } of accounts.slice(0, 4))
    users.push(await client.addUser(`user-${id}@contoso.example`, { externalId: id, active: true }));
  await directory.sync();

  at('2026-03-06T10:00:00.000Z');
  await off(users[0] ?? '');
  await post('/roster/imports?mode=import&partial=true&elseUnchanged=true', returned, 'text/csv');
  at('2026-03-07T12:00:00.000Z');
  await directory.sync();
  await tenant.control('PATCH', `/users/${late}`, { accountEnabled: false });
  await tenant.control('DELETE', `/users/${deleted}`);
  await client.send('DELETE', `/Users/${users[1] ?? ''}`);
  clock.advance(HOUR_MS);
  await directory.sync();

  at('2026-03-10T08:00:00.000Z');
  await post('/policies', { businessDays: 2, holidays: ['2026-03-13'] });
  at('2026-03-13T08:00:00.000Z');
  await directory.sync();
  await tenant.control('PATCH', `/users/${exact}`, { accountEnabled: false });
  await off(users[2] ?? '');
  clock.advance(10 * MINUTE_MS);
  await directory.sync();
  clock.advance(HOUR_MS);
  await directory.sync();

  at('2026-03-18T08:00:00.000Z');
  await directory.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const start = '2026-03-01T00:00:00.000Z';
  const files = await bundleOf(await post('/reports', { kind: 'interim', periodStart: start, periodEnd: clock.now() }));

  const draft = await post('/reports', { kind: 'final', periodStart: start, periodEnd: '2026-03-13T12:00:00.000Z' });
  await post(`/reports/${draft.id}/freeze`, {});
  const { findings } = JSON.parse(files.get('report.json')?.toString('utf8') ?? '') as { findings: { id: string; effect: string }[] };
  const failed = findings.find(({ effect }) => effect === 'FAIL')?.id ?? '';
  await put(`/reports/${draft.id}/responses/${failed}`, { response: 'The ticket lay for a week.' });
  const final = await bundleOf(await post(`/reports/${draft.id}/seal`, {}));

  clock.advance(20 * MINUTE_MS);
  await post('/roster/imports?mode=import&partial=true&elseUnchanged=true', movedEnd, 'text/csv');
  clock.advance(HOUR_MS);
  const beforeNextRun = await bundleOf(await post('/reports', { kind: 'interim', periodStart: start, periodEnd: clock.now() }));
  await directory.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const afterNextRun = await bundleOf(await post('/reports', { kind: 'interim', periodStart: start, periodEnd: clock.now() }));
  await close();
  return { files, final, beforeNextRun, afterNextRun, signer, vkey };
}
