import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { untilBlocked } from '../support/until-blocked.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march } from './facts.ts';
import { servedWorkspace } from './served-workspace.ts';

const given = eachTest(servedWorkspace);

beforeEach(async () => {
  await given.world.facts.roster(ann('2026-03-06'));
  await given.world.facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
  await given.world.runAt(march(10));
});

/** A run that has judged, and is not recorded before something else has been done. */
async function runAcross(at: Instant, meanwhile: () => Promise<unknown>): Promise<void> {
  given.world.clock.set(at);
  await given.world.facts.looked(at);
  const { running } = await given.db.owner.transaction(async (tx) => {
    // It is written behind the last verdict.
    await tx.query('select from reconciliation_horizon as horizon where horizon.workspace_id = $1 for update', [
      given.world.facts.workspaceId,
    ]);
    const run = reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    await untilBlocked(given.db.owner);
    await meanwhile();
    return { running: run };
  });
  await running;
  given.world.clock.set(plusMs(at, HOUR_MS));
}

interface Shown {
  readonly id: string;
  readonly end: { readonly earliest: Instant } | null;
  readonly period: { readonly endDate: string | null; readonly toldSince: Record<string, unknown> | null };
}

async function shown(query = ''): Promise<Shown> {
  const response = await fetch(`${given.world.server.url}/findings${query}`, { headers: { accept: 'application/json' } });
  const { findings } = (await response.json()) as { findings: readonly Shown[] };
  const [found] = findings.filter(({ period }) => period !== null);
  if (found === undefined) throw new Error('nobody is found');
  return found;
}

/** What a finding shows of HR's word, and what it says of the word since. */
const told = ({ period }: Shown) => [period.endDate, period.toldSince?.['endDate']];

describe('what a finding shows of HR’s word', () => {
  it('is what its verdict was decided on, until a run has judged what HR told since', async () => {
    expect(told(await shown())).toEqual(['2026-03-06', undefined]);
    await given.world.facts.roster('1,ann@contoso.example,2020-01-01,2026-03-20');
    const between = await shown();
    expect(told(between)).toEqual(['2026-03-06', '2026-03-20']);
    expect(between.end?.earliest.slice(0, 10)).toBe('2026-03-07');
    await given.world.runAt(march(11));
    expect(told(await shown())).toEqual(['2026-03-20', undefined]);
  });

  it('says all of what HR told since, and by which record', async () => {
    await given.world.facts.roster('1,ann@contoso.example,2020-01-01,');
    const { rows } = await given.db.owner.query<{ id: string }>(
      'select period.record_id as id from employment_period as period where period.workspace_id = $1',
      [given.world.facts.workspaceId],
    );
    expect((await shown()).period.toldSince).toEqual({
      startDate: '2020-01-01',
      endDate: null,
      lastDay: null,
      endedBetween: null,
      timeZone: 'UTC',
      site: null,
      workerType: 'employee',
      hrRecordedAt: null,
      record: rows[0]?.id,
    });
  });

  it('is said of one finding as of a list, and in a file', async () => {
    await given.world.facts.roster(ann('2026-03-20'));
    const { id } = await shown();
    const one = (await (await fetch(`${given.world.server.url}/findings/${id}`)).json()) as { finding: Shown };
    expect(told(one.finding)).toEqual(['2026-03-06', '2026-03-20']);
    const file = await (await fetch(`${given.world.server.url}/findings`, { headers: { accept: 'text/csv' } })).text();
    const [head = '', line = ''] = file.split('\r\n');
    const place = head.split(',').indexOf('hr_changed_since');
    expect([place > 0, line.split(',').includes('2026-03-06'), line.includes('2026-03-20')]).toEqual([true, true, false]);
    expect(file).toContain('true');
  });

  it('is not what an import brought that a run had judged before', async () => {
    await runAcross(march(11), () => given.world.facts.roster(ann('2026-03-20')));
    expect(told(await shown())).toEqual(['2026-03-06', '2026-03-20']);
    const then = await shown(`?asOf=${march(11, 0.5)}`);
    expect(told(then)).toEqual(['2026-03-06', undefined]);
    await given.world.runAt(march(12));
    expect(told(await shown())).toEqual(['2026-03-20', undefined]);
    expect(await shown(`?asOf=${march(11, 0.5)}`)).toEqual(then);
  });

  it('is the word between two others where a run judged by that one', async () => {
    await given.world.facts.roster(ann('2026-03-08'));
    await runAcross(march(11), () => given.world.facts.roster(ann('2026-03-20')));
    expect(told(await shown())).toEqual(['2026-03-08', '2026-03-20']);
    await given.world.runAt(march(12));
    expect(told(await shown(`?asOf=${march(10, 1)}`))).toEqual(['2026-03-06', undefined]);
    expect(told(await shown(`?asOf=${march(11, 0.5)}`))).toEqual(['2026-03-08', undefined]);
  });

  it('keeps to the time zone that the workspace had, where HR gives none', async () => {
    await given.db.owner.query('update employment_period set time_zone = null where workspace_id = $1', [given.world.facts.workspaceId]);
    await given.world.runAt(march(11));
    const before = await shown();
    await given.db.owner.query("update workspace set time_zone = 'Asia/Tokyo' where workspace_id = $1", [given.world.facts.workspaceId]);
    expect(await shown()).toEqual(before);
    await given.world.runAt(march(12));
    expect(await shown()).not.toEqual(before);
  });
});
