import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import { type Look, readDirectoryAccount } from '../../src/reconciliation/read-account.ts';
import { connect, directoryDeps, openWorld, simulatedTenant, user, type World } from '../directory/simulated-tenant.ts';
import { claimsOf } from './directory-claims.ts';
import { type Truth, truthOf, untruthsOf } from './directory-truth.ts';

const PEOPLE = 4;

/** Between a request and a change in the tenant, in milliseconds. */
const BLINK_MS = 200;

type Change = { readonly who: number; readonly what: 'disable' | 'enable' | 'delete' | 'restore' | 'purge' | 'hide' | 'show' | 'rename' };

type Step =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'wait'; readonly minutes: number }
  | {
      readonly kind: 'run';
      readonly look: 'full' | 'delta';
      readonly fault: object | undefined;
      /** What happens in the tenant while the run is reading, after so many requests: just before the next one, or just after its answer. */
      readonly meanwhile: { readonly after: number; readonly isBefore: boolean; readonly change: Change } | undefined;
    };

const change: fc.Arbitrary<Change> = fc.record({
  who: fc.nat({ max: PEOPLE - 1 }),
  what: fc.constantFrom('disable', 'enable', 'delete', 'restore', 'purge', 'hide', 'show', 'rename'),
});

const fault = fc.constantFrom(
  { kind: 'throttle', times: 2 },
  { kind: 'throttle', times: 1, retryAfter: '900' },
  { kind: 'throttle', after: 4, times: 1, retryAfter: 'date:900' },
  { kind: 'status', status: 403, code: 'AccessDenied', after: 3, times: 1 },
  { kind: 'status', status: 502, code: 'UnknownError', times: 1 },
  { kind: 'truncate', after: 2, times: 1 },
  { kind: 'reset', after: 3, times: 1 },
  { kind: 'gone', times: 1 },
  { kind: 'too-old', times: 1 },
  { kind: 'unknown-state', times: 1 },
  { kind: 'html', status: 403, after: 5, times: 1 },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: change.map((one): Step => ({ kind: 'change', change: one })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 600 }).map((minutes): Step => ({ kind: 'wait', minutes })) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      look: fc.constantFrom('full' as const, 'delta' as const),
      fault: fc.option(fault, { nil: undefined, freq: 2 }),
      meanwhile: fc.option(fc.record({ after: fc.nat({ max: 8 }), isBefore: fc.boolean(), change }), { nil: undefined, freq: 2 }),
    }),
  },
);

