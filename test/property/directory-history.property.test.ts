import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type Instant, MINUTE_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import { REPLICATION_ALLOWANCE_MS } from '../../src/directory/index.ts';
import type { DirectoryFacts } from '../../src/reconciliation/unit-facts.ts';
import { type Look, readDirectoryAccount } from '../../src/reconciliation/read-account.ts';
import { connect, directoryDeps, openWorld, simulatedTenant, user, type World } from '../directory/simulated-tenant.ts';
import { claimsOf } from './directory-claims.ts';
import { unprovenLooks } from './unproven-looks.ts';
import { type Claimed, type Truth, truthOf, untruthsOf } from './directory-truth.ts';

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
      /** A replica that does not know of the change yet answers some of its requests. */
      readonly behind: Behind | undefined;
    };

interface Behind {
  readonly change: Change;
  /** Which answers lag: the recycle bin and the users may come from different replicas. */
  readonly path: string;
  readonly waitSeconds: number;
  readonly after: number;
  readonly requests: number;
}

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

const USERS = '/v1.0/users';
const BIN = '/v1.0/directory/deletedItems';

/** Of anything, in any answers; or of an end or a return, in all that one of the two sources answers. */
const behind: fc.Arbitrary<Behind> = fc.oneof(
  fc.record({
    change,
    path: fc.constantFrom('/v1.0/', USERS, BIN),
    waitSeconds: fc.integer({ min: 1, max: 240 }),
    after: fc.nat({ max: 4 }),
    requests: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    change: fc.record({ who: fc.nat({ max: PEOPLE - 1 }), what: fc.constantFrom('delete', 'restore') }),
    path: fc.constantFrom(USERS, BIN),
    waitSeconds: fc.integer({ min: 1, max: 60 }),
    after: fc.constant(0),
    requests: fc.constant(30),
  }),
);

/** By how much the tenant's clock is ahead of ours, in milliseconds. */
const clockSkew = fc.constantFrom(0, 0, 90 * SECOND_MS, -90 * SECOND_MS, 20 * MINUTE_MS, -20 * MINUTE_MS);

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
      behind: fc.option(behind, { nil: undefined, freq: 2 }),
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
    objectId: null,
    isAssigned: false,
    roles: [],
    link: null,
    linkedBefore: [],
    stretches: [{ state, seenFrom: from, from, to, isExact: false, recordId: null, exactRecordId: null }],
  });

  it.each([
    { name: 'a disablement that did not happen', given: facts('disabled', at(9), null), isTrue: false },
    { name: 'use that lasted too long', given: facts('enabled', at(8), at(11)), isTrue: false },
    { name: 'use that began too late', given: facts('enabled', at(11), null), isTrue: false },
    { name: 'a disablement before it happened', given: facts('disabled', at(9), at(11)), isTrue: false },
    { name: 'the truth', given: facts('disabled', at(10), at(11)), isTrue: true },
  ])('knows $name', ({ given, isTrue }) => {
    const truth = truthOf('a', at(8));
    truth.become('disable', at(10));
    expect(untruthsOf(truth, { facts: given, timings: [], skewMs: 0, until: at(12) }).length === 0).toBe(isTrue);
  });
});

const look = (given: Partial<Step & { kind: 'run' }> = {}): Step => ({
  kind: 'run',
  look: 'full',
  fault: undefined,
  meanwhile: undefined,
  behind: undefined,
  ...given,
});

/** What would be claimed if replicas never lagged and clocks never differed. */
function narrowed({ truth, claimed }: Played): Played {
  const { facts, skewMs } = claimed;
  const off = Math.abs(skewMs);
  const stretches = facts.stretches.map((stretch) => ({
    ...stretch,
    seenFrom: plusMs(stretch.seenFrom, REPLICATION_ALLOWANCE_MS + off),
    from: plusMs(stretch.from, -off),
    to: stretch.to && plusMs(stretch.to, REPLICATION_ALLOWANCE_MS + off),
  }));
  return { truth, claimed: { ...claimed, facts: { ...facts, stretches } } };
}

describe('what an answer proves', () => {
  const disable: Change = { who: 0, what: 'disable' };
  const hour: Step = { kind: 'wait', minutes: 60 };
  const tenMinutes: Step = { kind: 'wait', minutes: 10 };

  it.each<{ name: string; steps: readonly Step[]; skewMs: number }>([
    {
      name: 'a replica was behind',
      steps: [look(), hour, look({ behind: { change: disable, path: '/v1.0/', waitSeconds: 200, after: 0, requests: 30 } }), hour, look()],
      skewMs: 0,
    },
    {
      name: "the tenant's clock was ahead",
      steps: [look(), tenMinutes, { kind: 'change', change: disable }, look()],
      skewMs: 20 * MINUTE_MS,
    },
    {
      name: "the tenant's clock was behind",
      steps: [look(), tenMinutes, { kind: 'change', change: disable }, look()],
      skewMs: -20 * MINUTE_MS,
    },
  ])('is true where $name, and would not be without the allowance for it', async ({ steps, skewMs }) => {
    const played = await play(steps, [], skewMs);
    expect(untruthsIn(played)).toEqual([]);
    expect(untruthsIn(played.map(narrowed))).not.toEqual([]);
  });
});

