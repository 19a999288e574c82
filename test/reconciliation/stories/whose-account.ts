import {
  account,
  type Chapter,
  created,
  disabledFrom,
  enabled,
  enabledFrom,
  enabledUntil,
  friday,
  inTime,
  offInTime,
  user,
} from './story.ts';

/** Disabled a day and a half after the deadline. */
const offLate = account(enabledUntil('2026-03-09 11:00'), disabledFrom('2026-03-09 12:00'));

/** Disabled in time, and used again since. */
const offAndOn = account(
  enabledUntil('2026-03-07 04:00'),
  disabledFrom('2026-03-07 05:00', '2026-03-08 12:00'),
  enabledFrom('2026-03-08 13:00'),
);

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
          'More than one person, or more than one account of a person, may be meant: one identifier leads to several, or somebody who leaves has the account still whose identifiers name another person by now. Whose account it is has not been settled: link or unlink it by hand.',
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
          'More than one person, or more than one account of a person, may be meant: one identifier leads to several, or somebody who leaves has the account still whose identifiers name another person by now. Whose account it is has not been settled: link or unlink it by hand.',
      },
    },
    {
      title: 'The leaver’s account, disabled late, is said afterwards not to have been theirs: no failure, and no clean slate',
      hr: [friday],
      directory: [{ taken: { by: 'barred', at: '2026-03-10 09:00' }, ...offLate }],
      verdict: {
        rule: 'X06',
        effect: 'INSUF',
        sentence:
          'An account was taken from the person by hand after the employment had ended, and its access is not proven to have ended in time: that it never was theirs is the word of those who decided it, and no source says so. Listed and not counted: 1 account that a human took from the person after the employment had ended.',
      },
    },
    {
      title: 'The leaver’s account is given to somebody who is still employed, after the end: the same doubt',
      hr: [friday],
      directory: [{ taken: { by: 'moved', at: '2026-03-10 09:00' }, ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'X06',
        effect: 'INSUF',
        sentence:
          'An account was taken from the person by hand after the employment had ended, and its access is not proven to have ended in time: that it never was theirs is the word of those who decided it, and no source says so. Listed and not counted: 1 account that a human took from the person after the employment had ended.',
      },
    },
    {
      title: 'An account that is taken from the leaver hides nothing of another that is overdue',
      hr: [friday],
      directory: [{ taken: { by: 'barred', at: '2026-03-10 09:00' }, ...account(enabled) }, account(enabled)],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        also: ['X06'],
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. Listed and not counted: 1 account that a human took from the person after the employment had ended.',
      },
    },
    {
      title: 'The leaver’s account, disabled in time, is said afterwards not to have been theirs: outside the test, and it says so',
      hr: [friday],
      directory: [{ taken: { by: 'barred', at: '2026-03-10 09:00' }, ...offInTime }],
      verdict: {
        rule: 'L10',
        effect: 'N/A',
        sentence:
          'No account counts as the person’s any more, in the directory or in SCIM. Listed and not counted: 1 account that a human took from the person after the employment had ended.',
      },
    },
    {
      title: 'The leaver’s account, disabled in time, is given to somebody else by hand, who uses it since: that is not the leaver’s use',
      hr: [friday],
      directory: [{ taken: { by: 'moved', at: '2026-03-08 09:00' }, ...offAndOn }],
      verdict: {
        rule: 'L10',
        effect: 'N/A',
        sentence:
          'No account counts as the person’s any more, in the directory or in SCIM. Listed and not counted: 1 account that a human took from the person after the employment had ended.',
      },
    },
    {
      title: 'The leaver’s account, disabled in time, is classed as nobody’s own and enabled again: it ended in time',
      hr: [friday],
      directory: [{ taken: { by: 'classed', at: '2026-03-08 09:00' }, ...offAndOn }],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. Counted as when the employment ended: 1 account classed as nobody’s own since.',
      },
    },
    {
      title: 'The leaver’s account is classed as nobody’s own after the end: it counts as it did at the end',
      hr: [friday],
      directory: [{ taken: { by: 'classed', at: '2026-03-08 09:00' }, ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        sentence:
          'The directory account was proven usable 58.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. Counted as when the employment ended: 1 account classed as nobody’s own since.',
      },
    },
    {
      title: 'The account was classed as nobody’s own while the leaver was still employed: it was not theirs at the end, and is listed',
      hr: [friday],
      directory: [{ taken: { by: 'classed', at: '2026-03-02 09:00' }, ...account(enabled) }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline. Listed and not judged: 1 account that two people took from the person before the employment ended.',
      },
    },
    {
      title: 'On the eve of the end two people say that the leaver’s only account is not theirs: outside the test, and it says so',
      hr: [friday],
      directory: [{ taken: { by: 'barred', at: '2026-03-06 09:00' }, ...account(enabled) }],
      verdict: {
        rule: 'L10',
        effect: 'N/A',
        sentence:
          'No account counts as the person’s any more, in the directory or in SCIM. Listed and not judged: 1 account that two people took from the person before the employment ended.',
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
          'More than one person, or more than one account of a person, may be meant: one identifier leads to several, or somebody who leaves has the account still whose identifiers name another person by now. Whose account it is has not been settled: link or unlink it by hand.',
      },
    },
  ],
};
