import { expect, it } from '@jest/globals';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import type { Json } from './resealed.ts';
import { sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,leaver@contoso.example,Lea Leaver,2020-01-01,2026-03-05,UTC',
].join('\n');

it('derives the use between two looks from the entries of the audit log that the finding cites', async () => {
  const { at, bundleOf, clock, close, connected, post, tenant, vkey } = await sealingWorkspace();
  try {
    await post('/policies', { slaHours: 24 });
    await post('/roster/imports?mode=import', roster, 'text/csv');
    const [account] = await tenant.createUsers([user('leaver')]);
    const turn = (accountEnabled: boolean) => tenant.control('PATCH', `/users/${account?.id ?? ''}`, { accountEnabled });
    const directory = await connected();
    await directory.sync();
    at('2026-03-06T02:00:00.000Z');
    await turn(false);
    clock.advance(10 * MINUTE_MS);
    await directory.sync();
    at('2026-03-08T09:00:00.000Z');
    await turn(true);
    clock.advance(HOUR_MS);
    await turn(false);
    clock.advance(HOUR_MS);
    await directory.sync();
    clock.advance(HOUR_MS);
    await directory.sync();
    await post('/reconciliation/runs', {});
    const files = await bundleOf(
      await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }),
    );
    const { findings } = JSON.parse(files.get('report.json')?.toString('utf8') ?? '');
    expect(findings.map(({ verdict }: Json) => verdict)).toEqual(['REACTIVATED_AFTER_END']);
    const { problems } = await verifyBoth(files, { vkeys: [vkey], recompute: true });
    expect(problems).toEqual([]);
  } finally {
    await close();
  }
}, 180_000);
