import { describe, expect, it } from '@jest/globals';
import { eachTest } from './each-test.ts';
import { ann, annsAccount, march } from './facts.ts';
import { BEN, enabled, REASON, leaverAndColleague } from './leaver-and-colleague.ts';

const given = eachTest(leaverAndColleague);

/** Ann has an enabled account, and HR has told by when she leaves, or not. It is the 10th. */
async function annStays(end: string): Promise<string> {
  await given.world.facts.roster(ann(end), BEN);
  const { accountId } = await given.world.facts.account({ ...annsAccount, stretches: enabled });
  await given.world.verdictsOf('1');
  return accountId;
}

const gone = '2026-03-11';
const left = () => given.world.lookAt(march(13, 12));
const linesOf = async () => (await given.world.annsUnit()).systems.filter(({ accountId }) => accountId !== null);

describe('an account that two people took from somebody on the eve of their leaving', () => {
  it.each(['barred', 'classed'] as const)(
    'stands in their finding when it is %s, as it was then, and nothing is judged by it',
    async (because) => {
      const accountId = await annStays(gone);
      if (because === 'barred') await given.world.approve(await given.world.asked(accountId, 'unlink'));
      else await given.world.classed(accountId);
      await given.world.verdictsOf('1');
      await left();
      expect(await given.world.verdictsOf('1')).toEqual(['L10 N/A']);
      expect(await linesOf()).toMatchObject([
        {
          accountId,
          standing: 'released',
          state: 'ENABLED',
          matchRule: 'M3',
          timing: null,
          judged: null,
          taken: { because, requestedBy: 'administrator:one', approvedBy: 'administrator:two', reason: REASON },
        },
      ]);
      const { sentence, evidence } = await given.world.annsUnit();
      expect(sentence).toContain('No account counts as the person’s any more');
      expect(sentence).toContain('Listed and not judged: 1 account that two people took from the person before the employment ended.');
      const [taken] = (await given.world.population()).takenAccounts;
      expect(evidence).toEqual(expect.arrayContaining([taken?.recordIds[0]]));
      expect((await given.world.testOf('terminated-people-are-deactivated'))?.sentence).not.toContain('a human took an account after');
    },
  );

  it('stands there when it was given to somebody else, who has it', async () => {
    const accountId = await annStays(gone);
    await given.world.approve(await given.world.asked(accountId, 'link', { employeeId: '2' }));
    await left();
    expect(await given.world.verdictsOf('1')).toEqual(['L10 N/A']);
    expect(await linesOf()).toMatchObject([{ accountId, standing: 'released', taken: { because: 'moved' } }]);
  });

  it('is no line of theirs where one person could decide it, since nobody knew of an end, nor while they are here', async () => {
    const accountId = await annStays('');
    expect(await given.world.decide(accountId, 'unlink')).toMatchObject({ kind: 'decided' });
    await given.world.facts.roster(ann(gone), BEN);
    expect(await given.world.verdictsOf('1')).toEqual(['S13 INFO']);
    await left();
    expect(await given.world.verdictsOf('1')).toEqual(['L10 N/A']);
    expect(await linesOf()).toEqual([]);
  });

  it('is theirs to fail by when it is given back', async () => {
    const accountId = await annStays(gone);
    await given.world.approve(await given.world.asked(accountId, 'unlink'));
    await given.world.decide(accountId, 'link');
    await left();
    expect(await given.world.verdictsOf('1')).toEqual(['L03 FAIL']);
    expect(await linesOf()).toMatchObject([{ standing: 'linked', taken: null }]);
  });
});
