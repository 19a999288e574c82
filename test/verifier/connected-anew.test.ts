import { beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

type Sealed = Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
  '2,early@contoso.example,Ella Early,2020-01-01,2026-03-05,UTC',
].join('\n');

/** Two people who left. A day and a half later the tenant is disconnected with both accounts enabled, and is connected anew when they are disabled. */
async function sealedAnew(): Promise<Sealed> {
  const { at, bundleOf, clock, close, connected, post, signer, tenant, vkey } = await sealingWorkspace();
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  const accounts = await tenant.createUsers(['late', 'early'].map((name) => user(name)));
  const first = await connected();
  await first.sync();
  at('2026-03-07T12:00:00.000Z');
  await first.sync();
  await first.api('DELETE', `/directory/connections/${first.connectionId}`);
  for (const { id } of accounts) await tenant.control('PATCH', `/users/${id}`, { accountEnabled: false });
  at('2026-03-09T08:00:00.000Z');
  const second = await connected();
  await second.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const periodStart = '2026-03-01T00:00:00.000Z';
  const files = await bundleOf(await post('/reports', { kind: 'interim', periodStart, periodEnd: clock.now() }));
  await close();
  return { files, signer, vkey };
}

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedAnew();
}, 180_000);

describe('the recomputation of a tenant that was connected anew', () => {
  it('finds one account of each object, by what either connection saw of it', async () => {
    const { findings } = JSON.parse(sealed.files.get('report.json')?.toString('utf8') ?? '');
    expect(
      findings.map(({ verdict, systems }: Json) => [verdict, systems.filter(({ system }: Json) => system === 'directory').length]),
    ).toEqual([
      ['DEPROVISIONED_LATE', 1],
      ['DEPROVISIONED_LATE', 1],
    ]);
    const { problems } = await verifyBoth(sealed.files, { vkeys: [sealed.vkey], recompute: true });
    expect(problems).toEqual([]);
  });

  it('refuses observations of another tenant', async () => {
    let added = 0;
    const files = resealed(sealed.files, sealed.signer, {
      record: ({ type, after }) => {
        if (type !== 'directory.connection.added') return;
        added += 1;
        if (added === 1) after.tenant_id = '00000000-0000-4000-8000-000000000001';
      },
    });
    const { problems } = await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
    expect(problems.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([expect.stringMatching(/cites record \d+ \(graph\.account\.first_seen\) of another tenant$/)]),
    );
  });
});
