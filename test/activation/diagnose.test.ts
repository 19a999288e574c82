import { describe, expect, it } from '@jest/globals';
import { diagnose, firstProblem } from '../../src/activation/diagnose.ts';
import type { AssignmentFacts, DiagnosisFacts } from '../../src/activation/diagnosis.ts';
import { DAY_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';

const at = '2026-03-03T09:00:00.000Z' as Instant;
const assignments: AssignmentFacts = { assignments: 2, people: 10, nestedOnly: 0, disabled: 0, notProvisioned: 0, notAssigned: 0 };
const healthy: DiagnosisFacts = {
  at,
  switchState: 'on',
  since: plusMs(at, -DAY_MS),
  liveCredentials: 1,
  credentialsEndAt: null,
  sign: 'taken',
  lastRequestAt: plusMs(at, -30 * MINUTE_MS),
  rejections: [],
  users: { live: 10, active: 10, withoutObjectId: 0, withoutKnownRole: 0 },
  assignments,
  leaversActive: 0,
  witness: { entries: 3, successesWithoutRequest: 0, requestsDespiteFailure: 0 },
  job: {
    kind: 'seen',
    job: {
      scheduleState: 'Active',
      status: 'Active',
      quarantine: null,
      baseAddress: 'https://rollcall.example/workspaces/w/scim/v2/?aadOptscim062020',
      skipOutOfScopeDeletions: false,
      schema: {},
    },
  },
  mappings: [],
  tenantUrl: 'https://rollcall.example/workspaces/w/scim/v2',
};
const JOB_CHECKS = [
  'job-is-active',
  'job-is-not-in-quarantine',
  'deletions-are-not-held-back',
  'tenant-url-is-ours',
  'out-of-scope-is-deactivated',
  'mappings-are-right',
];
const rejection = { method: 'POST', status: 409, scimType: 'uniqueness', detail: 'Another user.', count: 3, lastAt: at };

const statesOf = (facts: DiagnosisFacts) => Object.fromEntries(diagnose(facts).map(({ check, state }) => [check, state]));
const problemsOf = (facts: DiagnosisFacts) => diagnose(facts).flatMap(({ check, state }) => (state === 'problem' ? [check] : []));

describe('the diagnosis of a workspace', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(new Set(Object.values(statesOf(healthy)))).toEqual(new Set(['ok']));
    expect(firstProblem(diagnose(healthy))).toBeUndefined();
  });

  it.each([
    { name: 'no connection names the application', job: { kind: 'unknown' }, permission: 'Synchronization.Read.All' },
    { name: 'the permission is missing', job: { kind: 'refused', because: 'permission-missing' }, permission: 'Synchronization.Read.All' },
    { name: 'Graph cannot be reached', job: { kind: 'refused', because: 'unreachable' }, permission: null },
  ] as const)('says of the job what it cannot see, and by which permission it could, where $name (I10)', ({ job, permission }) => {
    const unseen = diagnose({ ...healthy, job, mappings: undefined }).filter(({ state }) => state === 'unseen');
    expect(unseen.map(({ check }) => check)).toEqual(JOB_CHECKS);
    expect(new Set(unseen.map((check) => check.permission))).toEqual(new Set([permission]));
  });

  it('says that provisioning was never configured', () => {
    expect(problemsOf({ ...healthy, job: { kind: 'none' } })).toEqual(JOB_CHECKS);
  });

  it.each<{ name: string; given: Partial<DiagnosisFacts>; expected: readonly string[] }>([
    { name: 'a switch that is off', given: { switchState: 'off' }, expected: ['switch-is-on'] },
    { name: 'no live credential', given: { liveCredentials: 0 }, expected: ['credential-is-live'] },
    {
      name: 'a credential that ends within a month',
      given: { credentialsEndAt: plusMs(at, 29 * DAY_MS) },
      expected: ['credential-is-live'],
    },
    { name: 'a credential that ends later', given: { credentialsEndAt: plusMs(at, 30 * DAY_MS) }, expected: [] },
    { name: 'nobody who ever called', given: { sign: 'silent', lastRequestAt: null }, expected: ['requests-arrive'] },
    { name: 'nothing but Test Connection', given: { sign: 'probed', lastRequestAt: plusMs(at, -DAY_MS) }, expected: ['requests-arrive'] },
    {
      name: 'look-ups without anybody sent',
      given: { sign: 'looking', users: { ...healthy.users, live: 0, active: 0 } },
      expected: ['users-are-sent'],
    },
    { name: 'look-ups where everybody is there already', given: { sign: 'looking' }, expected: [] },
    { name: 'refused requests', given: { sign: 'refused', rejections: [rejection] }, expected: ['users-are-taken'] },
    { name: 'silence longer than three cycles', given: { lastRequestAt: plusMs(at, -120 * MINUTE_MS) }, expected: ['no-silence'] },
    { name: 'silence of nearly three cycles', given: { lastRequestAt: plusMs(at, -120 * MINUTE_MS + 1) }, expected: [] },
    {
      name: 'successes of which nothing arrived',
      given: { witness: { entries: 3, successesWithoutRequest: 1, requestsDespiteFailure: 0 } },
      expected: ['entra-says-the-same'],
    },
    {
      name: 'requests that Entra calls failed',
      given: { witness: { entries: 3, successesWithoutRequest: 0, requestsDespiteFailure: 1 } },
      expected: ['entra-says-the-same'],
    },
    { name: 'nobody assigned', given: { assignments: { ...assignments, assignments: 0, people: 0 } }, expected: ['assignments-exist'] },
    { name: 'people in nested groups alone', given: { assignments: { ...assignments, nestedOnly: 4 } }, expected: ['no-nested-groups'] },
    {
      name: 'assigned people who are disabled',
      given: { assignments: { ...assignments, disabled: 1 } },
      expected: ['assigned-are-enabled'],
    },
    {
      name: 'assigned people who were not provisioned',
      given: { assignments: { ...assignments, notProvisioned: 2 } },
      expected: ['assigned-are-provisioned'],
    },
    {
      name: 'provisioned people who are not assigned any more',
      given: { assignments: { ...assignments, notAssigned: 2 } },
      expected: ['unassigned-are-inactive'],
    },
    { name: 'leavers who are active', given: { leaversActive: 1 }, expected: ['leavers-are-inactive'] },
    {
      name: 'externalIds that are no object ids',
      given: { users: { ...healthy.users, withoutObjectId: 9 } },
      expected: ['external-id-is-object-id'],
    },
    { name: 'claims of unknown roles', given: { users: { ...healthy.users, withoutKnownRole: 1 } }, expected: ['roles-are-known'] },
  ])('names $name', ({ given, expected }) => {
    expect(problemsOf({ ...healthy, ...given })).toEqual(expected);
  });

  it('speaks of one as of one, and of several as of several', () => {
    const of = (count: number) => ({
      ...healthy,
      assignments: { ...assignments, nestedOnly: count, disabled: count, notProvisioned: count, notAssigned: count },
      users: { ...healthy.users, withoutObjectId: count, withoutKnownRole: count },
      leaversActive: count,
    });
    const details = (count: number) => diagnose(of(count)).flatMap(({ detail, state }) => (state === 'problem' ? [detail] : []));
    const begin = (...beginnings: readonly string[]) => beginnings.map((beginning) => expect.stringMatching(`^${beginning} `));
    expect(details(1)).toEqual(
      begin(
        '1 person is in',
        '1 of those who are assigned is',
        '1 of 10 who are assigned and enabled is no',
        '1 active SCIM user is',
        '1 active SCIM user has',
        '1 of 10 active SCIM users has',
        '1 active SCIM user claims',
      ),
    );
    expect(details(2)).toEqual(
      begin(
        '2 people are in',
        '2 of those who are assigned are',
        '2 of 10 who are assigned and enabled are no',
        '2 active SCIM users are',
        '2 active SCIM users have',
        '2 of 10 active SCIM users have',
        '2 active SCIM users claim',
      ),
    );
  });

  it('says that it cannot see whom no directory has told it of, and never that all is well (I10)', () => {
    const states = statesOf({ ...healthy, assignments: undefined, leaversActive: undefined });
    for (const check of ['assignments-exist', 'no-nested-groups', 'assigned-are-provisioned', 'leavers-are-inactive']) {
      expect([check, states[check]]).toEqual([check, 'unseen']);
    }
  });

  it('puts what one would look at first first, and says what to do about each', () => {
    const all = diagnose({ ...healthy, switchState: 'off', liveCredentials: 0, sign: 'silent', rejections: [rejection] });
    expect(firstProblem(all)?.check).toBe('switch-is-on');
    for (const { detail, remedy, state } of all) {
      expect(detail).toMatch(/[.’]$|^.*Another user\.$/);
      if (state !== 'ok') expect(remedy).toMatch(/[.]$/);
    }
  });
});
