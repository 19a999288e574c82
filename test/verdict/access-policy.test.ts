import { describe, expect, it } from '@jest/globals';
import { readAccessPolicy } from '../../src/verdict/index.ts';
import { ids, policy, policyBody } from './mfa-policies.ts';

const nobody = { users: [], groups: [], roles: [], guests: null };
const nothing = {
  id: '',
  name: '',
  state: null,
  include: nobody,
  exclude: nobody,
  controls: null,
  isForWorkloads: false,
  narrowedBy: ['includeApplications', 'clientAppTypes'],
};

describe('a Conditional Access policy as read from Graph', () => {
  it('names, asks and narrows as its body says', () => {
    expect(policy()).toStrictEqual({
      ...nothing,
      id: ids.policy,
      name: 'A policy',
      state: 'enabled',
      include: { ...nobody, users: ['All'] },
      controls: { operator: 'OR', builtIn: ['mfa'], custom: 0, terms: 0, strength: null },
      narrowedBy: [],
    });
  });

  it.each([
    { of: 'nothing', body: {} },
    { of: 'other kinds', body: { id: 7, displayName: ['x'], state: { is: 'enabled' }, grantControls: null, conditions: { users: 'All' } } },
  ])('names nobody, asks nothing and counts as narrowed where it is made of $of', ({ body }) => {
    expect(readAccessPolicy(body)).toStrictEqual(nothing);
  });

  it('takes controls that say nothing for no demand, and what is no text for a word that nobody knows', () => {
    const controls = { operator: null, builtIn: [], custom: 0, terms: 0, strength: null };
    expect(readAccessPolicy({ grantControls: {} }).controls).toStrictEqual(controls);
    expect(readAccessPolicy({ grantControls: { builtInControls: [7, 'mfa'], authenticationStrength: {} } }).controls).toStrictEqual({
      ...controls,
      builtIn: ['unknownFutureValue', 'mfa'],
      strength: { satisfies: null },
    });
  });

  it('writes ids in lower case, and leaves words as they are', () => {
    const id = ids.globalAdministrator.toUpperCase();
    const includeUsers = [id, 'GuestsOrExternalUsers', `X${id}`, `${id}X`];
    expect(policy({ users: { includeUsers } }).include.users).toEqual([id.toLowerCase(), 'GuestsOrExternalUsers', `X${id}`, `${id}X`]);
  });

  it('says what narrows it: applications first, each in the order of their names', () => {
    const applications = { excludeApplications: ['x'], includeUserActions: ['y'], applicationFilter: { mode: 'exclude' } };
    const conditions = { clientAppTypes: ['browser'], signInRiskLevels: ['high'], platforms: { includePlatforms: ['iOS'] } };
    const { narrowedBy } = readAccessPolicy({
      conditions: { ...conditions, applications: { ...applications, includeApplications: ['All'] } },
    });
    expect(narrowedBy).toEqual([
      'applicationFilter',
      'excludeApplications',
      'includeUserActions',
      'clientAppTypes',
      'platforms',
      'signInRiskLevels',
    ]);
  });

  it('is narrowed by nothing where it is about applications that sign in by themselves', () => {
    const workloads = readAccessPolicy(policyBody({ conditions: { clientApplications: { includeServicePrincipals: ['x'] } } }));
    expect(workloads).toMatchObject({ isForWorkloads: true, narrowedBy: [] });
  });
});
