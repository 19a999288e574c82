import { account, type Chapter, created, enabled, friday, inTime, offInTime, user } from './story.ts';

export const whoseAccount: Chapter = {
  heading: 'Whose account it is, is not settled',
  about:
    'What may be somebody else’s account is listed and not judged, and keeps the person from any all-clear; it takes back nothing that their own account is proven to have failed by.',
  stories: [
    {
      title: 'Two live directory accounts carry the leaver’s employee id',
      hr: [friday],
      directory: [
        { link: 'candidate', ...account(enabled) },
        { link: 'candidate', ...account(enabled) },
      ],
      verdict: {
        rule: 'X03',
        effect: 'INSUF',
        also: ['L07', 'S01'],
        sentence:
          'More than one candidate answers to the same identifier, so whose account it is has not been settled: link or unlink it by hand.',
      },
    },
    {
      title: 'The linked account is proven overdue, and another may be the leaver’s too: what was proven stays proven',
      hr: [friday],
      directory: [account(enabled), { link: 'candidate', ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        also: ['X03'],
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Both linked accounts ended in time, and a third may be the leaver’s too: no pass',
      hr: [friday],
      directory: [offInTime, { link: 'candidate', ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'X03',
        effect: 'INSUF',
        sentence:
          'More than one candidate answers to the same identifier, so whose account it is has not been settled: link or unlink it by hand.',
      },
    },
    {
      title: 'Two SCIM users answer to the identifier of somebody who is still employed',
      hr: [{}],
      directory: [account(enabled)],
      scim: [
        { link: 'candidate', ...user(created) },
        { link: 'candidate', ...user(created) },
      ],
      verdict: {
        rule: 'X03',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'More than one candidate answers to the same identifier, so whose account it is has not been settled: link or unlink it by hand.',
      },
    },
  ],
};
