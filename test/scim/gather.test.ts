import { describe, expect, it } from '@jest/globals';
import { gather } from '../../src/scim/gather.ts';
import { createTurns } from '../../src/scim/take-turns.ts';

/** A statement that waits until it is let go, and keeps what it was asked. */
function heldRuns() {
  const asked: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const run = async (items: readonly number[]) => {
    asked.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (items.includes(13)) throw Object.assign(new Error('unlucky'), { code: '23505' });
    return items.map((item) => item * 2);
  };
  const release = async () => {
    while (gates.length > 0) {
      gates.shift()?.();
      // One turn of the event loop for what was let go to be answered, one for what waited behind it to be asked.
      await nextTurn();
      await nextTurn();
    }
  };
  return { asked, run, release };
}

const nextTurn = () => new Promise(setImmediate);

describe('gathering', () => {
  it('runs a lone request at once, and what arrives meanwhile as one statement behind it', async () => {
    const { asked, run, release } = heldRuns();
    const gatherer = gather({ run, mayRepeat: () => true, maxItems: 3 });
    const lone = gatherer.submit(1);
    await nextTurn();
    expect(asked).toEqual([[1]]);
    const answers = Promise.all([lone, ...[2, 3, 4, 5].map((item) => gatherer.submit(item))]);
    await release();
    expect(await answers).toEqual([2, 4, 6, 8, 10]);
    expect(asked).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('lets only the request fail that made a statement of several fail', async () => {
    const { asked, run, release } = heldRuns();
    const gatherer = gather({ run, mayRepeat: () => true, maxItems: 10 });
    const answers = Promise.allSettled([12, 13, 14].map((item) => gatherer.submit(item)));
    await nextTurn();
    await release();
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(asked).toEqual([[12, 13, 14], [12], [13], [14]]);
  });

  it('repeats nothing that may have happened', async () => {
    const { asked, run, release } = heldRuns();
    const gatherer = gather({ run, mayRepeat: () => false, maxItems: 10 });
    const answers = Promise.allSettled([12, 13].map((item) => gatherer.submit(item)));
    await nextTurn();
    await release();
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toEqual([[12, 13]]);
  });
});

describe('turns', () => {
  it('run one behind the other under one key, also behind a failure, and at once under another', async () => {
    const turns = createTurns();
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise(setImmediate);
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('a fails');
    };
    await Promise.allSettled([turns('x', work('a')), turns('x', work('b')), turns('y', work('c'))]);
    expect(order.slice(0, 2)).toEqual(['a begins', 'c begins']);
    expect(order.filter((event) => !event.startsWith('c'))).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});
