import { describe, expect, it } from '@jest/globals';
import { type Instant, MINUTE_MS, plusMs, type ScimCredentialId } from '../../src/kernel/index.ts';
import { type ActiveMinute, nothing, recogniseCycles } from '../../src/scim/recognise-cycles.ts';

const NOON = '2026-03-03T12:00:00.000Z' as Instant;
const entra = '019cb2ec-fe6d-737f-95d2-5ab702f615fa' as ScimCredentialId;
const other = '019cb2ec-fe6d-7000-8000-000000000001' as ScimCredentialId;

/** What a credential did in the minute so many minutes after noon. */
function at(minute: number, activity: Partial<ActiveMinute>): ActiveMinute {
  return { credentialId: entra, minute: plusMs(NOON, minute * MINUTE_MS), users: null, groups: null, ...nothing, ...activity };
}

function kinds(minutes: readonly ActiveMinute[]) {
  return recogniseCycles(minutes).map(({ kind, startedAt, endedAt }) => `${kind} ${startedAt.slice(11, 16)}–${endedAt.slice(11, 16)}`);
}

const someone: readonly [string, string] = ['a', 'a'];

describe('the cycles in the wire log', () => {
  it.each([
    { name: 'nothing in nothing', minutes: [], expected: [] },
    {
      name: 'one burst across a pause of four silent minutes',
      minutes: [at(0, { reads: 30 }), at(5, { reads: 30 })],
      expected: ['cycle 12:00–12:06'],
    },
    {
      name: 'two bursts across a pause of five silent minutes, the later first',
      minutes: [at(0, { reads: 30 }), at(6, { reads: 30 })],
      expected: ['cycle 12:06–12:07', 'cycle 12:00–12:01'],
    },
    {
      name: 'minutes in whatever order, and in pieces',
      minutes: [at(2, { created: 1, users: ['a', 'b'] }), at(1, { reads: 2 }), at(2, { reads: 2 })],
      expected: ['cycle 12:01–12:03'],
    },
    {
      name: 'the bursts of two credentials apart, however close',
      minutes: [at(0, { reads: 30 }), at(1, { reads: 30, credentialId: other })],
      expected: ['cycle 12:01–12:02', 'cycle 12:00–12:01'],
    },
    {
      name: 'Test Connection: a filter by a GUID that finds nothing (entra-scim-client §1.1)',
      minutes: [at(0, { probes: 2 })],
      expected: ['probe 12:00–12:01'],
    },
    {
      name: 'Test Connection while the configuration is saved, which reads the schemas (entra-scim-client §1.2)',
      minutes: [at(0, { probes: 1, discoveries: 1 })],
      expected: ['probe 12:00–12:01'],
    },
    {
      name: 'no probe in look-ups by objectId: nobody presses the button that often',
      minutes: [at(0, { probes: 5 }), at(1, { probes: 20 })],
      expected: ['cycle 12:00–12:02'],
    },
    {
      name: 'no probe where somebody is read who may exist',
      minutes: [at(0, { probes: 1, reads: 1 })],
      expected: ['on-demand 12:00–12:01'],
    },
    {
      name: 'no probe where a request was refused',
      minutes: [at(0, { probes: 1, refused: 1 })],
      expected: ['on-demand 12:00–12:01'],
    },
    {
      name: 'one user on demand, which takes less than 30 s (entra-scim-client §4.3)',
      minutes: [at(0, { probes: 1, reads: 2 }), at(1, { reads: 1, created: 1, users: someone })],
      expected: ['on-demand 12:00–12:02'],
    },
    {
      name: 'a group with five members on demand (entra-scim-client §10)',
      minutes: [at(0, { probes: 1, reads: 11, created: 1, membersChanged: 5, groups: someone })],
      expected: ['on-demand 12:00–12:01'],
    },
    {
      name: 'a cycle where two users are written, however short it is',
      minutes: [at(0, { created: 2, users: ['a', 'b'] })],
      expected: ['cycle 12:00–12:01'],
    },
    {
      name: 'a cycle where a user is written in each of two minutes, but not the same one',
      minutes: [at(0, { updated: 1, users: ['a', 'a'] }), at(1, { updated: 1, users: ['b', 'b'] })],
      expected: ['cycle 12:00–12:02'],
    },
    {
      name: 'a cycle where it takes longer than a run on demand',
      minutes: [at(0, { reads: 3 }), at(2, { reads: 3 })],
      expected: ['cycle 12:00–12:03'],
    },
    { name: 'a cycle where more is read than one user needs', minutes: [at(0, { reads: 21 })], expected: ['cycle 12:00–12:01'] },
    {
      name: 'a cycle where more is written than one user needs',
      minutes: [at(0, { refused: 13 })],
      expected: ['cycle 12:00–12:01'],
    },
    {
      name: 'small cycles by their interval of 40 minutes (entra-scim-client §4.3)',
      minutes: [at(0, { reads: 2, updated: 1, users: someone }), at(41, { reads: 1 }), at(80, { reads: 1 })],
      expected: ['cycle 13:20–13:21', 'cycle 12:41–12:42', 'cycle 12:00–12:01'],
    },
    {
      name: 'cycles that have nothing to do but to test the connection (entra-scim-client §10)',
      minutes: [at(0, { probes: 1 }), at(40, { probes: 1 }), at(60, { probes: 1 }), at(80, { probes: 1 })],
      expected: ['cycle 13:20–13:21', 'probe 13:00–13:01', 'cycle 12:40–12:41', 'cycle 12:00–12:01'],
    },
    {
      name: 'a run on demand between two cycles',
      minutes: [at(0, { reads: 2 }), at(15, { probes: 1, reads: 2, updated: 1, users: someone }), at(40, { reads: 2 })],
      expected: ['cycle 12:40–12:41', 'on-demand 12:15–12:16', 'cycle 12:00–12:01'],
    },
    {
      name: 'cut every seven days (here at midnight before a Thursday), for the sake of a client that never pauses',
      minutes: [at(36 * 60 - 2, { reads: 30 }), at(36 * 60 - 1, { reads: 30 }), at(36 * 60, { reads: 30 })],
      expected: ['cycle 00:00–00:01', 'cycle 23:58–00:00'],
    },
    {
      name: "no interval between one credential's burst and another's",
      minutes: [at(0, { reads: 2 }), at(40, { reads: 2, credentialId: other })],
      expected: ['on-demand 12:40–12:41', 'on-demand 12:00–12:01'],
    },
  ])('are $name', ({ minutes, expected }) => {
    expect(kinds(minutes)).toEqual(expected);
  });

  it('sum up what came, by what it changed', () => {
    const [cycle] = recogniseCycles([
      at(0, { probes: 1, reads: 40, discoveries: 1, created: 3, deactivated: 1, users: ['a', 'd'], oddities: 2 }),
      at(1, { reads: 2, updated: 4, reactivated: 1, deleted: 1, membersChanged: 2, unchanged: 1, refused: 5, oddities: 1 }),
    ]);
    expect(cycle).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-837f-95d2-5ab702f615fa$/),
      credentialId: entra,
      kind: 'cycle',
      startedAt: NOON,
      endedAt: plusMs(NOON, 2 * MINUTE_MS),
      probes: 1,
      reads: 42,
      discoveries: 1,
      created: 3,
      updated: 4,
      deactivated: 1,
      reactivated: 1,
      deleted: 1,
      membersChanged: 2,
      unchanged: 1,
      refused: 5,
      oddities: 3,
    });
  });

  it('keep their id while they go on, and share it with nobody', () => {
    const begun = [at(0, { reads: 30 }), at(0, { reads: 30, credentialId: other }), at(20, { reads: 30 })];
    const ids = (minutes: readonly ActiveMinute[]) => recogniseCycles(minutes).map(({ id }) => id);
    expect(new Set(ids(begun)).size).toBe(3);
    expect(ids([...begun, at(22, { reads: 1 })])).toEqual(ids(begun));
  });
});
