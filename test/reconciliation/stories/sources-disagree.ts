import {
  account,
  type Chapter,
  created,
  deactivated,
  deleted,
  deletedAt,
  disabledFrom,
  enabled,
  enabledUntil,
  goneFrom,
  restoredAt,
  toldEnabledAt,
  user,
  vanishedFrom,
} from './story.ts';

export const sourcesDisagree: Chapter = {
  heading: 'People who are here, and sources that disagree',
  about: 'Nobody left. What is wrong between the directory and SCIM today is what goes wrong with the next leaver.',
  stories: [
    {
      title: 'Employed, enabled, assigned, active: all sources agree',
      hr: [{}],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'The directory has not been read whole for three days: what it said of somebody employed is no longer known',
      hr: [{}],
      connections: [{ lastLook: '2026-03-07 06:00' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title: 'The account of somebody employed has vanished from what the directory shows',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), vanishedFrom('2026-03-09 07:00'))],
      scim: [user(created)],
      verdict: {
        rule: 'S02',
        effect: 'INSUF',
        sentence:
          'The directory account has vanished from what the directory shows; absence does not prove that it was disabled or deleted.',
      },
    },
    {
      title:
        'Deleted in the directory and restored since, says its audit log, and nobody has looked: that the SCIM user is active may be right',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), deletedAt('2026-03-09 06:30'), restoredAt('2026-03-10 11:30'))],
      scim: [user(created)],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title: 'Disabled in the directory and enabled since, says its audit log, and nobody has looked',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), disabledFrom('2026-03-09 07:00'), toldEnabledAt('2026-03-10 11:30'))],
      scim: [user(created)],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title: 'Deleted in the directory and restored, and the next look showed it disabled: the SCIM user is active by mistake',
      hr: [{}],
      directory: [
        account(
          enabledUntil('2026-03-09 06:00'),
          deletedAt('2026-03-09 06:30', '2026-03-09 09:00'),
          restoredAt('2026-03-09 09:30', '2026-03-09 10:00'),
          disabledFrom('2026-03-09 10:00'),
        ),
      ],
      scim: [user(created)],
      verdict: {
        rule: 'S04',
        effect: 'FAIL',
        sentence: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
      },
    },
    {
      title: 'Deleted in the directory, and still active over SCIM: Entra no longer manages the user',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), deletedAt('2026-03-09 06:30'))],
      scim: [user(created)],
      verdict: {
        rule: 'S03',
        effect: 'FAIL',
        sentence:
          'The directory account is deleted, but the SCIM user is still active: provisioning no longer manages it, so deactivate it by hand.',
      },
    },
    {
      title: 'Disabled in the directory half an hour ago: provisioning has time to follow',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-10 11:00'), disabledFrom('2026-03-10 11:30'))],
      scim: [user(created)],
      connections: [{ lastLook: '2026-03-10 11:30' }],
      verdict: {
        rule: 'S04',
        effect: 'PEND',
        sentence: 'The directory account was disabled a moment ago; the SCIM user is still active, and provisioning has time to follow.',
      },
    },
    {
      title: 'Disabled in the directory since yesterday, and still active over SCIM: provisioning is stale or in quarantine',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), disabledFrom('2026-03-09 07:00'))],
      scim: [user(created)],
      verdict: {
        rule: 'S04',
        effect: 'FAIL',
        sentence: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
      },
    },
    {
      title: 'An active SCIM user of somebody employed for whom no directory ever showed an account',
      hr: [{}],
      scim: [user(created)],
      verdict: { rule: 'S05', effect: 'FAIL', sentence: 'The SCIM user is active, but the directory never showed an account for it.' },
    },
    {
      title: 'No longer assigned and still active: “active” is mapped to the wrong attribute',
      hr: [{}],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created)],
      verdict: {
        rule: 'S06',
        effect: 'FAIL',
        sentence:
          'The SCIM user is active, but the directory account is not assigned to the application: “active” is most likely mapped to accountEnabled, so unassigning never deactivates.',
      },
    },
    {
      title: 'Where the assignments are not read, nothing is said of a missing one, but that it is not known',
      hr: [{}],
      connections: [{ readsAssignments: false }],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use; whether it is assigned to the application is not known.',
      },
    },
    {
      title: 'Somebody who starts next month can sign in already',
      hr: [{ from: '2026-04-01', status: 'prehire' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: { rule: 'S08', effect: 'WARN', sentence: 'The employment has not begun, but the SCIM user is active.' },
    },
    {
      title: 'Deleted when the directory was last read, three days ago, and active over SCIM: it may have been restored since',
      hr: [{}],
      connections: [{ lastLook: '2026-03-07 06:00' }],
      directory: [account(enabledUntil('2026-03-05 06:00'), deletedAt('2026-03-05 07:00'))],
      scim: [user(created)],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title:
        'Somebody was to start last week, HR calls them to come still, and an account is usable: nobody knows whether they ever started',
      hr: [{ from: '2026-03-02', status: 'prehire' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S17',
        effect: 'INSUF',
        sentence:
          'An account is usable, and whether the employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
      },
    },
    {
      title:
        'Somebody was to start last week, HR calls them to come still, and the SCIM user is active without an assignment: that fails either way',
      hr: [{ from: '2026-03-02', status: 'prehire' }],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created)],
      verdict: {
        rule: 'S06',
        effect: 'FAIL',
        also: ['S17'],
        sentence:
          'The SCIM user is active, but the directory account is not assigned to the application: “active” is most likely mapped to accountEnabled, so unassigning never deactivates.',
      },
    },
    {
      title: 'Somebody was to start last week, HR calls them to come still, and has no access',
      hr: [{ from: '2026-03-02', status: 'prehire' }],
      directory: [account(goneFrom('2026-02-20 10:00'))],
      verdict: { rule: 'S14', effect: 'OK', sentence: 'Nothing is usable, and whether the employment has begun is not known.' },
    },
    {
      title: 'Somebody starts tomorrow in a time zone that nobody knows: it may be tomorrow there',
      hr: [{ from: '2026-03-11', zone: 'Nowhere/Nowhere' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S17',
        effect: 'INSUF',
        sentence:
          'An account is usable, and whether the employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
      },
    },
    {
      title: 'On parental leave, and an account is usable',
      hr: [{ status: 'leave' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: { rule: 'S09', effect: 'WARN', sentence: 'The person is on leave, but an account is usable.' },
    },
    {
      title: 'Assigned, and provisioning never made a SCIM user',
      hr: [{}],
      directory: [account(enabled)],
      verdict: {
        rule: 'S10',
        effect: 'WARN',
        sentence: 'The directory account is assigned to the application, but there is no SCIM user for it.',
      },
    },
    {
      title: 'Assigned, and the SCIM user was deleted and not made again',
      hr: [{}],
      directory: [account(enabled)],
      scim: [user(created, deleted('2026-02-20 10:00'))],
      verdict: {
        rule: 'S10',
        effect: 'WARN',
        sentence: 'The directory account is assigned to the application, but there is no SCIM user for it.',
      },
    },
    {
      title: 'Enabled and assigned, and inactive over SCIM',
      hr: [{}],
      directory: [account(enabled)],
      scim: [user(created, deactivated('2026-02-20 10:00'))],
      verdict: {
        rule: 'S11',
        effect: 'WARN',
        sentence: 'The directory account is enabled and assigned to the application, but the SCIM user is inactive.',
      },
    },
    {
      title: 'Unassigned, and deactivated by it, as it should be',
      hr: [{}],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created, deactivated('2026-02-20 10:00'))],
      verdict: {
        rule: 'S12',
        effect: 'OK',
        sentence: 'The directory account is enabled; the SCIM user is deactivated, as the missing assignment asks.',
      },
    },
    {
      title: 'Unassigned, and deleted by it',
      hr: [{}],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created, deleted('2026-02-20 10:00'))],
      verdict: {
        rule: 'S12',
        effect: 'OK',
        sentence: 'The directory account is enabled; the SCIM user is deleted, as the missing assignment asks.',
      },
    },
    {
      title: 'Deactivated, where the assignments are not read: whether it should be is not known',
      hr: [{}],
      connections: [{ readsAssignments: false }],
      directory: [{ assigned: false, ...account(enabled) }],
      scim: [user(created, deactivated('2026-02-20 10:00'))],
      verdict: {
        rule: 'S12',
        effect: 'OK',
        sentence: 'The directory account is enabled, and the SCIM user is deactivated; whether an assignment asks for that is not known.',
      },
    },
    {
      title: 'Employed, and no account anywhere',
      hr: [{}],
      verdict: { rule: 'S13', effect: 'INFO', sentence: 'The person is employed and has no usable account.' },
    },
    {
      title: 'Somebody who starts next month has nothing yet',
      hr: [{ from: '2026-04-01', status: 'prehire' }],
      directory: [account(goneFrom('2026-02-20 10:00'))],
      verdict: { rule: 'S14', effect: 'OK', sentence: 'Nothing is usable, and the employment has not begun.' },
    },
    {
      title: 'Employed, with a directory account and no assignment to the application',
      hr: [{}],
      directory: [{ assigned: false, ...account(enabled) }],
      verdict: { rule: 'S15', effect: 'OK', sentence: 'There is a directory account and no assignment to the application.' },
    },
    {
      title: 'Employed, with a directory account alone, where the assignments are not read',
      hr: [{}],
      connections: [{ readsAssignments: false }],
      directory: [{ assigned: false, ...account(enabled) }],
      verdict: {
        rule: 'S15',
        effect: 'OK',
        sentence: 'There is a directory account and no SCIM user; whether it is assigned to the application is not known.',
      },
    },
  ],
};
