import { describe, expect, it } from '@jest/globals';
import { DAY_MS, type Instant, plusMs } from '../../src/kernel/index.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { decideListing } from '../../src/roster/decide-listing.ts';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, LONG_AGO, march, NOW } from './facts.ts';
import { servedAtNow } from './served-workspace.ts';

interface Answer {
  readonly test: {
    readonly verdict: string;
    readonly of: number;
    readonly sentence: string;
    readonly doubts: readonly { readonly code: string; readonly detail: string }[];
  };
}

const LEAVERS = 'terminated-people-are-deactivated';
const MARCH = '?from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z';
const FEBRUARY = '?from=2026-02-01T00:00:00Z&to=2026-03-01T00:00:00Z';

const given = eachTest(servedAtNow);

const get = async (path: string): Promise<unknown> => (await fetch(given.world.server.url + path)).json();
const ask = async (period = '') => ((await get(`/tests/${LEAVERS}${period}`)) as Answer).test;

/** What HR told is judged, and a minute passes. */
async function told(...rows: readonly string[]): Promise<Instant> {
  const at = given.world.clock.now();
  await given.world.facts.roster(...rows);
  given.world.clock.advance(1_000);
  await reconcile(given.world.deps, given.world.facts.workspaceId, 'system', 'changes');
  given.world.clock.advance(60_000);
  return at;
}

const flags = async () =>
  ((await get('/findings')) as { findings: readonly { flags: readonly object[] }[] }).findings.flatMap((finding) => finding.flags);

describe('an end by which somebody was judged, and that HR takes back', () => {
  const stillThere = { ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] } as const;

  it.each([
    { name: 'taken back', later: [ann('')], of: 0 },
    { name: 'moved to a day ahead', later: [ann('2026-03-31')], of: 0 },
    { name: 'moved to a later day that has passed, too', later: [ann('2026-03-08')], of: 1 },
    {
      name: 'passed over by an employment that began on the day after',
      later: [ann('2026-03-06'), '1,ann@contoso.example,2026-03-07,'],
      of: 0,
    },
  ])('is said beside the answer, with the failure that went with it: $name', async ({ later, of }) => {
    await given.world.facts.account(stillThere);
    await told(ann('2026-03-06'));
    expect(await ask()).toMatchObject({ verdict: 'FAIL', of: 1, sentence: expect.not.stringContaining('taken back') });
    await told(...later);
    const said = /HR has taken back, or moved to a later day, the end of 1 employment .*; 1 had failed by that/;
    expect(await ask()).toMatchObject({ of, sentence: expect.stringMatching(said) });
    expect((await ask(MARCH)).sentence).toMatch(said);
    expect((await ask(FEBRUARY)).sentence).not.toMatch(said);
  });

  it('is a flag of what is said of the holder now, with when HR told otherwise and the end that was', async () => {
    const { accountId } = await given.world.facts.account(stillThere);
    await told(ann('2026-03-06'));
    expect(await flags()).toEqual([]);
    const at = await told(ann(''));
    expect(await flags()).toEqual([{ kind: 'end-taken-back', accountId, at, endedAt: march(7), entry: null }]);
  });

  it('says so where access had ended in time, too, and that nothing had failed', async () => {
    await given.world.facts.account({
      ...annsAccount,
      stretches: [
        { state: 'enabled', from: LONG_AGO, to: march(7, 4) },
        { state: 'disabled', from: march(7, 4), exact: true },
      ],
    });
    await told(ann('2026-03-06'));
    await told(ann(''));
    expect((await ask()).sentence).toMatch(/1 employment by which it had been judged as ended; none had failed by that/);
  });

  it.each([
    { name: 'an end that HR moves to an earlier day', first: '2026-03-06', later: '2026-03-05' },
    { name: 'an end that lies ahead and is taken back', first: '2026-03-20', later: '' },
  ])('is not said of $name', async ({ first, later }) => {
    await given.world.facts.account(stillThere);
    await told(ann(first));
    await told(ann(later));
    expect((await ask()).sentence).not.toContain('taken back');
    expect(await flags()).toEqual([]);
  });

  it('is not said of somebody who was employed again before access had to be gone', async () => {
    given.world.clock.set(march(7, 12));
    await given.world.facts.looked(march(7, 11));
    await given.world.facts.account(stillThere);
    await told(ann('2026-03-06'), '1,ann@contoso.example,2026-03-08,');
    given.world.clock.set(NOW);
    await told();
    expect(await ask()).toMatchObject({ of: 0, sentence: expect.not.stringContaining('taken back') });
  });
});

describe('a last day worked that lies after the end', () => {
  it.each([
    { name: 'is a flag', row: '1,ann@contoso.example,2020-01-01,2026-03-06,2026-03-08', kinds: ['last-day-after-end'] },
    { name: 'is none where it lies before it', row: '1,ann@contoso.example,2020-01-01,2026-03-06,2026-03-05', kinds: [] },
    { name: 'is none where it is the same', row: '1,ann@contoso.example,2020-01-01,2026-03-06,2026-03-06', kinds: [] },
    { name: 'is none where HR names no end date', row: '1,ann@contoso.example,2020-01-01,,2026-03-08', kinds: [] },
  ])('$name', async ({ kinds, row }) => {
    const { accountId } = await given.world.facts.account({ ...annsAccount, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    const at = await told(row);
    expect(await flags()).toEqual(kinds.map((kind) => ({ kind, accountId, at, endedAt: null, entry: null })));
  });
});

describe('somebody whom a roster leaves out, with nobody saying what that means', () => {
  const [dan, eva] = ['4,dan@contoso.example,2020-01-01,', '5,eva@contoso.example,2020-01-01,'];

  it('keeps the test about leavers from a pass until it is said, and judged (I9, I10)', async () => {
    await given.world.facts.everybody([dan, eva]);
    given.world.clock.advance(1_000);
    await given.world.facts.everybody([dan]);
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    expect(await ask()).toMatchObject({ verdict: 'INSUFFICIENT', of: 0, doubts: [{ code: 'roster-leaves-out' }] });
    expect((await ask(MARCH)).doubts).toMatchObject([{ code: 'roster-leaves-out' }]);
    const { rows } = await given.db.owner.query<{ id: string }>("select id from person where workspace_id = $1 and employee_id = '5'", [
      given.world.facts.workspaceId,
    ]);
    const answer = {
      personId: rows[0]?.id ?? '',
      answer: { decision: 'employed' },
      reason: 'asked HR',
      actor: 'administrator:one',
    } as const;
    await decideListing(given.world.deps, given.world.facts.workspaceId, answer);
    expect(await ask()).toMatchObject({ verdict: 'INSUFFICIENT' });
    given.world.clock.advance(1_000);
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system', 'changes');
    expect(await ask()).toMatchObject({ verdict: 'PASS', of: 0, doubts: [] });
  });

  it('is a member of its own where the end that HR had told has come, and no doubt beside it', async () => {
    given.world.clock.set(plusMs(NOW, -6 * DAY_MS));
    await given.world.facts.everybody([dan, `${eva}2026-03-07`]);
    given.world.clock.advance(1_000);
    await given.world.facts.everybody([dan]);
    given.world.clock.set(NOW);
    await reconcile(given.world.deps, given.world.facts.workspaceId, 'system');
    expect(await ask()).toMatchObject({ verdict: 'INSUFFICIENT', of: 1, doubts: [] });
  });
});