describe('an account that nobody shows', () => {
  const hour: Step = { kind: 'wait', minutes: 60 };
  const change = (what: Change['what']): Step => ({ kind: 'change', change: { who: 0, what } });
  const lagging = (path: string, what: Change['what']): Behind => ({
    path,
    change: { who: 0, what },
    waitSeconds: 10,
    after: 0,
    requests: 30,
  });

  it.each<{ name: string; steps: readonly Step[]; seen: readonly string[] }>([
    {
      name: 'was deleted, and the recycle bin does not know it yet',
      steps: [look(), hour, look({ behind: lagging(BIN, 'delete') })],
      seen: ['enabled', 'vanished'],
    },
    {
      name: 'was restored, and the users do not know it yet',
      steps: [look(), hour, change('delete'), look(), hour, look({ behind: lagging(USERS, 'restore') })],
      seen: ['enabled', 'soft_deleted', 'vanished'],
    },
    {
      name: 'was restored, as a delta look finds it',
      steps: [look(), hour, change('delete'), look(), hour, look({ look: 'delta', behind: lagging(USERS, 'restore') })],
      seen: ['enabled', 'soft_deleted'],
    },
    {
      name: 'was deleted, as two looks find it that follow each other closely',
      steps: [look(), hour, look({ behind: lagging(BIN, 'delete') }), look({ behind: lagging(BIN, 'rename') })],
      seen: ['enabled', 'vanished', 'soft_deleted'],
    },
    {
      name: 'was purged',
      steps: [look(), hour, change('delete'), change('purge'), look(), look(), hour, look({ look: 'delta' })],
      seen: ['enabled', 'vanished', 'hard_deleted'],
    },
  ])('is not taken for deleted for good before that is proven: it $name (I8)', async ({ steps, seen }) => {
    const [first] = await play(steps, [], 0, ['Directory.Read.All']);
    expect(first?.claimed.facts.stretches.map(({ state }) => state)).toEqual(seen);
    expect(untruthsIn(first === undefined ? [] : [first])).toEqual([]);
  });
});

describe('for any history of a tenant, faults and looks', () => {
  it('no interval excludes the truth, and no end of access is claimed that did not happen (I8, I10)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), deltaHabits, clockSkew, async (steps, habits, skewMs) => {
        const untruths = untruthsIn(await play(steps, habits, skewMs));
        if (untruths.length > 0) throw new Error(untruths.join('\n'));
      }),
      { numRuns: 30, endOnFailure: false },
    );
  }, 300_000);
});

interface Played {
  readonly truth: Truth;
  readonly claimed: Claimed;
}

function untruthsIn(played: readonly Played[]): readonly string[] {
  return played.flatMap(({ truth, claimed }) => untruthsOf(truth, claimed));
}

/**
 * Plays a history against a tenant of its own, and returns what was claimed of it beside what is true. Each complete look confirms what the
 * ledger's records say of every account, to the byte.
 */
async function play(
  steps: readonly Step[],
  habits: readonly string[],
  skewMs: number,
  granted: readonly string[] = ['Directory.Read.All', 'AuditLog.Read.All'],
): Promise<readonly Played[]> {
  const tenant = await simulatedTenant(world, skewMs);
  const now = () => plusMs(world.clock.now(), skewMs);
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
    if (isDone) truth.become(what, now());
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
  const workspace = await connect(world, { ...others, outbound: { fetch } }, await tenant.reader(granted));
  try {
    const made = await tenant.createUsers(Array.from({ length: PEOPLE }, (_, n) => user(`p${n}`, { employeeId: String(n) })));
    truths.push(...made.map(({ id }) => truthOf(id, now())));
    for (const one of steps) {
      if (one.kind === 'wait') world.clock.advance(one.minutes * MINUTE_MS);
      else if (one.kind === 'change') await apply(one.change);
      else {
        const lag = one.behind && { ...lagOf(one.behind), seconds: REPLICATION_ALLOWANCE_MS / SECOND_MS };
        await tenant.control('PUT', '/graph/faults', {
          delta: habits,
          faults: one.fault === undefined ? [] : [one.fault],
          ...(lag && { lag }),
        });
        if (one.behind !== undefined) {
          await apply(one.behind.change);
          world.clock.advance(one.behind.waitSeconds * SECOND_MS);
        }
        meanwhile = one.meanwhile && { left: one.meanwhile.after, isBefore: one.meanwhile.isBefore, change: one.meanwhile.change };
        await workspace.sync(one.look);
        world.clock.advance(SECOND_MS);
      }
    }
    expect(await unprovenLooks(world, workspace.workspaceId)).toEqual([]);
    const claims = await claimsOf(world, workspace.workspaceId, PEOPLE);
    return truths.flatMap((truth) => {
      const facts = claims.accounts.get(truth.objectId);
      const until = plusMs(world.clock.now(), HOUR_MS);
      return facts === undefined
        ? []
        : [{ truth, claimed: { facts, timings: readings(facts, claims.confirmedUntil, until), skewMs, until } }];
    });
  } finally {
    await workspace.close();
    await tenant.close();
  }
}

/** The account as reconciliation reads it, for an employment that ended at any of some moments. */
function readings(facts: DirectoryFacts, confirmedUntil: Instant | null, until: Instant) {
  if (confirmedUntil === null) return [];
  return [0, 2, 6, 24].map((hours) => {
    const end = plusMs(until, -hours * HOUR_MS);
    const range = { earliest: end, latest: end };
    const look: Look = { until, confirmedUntil, isFresh: true, isOpen: true, leaving: { end: range, deadline: range } };
    return readDirectoryAccount(facts, look).timing;
  });
}

/** The stand-in takes no 0. */
function lagOf({ path, after, requests }: Behind) {
  return after === 0 ? { path, requests } : { path, after, requests };
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
