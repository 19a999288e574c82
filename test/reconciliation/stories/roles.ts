import { account, type Chapter, created, enabled, enabledUntil, user, vanishedFrom } from './story.ts';

export const roles: Chapter = {
  heading: 'Roles',
  about: 'What is to be said of roles stands beside the verdict on access, and never decides it.',
  stories: [
    {
      title: 'The role that SCIM carries is the one that the directory assigns',
      hr: [{}],
      directory: [{ role: 'reviewer', ...account(enabled) }],
      scim: [{ role: 'reviewer', ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'A mover kept the old role since yesterday',
      hr: [{}],
      directory: [{ role: 'reviewer', ...account(enabled) }],
      scim: [{ role: 'admin', roleDiffersSince: '2026-03-09 10:00', ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R01'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role is not the one that the directory assigns, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
      },
    },
    {
      title: 'The role was changed in the directory half an hour ago: provisioning has time to follow',
      hr: [{}],
      directory: [{ role: 'reviewer', ...account(enabled) }],
      scim: [{ role: 'admin', roleDiffersSince: '2026-03-10 11:30', ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R01'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role is not the one that the directory assigns; provisioning has time to follow.',
      },
    },
    {
      title: 'SCIM carries a role that the catalogue does not know',
      hr: [{}],
      directory: [{ role: 'reviewer', ...account(enabled) }],
      scim: [{ role: 'superuser', isUnknownRole: true, ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R02'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use. The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
      },
    },
    {
      title: 'SCIM carries a role, and the assignments are not read',
      hr: [{}],
      connections: [{ readsAssignments: false }],
      directory: [account(enabled)],
      scim: [{ role: 'reviewer', ...user(created) }],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        also: ['R02'],
        sentence:
          'The person is employed, and the directory account and the SCIM user are both in use; whether it is assigned to the application is not known. The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
      },
    },
    {
      title: 'The directory no longer shows the account, nor its groups: whether it still has the role is not known',
      hr: [{}],
      directory: [account(enabledUntil('2026-03-09 06:00'), vanishedFrom('2026-03-09 07:00'))],
      scim: [{ role: 'reviewer', ...user(created) }],
      verdict: {
        rule: 'S02',
        effect: 'INSUF',
        also: ['R02'],
        sentence:
          'The directory account has vanished from what the directory shows; absence does not prove that it was disabled or deleted. The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
      },
    },
  ],
};
