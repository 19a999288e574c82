import { user } from '../directory/simulated-tenant.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';

export type Sealed = Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;

export interface Stage extends Pick<SealingWorkspace, 'at' | 'clock' | 'tenant'> {
  readonly look: () => Promise<void>;
  /** Of the accounts, in the order of the names. */
  readonly ids: readonly string[];
}

interface Told {
  /** Whoever has an account that is theirs and enabled. */
  readonly names: readonly string[];
  /** Rows of HR: id, address, name, first day, last day, zone. */
  readonly rows: readonly string[];
  readonly play: (stage: Stage) => Promise<void>;
}

/** A report on what became of people after what is played with their accounts, under a policy of 24 hours. */
export async function sealedAfter({ names, play, rows }: Told): Promise<Sealed> {
  const workspace = await sealingWorkspace();
  const { bundleOf, clock, close, connected, post, signer, tenant, vkey } = workspace;
  await post('/policies', { slaHours: 24 });
  await post(
    '/roster/imports?mode=import',
    ['employee_id,work_email,display_name,start_date,end_date,time_zone', ...rows].join('\n'),
    'text/csv',
  );
  const users = await tenant.createUsers(names.map((name) => user(name)));
  const directory = await connected();
  const look = async () => void (await directory.sync());
  await look();
  await play({ ...workspace, look, ids: users.map(({ id }) => id) });
  await post('/reconciliation/runs', {});
  const files = await bundleOf(
    await post('/reports', { kind: 'interim', periodStart: '2026-03-01T00:00:00.000Z', periodEnd: clock.now() }),
  );
  await close();
  return { files, signer, vkey };
}
