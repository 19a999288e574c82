import { describe, expect, it } from '@jest/globals';
import { HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { eachTest } from './each-test.ts';
import { NOW, type StretchGiven } from './facts.ts';
import { inTime, late, REASON, leaverAndColleague } from './leaver-and-colleague.ts';

const given = eachTest(leaverAndColleague);

/** Ann's account, off after her end, goes to Ben by his employee id. */
async function passedOn(stretches: readonly StretchGiven[]): Promise<string> {
  const accountId = await given.world.annLeft(stretches);
  await given.world.verdictsOf('1');
  await given.db.owner.query("update directory_account set employee_id = '2' where workspace_id = $1 and account_id = $2", [
    given.world.facts.workspaceId,
    accountId,
  ]);
  await given.world.verdictsOf('1');
  await given.world.lookAt(plusMs(NOW, HOUR_MS));
  return accountId;
}

async function barred(accountId: string): Promise<void> {
  await given.world.approve(await given.world.asked(accountId, 'unlink'));
}

const barredLine = (accountId: string) => ({
  accountId,
  standing: 'barred',
  matchRule: 'M3',
  taken: { because: 'barred', at: plusMs(NOW, HOUR_MS), requestedBy: 'administrator:one', approvedBy: 'administrator:two', reason: REASON },
});

describe('an account that went to somebody else by rule after its leaver had gone', () => {
  it('stays on the leaver’s line when two people say that it never was theirs: no failure, and no clean slate (I10)', async () => {
    const accountId = await passedOn(late);
    expect(await given.world.verdictsOf('1')).toEqual(['L05 FAIL']);
    await barred(accountId);
    expect(await given.world.verdictsOf('1')).toEqual(['X06 INSUF']);
    const { sentence, systems } = await given.world.annsUnit();
    expect(systems[0]).toMatchObject({ ...barredLine(accountId), judged: { outcome: 'LATE' } });
    expect(sentence).toContain('Listed and not counted: 1 account');
    expect(await given.world.verdictsOf('2')).toEqual(['S13 INFO']);
  });

  it('leaves no doubt there where its access is proven to have ended in time, and is named all the same', async () => {
    const accountId = await passedOn(inTime);
    expect(await given.world.verdictsOf('1')).toEqual(['L12 PASS']);
    await barred(accountId);
    expect(await given.world.verdictsOf('1')).toEqual(['L10 N/A']);
    expect((await given.world.annsUnit()).systems[0]).toMatchObject({ ...barredLine(accountId), judged: { outcome: 'IN_TIME' } });
  });

  it('counts for the leaver as it did when two people class it as nobody’s own, which takes it from whoever has it', async () => {
    const accountId = await passedOn(late);
    await given.world.classed(accountId);
    expect(await given.world.verdictsOf('1')).toEqual(['L05 FAIL']);
    expect((await given.world.annsUnit()).systems[0]).toMatchObject({ accountId, standing: 'linked', judged: { outcome: 'LATE' } });
  });

  it('is listed once in a report, with the records of the decision, and counted by the test', async () => {
    const accountId = await passedOn(late);
    await barred(accountId);
    await given.world.verdictsOf('1');
    const { takenAccounts } = await given.world.population();
    expect(takenAccounts).toMatchObject([{ because: 'barred', accountId, person: { employeeId: '1' }, approvedBy: 'administrator:two' }]);
    const { evidence } = await given.world.annsUnit();
    expect(evidence).toEqual(expect.arrayContaining([takenAccounts[0]?.recordIds[0]]));
    expect(await given.world.testOf('terminated-people-are-deactivated')).toMatchObject({
      verdict: 'INSUFFICIENT',
      sentence: expect.stringContaining('Of 1 of them a human took an account after the employment had ended'),
    });
  });

  it('is theirs to fail by once the bar is lifted by a link by hand', async () => {
    const accountId = await passedOn(late);
    await barred(accountId);
    expect(await given.world.verdictsOf('1')).toEqual(['X06 INSUF']);
    await given.world.decide(accountId, 'link');
    expect(await given.world.verdictsOf('1')).toEqual(['L05 FAIL']);
  });
});
