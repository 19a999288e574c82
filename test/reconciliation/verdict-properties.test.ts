import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import type { Evaluation } from '../../src/reconciliation/evaluation.ts';
import { chapters } from './stories/chapters.ts';
import { type DirectoryAccount, JUDGED_AT, type ScimUser, type Seen, type Story, friday } from './stories/story.ts';
import { instantAt, playStory } from './stories/play-story.ts';

const stories = chapters.flatMap((chapter) => chapter.stories).map((story) => ({ story }));

/** What a verdict comes to, whatever the order in which it was read. */
function comesTo(evaluation: Evaluation | 'continued') {
  if (evaluation === 'continued') return evaluation;
  const { decision, sentence, vector, end, deadline } = evaluation;
  return { decision, sentence, vector, end, deadline };
}

/** The user of a story whose directory accounts stand in the other order. */
function carryingBackwards({ carries, ...user }: ScimUser, { directory = [] }: Story): ScimUser {
  return carries === undefined ? user : { ...user, carries: directory.length + 1 - carries === 1 ? 1 : 2 };
}

const orders = <Each>(items: readonly Each[]) => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe('the order in which accounts are read', () => {
  const several = [
    {
      seen: [
        { is: 'enabled', from: '2026-01-05 08:00', until: '2026-03-07 02:00' },
        { is: 'disabled', from: '2026-03-07 03:00' },
      ],
    },
    {
      seen: [
        { is: 'enabled', from: '2026-01-05 08:00', until: '2026-03-07 19:00' },
        { is: 'disabled', from: '2026-03-07 20:00' },
      ],
    },
    { seen: [{ is: 'disabled', from: '2026-03-09 20:00' }] },
    { seen: [{ is: 'enabled', from: '2026-01-05 08:00' }] },
    { link: 'candidate', seen: [{ is: 'enabled', from: '2026-01-05 08:00' }] },
    { seen: [{ is: 'vanished', from: '2026-03-01 08:00' }] },
  ] as const satisfies readonly DirectoryAccount[];
  const users = [
    {
      became: [
        { is: 'active', at: '2026-01-05 08:00' },
        { is: 'inactive', at: '2026-03-07 01:00' },
      ],
    },
    {
      became: [
        { is: 'active', at: '2026-01-05 08:00' },
        { is: 'inactive', at: '2026-03-07 02:00' },
      ],
    },
    {
      became: [
        { is: 'active', at: '2026-01-05 08:00' },
        { is: 'deleted', at: '2026-03-09 02:00' },
      ],
    },
  ] as const satisfies readonly ScimUser[];

  it('changes nothing of a person with any of several accounts', () => {
    const person = fc.record({ directory: fc.subarray([...several]), scim: fc.subarray([...users]) });
    fc.assert(
      fc.property(
        person.chain((given) => fc.record({ given: fc.constant(given), directory: orders(given.directory), scim: orders(given.scim) })),
        ({ given, directory, scim }) => {
          const story = { title: '', hr: [friday], verdict: 'continued' } as const;
          expect(comesTo(playStory({ ...story, directory, scim }))).toEqual(comesTo(playStory({ ...story, ...given })));
        },
      ),
    );
  });

  it.each(stories)('changes nothing of a story: $story.title', ({ story }) => {
    const backwards: Story = {
      ...story,
      ...(story.directory === undefined ? {} : { directory: story.directory.toReversed() }),
      ...(story.scim === undefined ? {} : { scim: story.scim.toReversed().map((user) => carryingBackwards(user, story)) }),
    };
    expect(comesTo(playStory(backwards))).toEqual(comesTo(playStory(story)));
  });
});

describe('looking more often', () => {
  const end = instantAt('2026-03-07 00:00');
  /** Quarters of an hour from two days before the end to the last look before the verdict. */
  const quarters = fc.integer({ min: -48 * 4, max: 82 * 4 });
  const momentAt = (quarter: number) => plusMs(end, quarter * 15 * MINUTE_MS);

  type Colour = 'pass' | 'fail' | 'doubt';

  /** The verdict by looks at an account that was enabled until one instant and disabled from then on. */
  function colourBy(looks: readonly number[], endedAt: number): Colour {
    const seen = seenBy(
      [...new Set(looks)].sort((a, b) => a - b),
      endedAt,
    );
    const last = Math.max(...looks);
    const story: Story = {
      title: '',
      hr: [friday],
      directory: [{ seen }],
      connections: [{ lastLook: textOf(momentAt(last)) }],
      judgedAt: JUDGED_AT,
      verdict: 'continued',
    };
    const evaluation = playStory(story);
    if (evaluation === 'continued') throw new Error('nobody came back');
    const { effect } = evaluation.decision.primary;
    return effect === 'PASS' ? 'pass' : effect === 'FAIL' ? 'fail' : 'doubt';
  }

  function seenBy(looks: readonly number[], endedAt: number): readonly Seen[] {
    const stretch = (is: Seen['is'], at: readonly number[], goesOn: boolean): readonly Seen[] => {
      const [first, last] = [at[0], at.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [{ is, from: textOf(momentAt(first)), ...(goesOn ? {} : { until: textOf(momentAt(last)) }) }];
    };
    const [before, after] = [looks.filter((look) => look < endedAt), looks.filter((look) => look >= endedAt)];
    return [...stretch('enabled', before, after.length === 0), ...stretch('disabled', after, true)];
  }

  const textOf = (instant: Instant) => instant.slice(0, 19).replace('T', ' ');

  it('never turns a pass into a failure or back: only doubt gives way (I10)', () => {
    const looks = fc.uniqueArray(quarters, { minLength: 1, maxLength: 6 });
    const seenColours = new Set<string>();
    fc.assert(
      fc.property(looks, looks, quarters, (few, more, endedAt) => {
        const [by, byMore] = [colourBy(few, endedAt), colourBy([...few, ...more], endedAt)];
        seenColours.add(`${by} ${byMore}`);
        expect(by === 'doubt' || by === byMore).toBe(true);
      }),
      { numRuns: 400, seed: 1 },
    );
    // The property says something only where each of them comes about.
    expect([...seenColours].sort()).toEqual(['doubt doubt', 'doubt fail', 'doubt pass', 'fail fail', 'pass pass']);
  });

  it('narrows a doubt to certainty where looks lie close around the deadline', () => {
    const deadline = 24 * 4;
    expect([colourBy([0, 300], 90), colourBy([0, 80, 92, 300], 90)]).toEqual(['doubt', 'pass']);
    expect([colourBy([0, 300], 110), colourBy([0, deadline + 1, 112, 300], 110)]).toEqual(['doubt', 'fail']);
  });
});