const deltaHabits = fc.subarray(['duplicates', 'reversed', 'replays', 'empty-pages', 'forgets-removals', 'late']);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe('the comparison', () => {
  const at = (hour: number) => `2026-03-03T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
  const facts = (state: 'enabled' | 'disabled', from: Instant, to: Instant | null) => ({
    accountId: 'a',
    connectionId: 'c',
    isAssigned: false,
    roleValues: [],
    link: null,
    stretches: [{ state, from, to, isExact: false, recordId: null, exactRecordId: null }],
  });

  it.each([
    { name: 'a disablement that did not happen', given: facts('disabled', at(9), null), isTrue: false },
    { name: 'use that lasted too long', given: facts('enabled', at(8), at(11)), isTrue: false },
    { name: 'a disablement before it happened', given: facts('disabled', at(9), at(11)), isTrue: false },
    { name: 'the truth', given: facts('disabled', at(10), at(11)), isTrue: true },
  ])('knows $name', ({ given, isTrue }) => {
    const truth = truthOf('a', at(8));
    truth.become('disable', at(10));
    expect(untruthsOf(truth, given, []).length === 0).toBe(isTrue);
  });
});

describe('for any history of a tenant, faults and looks', () => {
  it('no interval excludes the truth, and no end of access is claimed that did not happen (I8, I10)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), deltaHabits, async (steps, habits) => {
        const untruths = await play(steps, habits);
        if (untruths.length > 0) throw new Error(untruths.join('\n'));
      }),
      { numRuns: 30, endOnFailure: false },
    );
  }, 300_000);
});

/** Plays a history against a tenant of its own, and returns what was claimed of it that is not true. */
async function play(steps: readonly Step[], habits: readonly string[]): Promise<readonly string[]> {
  const tenant = await simulatedTenant(world);
  const truths: Truth[] = [];
  let meanwhile: { left: number; readonly isBefore: boolean; readonly change: Change } | undefined;
  const apply = async ({ who, what }: Change) => {
    const truth = truths[who];
    if (truth === undefined) return;
    const call = callOf(truth.objectId, what);
    const isDone = await tenant.control(...call).then(
      () => true,
      () => false,
    );
    if (isDone) truth.become(what, world.clock.now());
  };
  const { outbound, ...others } = directoryDeps(world, tenant.url);
  const fetch: typeof outbound.fetch = async (url, request) => {
    const due = meanwhile !== undefined && meanwhile.left-- <= 0 ? meanwhile : undefined;
    if (due === undefined) return outbound.fetch(url, request);
    meanwhile = undefined;
    world.clock.advance(BLINK_MS);
    if (due.isBefore) await apply(due.change);
    const answer = await outbound.fetch(url, request);
    if (!due.isBefore) await apply(due.change);
    world.clock.advance(BLINK_MS);
    return answer;
  };
  const workspace = await connect(
    world,
    { ...others, outbound: { fetch } },
    await tenant.reader(['Directory.Read.All', 'AuditLog.Read.All']),
  );
  try {
    const made = await tenant.createUsers(Array.from({ length: PEOPLE }, (_, n) => user(`p${n}`, { employeeId: String(n) })));
    truths.push(...made.map(({ id }) => truthOf(id, world.clock.now())));
    for (const one of steps) {
      if (one.kind === 'wait') world.clock.advance(one.minutes * MINUTE_MS);
      else if (one.kind === 'change') await apply(one.change);
      else {
        await tenant.control('PUT', '/graph/faults', { delta: habits, faults: one.fault === undefined ? [] : [one.fault] });
        meanwhile = one.meanwhile && { left: one.meanwhile.after, isBefore: one.meanwhile.isBefore, change: one.meanwhile.change };
        await workspace.sync(one.look);
        world.clock.advance(SECOND_MS);
      }
    }
    const claims = await claimsOf(world, workspace.workspaceId, PEOPLE);
    return truths.flatMap((truth) => {
      const facts = claims.accounts.get(truth.objectId);
      return facts === undefined ? [] : untruthsOf(truth, facts, readings(facts, claims.lastCompleteAt));
    });
  } finally {
    await workspace.close();
    await tenant.close();
  }
}

/** The account as reconciliation reads it, for an employment that ended at any of some moments. */
function readings(facts: Parameters<typeof readDirectoryAccount>[0], lastLookAt: Instant | null) {
  const now = world.clock.now();
  if (lastLookAt === null) return [];
  return [0, 2, 6, 24].map((hours) => {
    const end = plusMs(now, -hours * HOUR_MS);
    const range = { earliest: end, latest: end };
    const look: Look = { until: now, lastLookAt, isFresh: true, isOpen: true, leaving: { end: range, deadline: range } };
    return readDirectoryAccount(facts, look).timing;
  });
}

function callOf(id: string, what: Change['what']): readonly [string, string, unknown?] {
  switch (what) {
    case 'disable':
      return ['PATCH', `/users/${id}`, { accountEnabled: false }];
    case 'enable':
      return ['PATCH', `/users/${id}`, { accountEnabled: true }];
    case 'rename':
      return ['PATCH', `/users/${id}`, { displayName: `Renamed ${id.slice(0, 4)}` }];
    case 'delete':
      return ['DELETE', `/users/${id}`];
    case 'restore':
      return ['POST', `/users/${id}/restore`];
    case 'purge':
      return ['DELETE', `/deleted-users/${id}`];
    case 'hide':
      return ['POST', `/users/${id}/withhold`, { withheld: true }];
    default:
      return ['POST', `/users/${id}/withhold`, { withheld: false }];
  }
}
