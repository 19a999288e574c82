import { account, type Chapter, created, deactivated, deletedAt, disabledFrom, enabled, enabledUntil, goneFrom, user } from './story.ts';

const unassigned = { assigned: false, ...account(enabled) };
const off = account(enabledUntil('2026-03-09 05:00'), disabledFrom('2026-03-09 06:00'));
const offAMomentAgo = account(enabledUntil('2026-03-10 10:00'), disabledFrom('2026-03-10 11:30'));

export const severalAccounts: Chapter = {
  heading: 'Several accounts of one person',
  about:
    'An account for every day and one for administration, say. What is right with one excuses nothing of the other, and what is wrong with one is not held against it.',
  stories: [
    {
      title: 'Each of two SCIM users goes with an account that is enabled and assigned',
      hr: [{}],
      directory: [account(enabled), account(enabled)],
      scim: [
        { carries: 1, ...user(created) },
        { carries: 2, ...user(created) },
      ],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title:
        'The account for administration lost its assignment, and its SCIM user stays active: that the other one is assigned excuses nothing',
      hr: [{}],
      directory: [account(enabled), unassigned],
      scim: [
        { carries: 1, ...user(created) },
        { carries: 2, ...user(created) },
      ],
      verdict: {
        rule: 'S06',
        effect: 'FAIL',
        sentence:
          'The SCIM user is active, but the directory account is not assigned to the application: “active” is most likely mapped to accountEnabled, so unassigning never deactivates.',
      },
    },
    {
      title: 'The account for administration was disabled yesterday, and its SCIM user stays active beside one that is well',
      hr: [{}],
      directory: [account(enabled), off],
      scim: [
        { carries: 1, ...user(created) },
        { carries: 2, ...user(created) },
      ],
      verdict: {
        rule: 'S04',
        effect: 'FAIL',
        sentence: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
      },
    },
    {
      title: 'The account for administration is deleted for good, and its SCIM user stays active beside one that is well',
      hr: [{}],
      directory: [account(enabled), account(goneFrom('2026-03-05 06:00'))],
      scim: [{ carries: 2, ...user(created) }],
      verdict: {
        rule: 'S03',
        effect: 'FAIL',
        sentence:
          'The directory account is deleted, but the SCIM user is still active: provisioning no longer manages it, so deactivate it by hand.',
      },
    },
    {
      title:
        'The account for administration was disabled half an hour ago; the other one, which is not assigned and has no SCIM user, fails nothing',
      hr: [{}],
      directory: [unassigned, offAMomentAgo],
      scim: [{ carries: 2, ...user(created) }],
      verdict: {
        rule: 'S04',
        effect: 'PEND',
        sentence: 'The directory account was disabled a moment ago; the SCIM user is still active, and provisioning has time to follow.',
      },
    },
    {
      title: 'The account for every day was disabled half an hour ago; that of the active SCIM user was so yesterday, and has had its time',
      hr: [{}],
      directory: [offAMomentAgo, off],
      scim: [{ carries: 2, ...user(created) }],
      verdict: {
        rule: 'S04',
        effect: 'FAIL',
        sentence: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
      },
    },
    {
      title: 'The SCIM user goes with the account that is assigned; the one for administration is not assigned and has none',
      hr: [{}],
      directory: [account(enabled), unassigned],
      scim: [{ carries: 1, ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title:
        'The account for administration was deleted when its directory was last read, three days ago: it may have been restored, and its SCIM user is in doubt',
      hr: [{}],
      connections: [{}, { lastLook: '2026-03-07 06:00' }],
      directory: [account(enabled), { directory: 2, ...account(enabledUntil('2026-03-05 06:00'), deletedAt('2026-03-05 07:00')) }],
      scim: [
        { carries: 1, ...user(created) },
        { carries: 2, ...user(created) },
      ],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title: 'Nothing says which of two accounts the SCIM user goes with, and only one is assigned: neither a pass nor a failure',
      hr: [{}],
      directory: [account(enabled), unassigned],
      scim: [user(created)],
      verdict: {
        rule: 'S18',
        effect: 'INSUF',
        sentence:
          'The person has several directory accounts that are not alike, and the active SCIM user carries the object id of none: which of them is behind it, and so whether that one is enabled and assigned, is not known.',
      },
    },
    {
      title: 'Nothing says which of two accounts the SCIM user goes with, and both would fail it',
      hr: [{}],
      directory: [unassigned, off],
      scim: [user(created)],
      verdict: {
        rule: 'S04',
        effect: 'FAIL',
        sentence: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
      },
    },
    {
      title: 'An account that is disabled is assigned still, and the one that is enabled is not: nothing waits to be provisioned',
      hr: [{}],
      directory: [unassigned, off],
      scim: [{ carries: 2, ...user(created, deactivated('2026-03-09 07:00')) }],
      verdict: {
        rule: 'S12',
        effect: 'OK',
        sentence: 'The directory account is enabled; the SCIM user is deactivated, as the missing assignment asks.',
      },
    },
    {
      title: 'Each SCIM user has the role that its own account is assigned',
      hr: [{}],
      directory: [
        { role: 'reviewer', ...account(enabled) },
        { role: 'admin', ...account(enabled) },
      ],
      scim: [
        { carries: 1, role: 'reviewer', ...user(created) },
        { carries: 2, role: 'admin', ...user(created) },
      ],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'The SCIM user of every day has the role that only the account for administration is assigned',
      hr: [{}],
      directory: [
        { role: 'reviewer', ...account(enabled) },
        { role: 'admin', ...account(enabled) },
      ],
      scim: [
        { carries: 1, role: 'admin', roleDiffersSince: '2026-03-09 10:00', ...user(created) },
        { carries: 2, role: 'admin', ...user(created) },
      ],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R01'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role is not the one that the directory assigns, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
      },
    },
    {
      title:
        'The SCIM user for administration never got the role that its account is assigned; that the other one has its own excuses nothing',
      hr: [{}],
      directory: [
        { role: 'reviewer', ...account(enabled) },
        { role: 'admin', ...account(enabled) },
      ],
      scim: [
        { carries: 1, role: 'reviewer', ...user(created) },
        { carries: 2, roleDiffersSince: '2026-03-09 10:00', ...user(created) },
      ],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R01'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role is not the one that the directory assigns, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
      },
    },
    {
      title:
        'The role of the SCIM user for administration differs since this run alone: that the other one’s differed since yesterday leaves it the time that provisioning needs',
      hr: [{}],
      directory: [
        { role: 'reviewer', ...account(enabled) },
        { role: 'admin', ...account(enabled) },
      ],
      scim: [
        { carries: 1, role: 'reviewer', roleDiffersSince: '2026-03-09 10:00', ...user(created) },
        { carries: 2, role: 'reviewer', ...user(created) },
      ],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R01'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role is not the one that the directory assigns; provisioning has time to follow.',
      },
    },
    {
      title: 'Nothing says which of two accounts the SCIM user goes with, and only one is assigned its role',
      hr: [{}],
      directory: [
        { role: 'reviewer', ...account(enabled) },
        { role: 'admin', ...account(enabled) },
      ],
      scim: [{ role: 'admin', ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R02'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
      },
    },
  ],
};
