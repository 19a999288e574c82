import {
  account,
  type Chapter,
  created,
  deactivated,
  disabledFrom,
  enabled,
  enabledUntil,
  friday,
  inTime,
  offInTime,
  user,
} from './story.ts';

export const hrTells: Chapter = {
  heading: 'What HR tells, and when',
  about: 'The end of employment is HR’s word, and never taken from the deactivation that it is compared with.',
  stories: [
    {
      title: 'HR told a week late that somebody had left: late by the end that HR gives, whatever anybody could have known',
      hr: [{ to: '2026-02-27', remark: 'HR told the end only on 2026-03-06; counted from then, the deadline would have been kept' }],
      directory: [account(enabledUntil('2026-03-06 09:00'), disabledFrom('2026-03-06 10:00'))],
      scim: [user(created, deactivated('2026-03-06 10:30'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence:
          'The directory account was still usable 128.9 h after the deadline and became unusable at most 130.0 h after it. The SCIM user was still usable 130.4 h after the deadline and became unusable at most 130.5 h after it.',
      },
    },
    {
      title: 'HR moved the end to an earlier day after the account had been disabled: now it was late',
      hr: [{ to: '2026-03-02', remark: 'HR first gave 2026-03-06' }],
      directory: [account(enabledUntil('2026-03-06 15:00'), disabledFrom('2026-03-06 16:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 62.9 h after the deadline and became unusable at most 64.0 h after it.',
      },
    },
    {
      title: 'HR moved the end to a later day: the person is employed',
      hr: [{ to: '2026-03-31', status: 'notice', remark: 'HR first gave 2026-03-06' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'HR took the end back: the person never left',
      hr: [{ remark: 'HR first gave 2026-03-06, and took it back on 2026-03-05' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'HR took the end back after the accounts had been disabled: somebody works without access',
      hr: [{ remark: 'HR first gave 2026-03-06, and took it back on 2026-03-09' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: { rule: 'S13', effect: 'INFO', sentence: 'The person is employed and has no usable account.' },
    },
    {
      title: 'The last day worked counts, although the contract ends three weeks later',
      hr: [{ to: '2026-03-27', lastDay: '2026-03-06' }],
      directory: [account(enabledUntil('2026-03-09 09:00'), disabledFrom('2026-03-09 10:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 32.9 h after the deadline and became unusable at most 34.0 h after it.',
      },
    },
    {
      title: 'Garden leave is leave: until the end, usable access is a warning',
      hr: [{ to: '2026-03-31', status: 'garden_leave' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: { rule: 'S09', effect: 'WARN', sentence: 'The person is on leave, but an account is usable.' },
    },
    {
      title: 'On garden leave and everything disabled: nothing is usable, and nobody needs it',
      hr: [{ to: '2026-03-31', status: 'garden_leave' }],
      directory: [account(enabledUntil('2026-02-27 16:00'), disabledFrom('2026-02-27 17:00'))],
      scim: [user(created, deactivated('2026-02-27 17:30'))],
      verdict: { rule: 'S14', effect: 'OK', sentence: 'Nothing is usable, and the person is on leave.' },
    },
    {
      title: 'A file of everybody leaves the person out: nobody has ended, until somebody says what it means',
      hr: [{}],
      dropped: '2026-03-03 06:00',
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'X04',
        effect: 'INSUF',
        sentence: 'The latest roster of HR no longer names the person, and nobody has said what that means: ask HR, and answer for them.',
      },
    },
    {
      title: 'Left out although HR had told an end that lies ahead: whether they are employed until then is to be asked',
      hr: [{ to: '2026-12-31' }],
      dropped: '2026-03-03 06:00',
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'X04',
        effect: 'INSUF',
        sentence: 'The latest roster of HR no longer names the person, and nobody has said what that means: ask HR, and answer for them.',
      },
    },
    {
      title:
        'Left out before the end that HR had told, and nobody said what it means: gone in time by that end, but they may have left sooner',
      hr: [friday],
      dropped: '2026-03-03 06:00',
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'X04',
        effect: 'INSUF',
        sentence:
          'HR named an end and left the person out before it, and nobody has said what that means, so that they may have left sooner: ask HR, and answer for them.',
      },
    },
    {
      title: 'Left out before the end that HR had told, and late by that end: late whenever they left',
      hr: [friday],
      dropped: '2026-03-03 06:00',
      scim: [user(created, deactivated('2026-03-09 01:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 24.9 h after the deadline and became unusable at most 25.0 h after it.',
      },
    },
    {
      title: 'Left out on the last day that HR had told: HR had said that they go, and nothing is to be asked',
      hr: [friday],
      dropped: '2026-03-06 06:00',
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Left out of a roster of everybody long before the end that HR had told: ended between two rosters, and still let in',
      hr: [{ leftOutBetween: ['2026-03-06 06:00', '2026-03-07 06:00'], remark: 'HR had told 2026-12-31 before' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'L02',
        effect: 'FAIL',
        sentence:
          'Both accounts outlasted the deadline: The directory account was proven usable 52.9 h after the deadline, last at 2026-03-10T10:55:00.000Z, and nothing was seen to end it since. The SCIM user was proven usable 54.0 h after the deadline, last at 2026-03-10T12:00:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'Declared to be whole, a roster that leaves somebody out ends them between two rosters, and access went before either',
      hr: [{ leftOutBetween: ['2026-03-06 06:00', '2026-03-07 06:00'] }],
      scim: [user(created, deactivated('2026-03-06 05:00'))],
      verdict: { rule: 'L11', effect: 'PASS', sentence: 'The SCIM user was unusable 1.0 h before the employment ended.' },
    },
    {
      title: 'Ended between two rosters, and access gone within a day of the earlier one: in time, whenever it was',
      hr: [{ leftOutBetween: ['2026-03-06 06:00', '2026-03-07 06:00'] }],
      scim: [user(created, deactivated('2026-03-07 05:00'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 23.0 h after the employment ended, 1.0 h before the deadline.',
      },
    },
    {
      title: 'Ended between two rosters, and access gone a day and a half after the earlier one: in doubt',
      hr: [{ leftOutBetween: ['2026-03-06 06:00', '2026-03-07 06:00'] }],
      scim: [user(created, deactivated('2026-03-07 18:00'))],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The SCIM user became unusable at most 12.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T17:59:59.999Z and first proven unusable at 2026-03-07T18:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T06:00:00.000Z and 2026-03-08T06:00:00.000Z, since the end of employment is known no closer.',
      },
    },
    {
      title: 'A contractor without an end date: access that nobody has set an end to',
      hr: [{ worker: 'contractor' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'C01',
        effect: 'WARN',
        also: ['S16'],
        sentence: 'A contractor has no end date: access that nobody has set an end to outlives the contract.',
      },
    },
    {
      title: 'A contractor whose contract was prolonged has an end again, and is employed until then',
      hr: [{ to: '2026-06-30', worker: 'contractor', remark: 'HR first gave 2026-03-06' }],
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: {
        rule: 'S16',
        effect: 'OK',
        sentence: 'The person is employed, and the directory account and the SCIM user are both in use.',
      },
    },
    {
      title: 'A contractor whose contract ended is out in time like anybody',
      hr: [{ ...friday, worker: 'contractor' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
  ],
};
