import {
  account,
  type Chapter,
  created,
  deactivated,
  disabledAt,
  disabledFrom,
  enabled,
  enabledUntil,
  friday,
  inTime,
  offInTime,
  user,
  vanishedFrom,
} from './story.ts';

export const inDoubt: Chapter = {
  heading: 'In doubt',
  about: 'What was observed settles nothing, so it is neither a pass nor a failure, and the sentence says what is missing.',
  stories: [
    {
      title:
        'The audit log says that it was disabled two minutes before the deadline, and an answer after it still showed the account enabled',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 00:06'), disabledAt('2026-03-07 23:58'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 1 min after the deadline, perhaps before it: the directory names its end at 2026-03-07T23:58:00.000Z, and use is proven until 2026-03-08T00:01:00.000Z; the two contradict each other, and neither is taken for true.',
      },
    },
    {
      title: 'The deadline lies between the last look that saw it enabled and the first that saw it disabled',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 20:00'), disabledFrom('2026-03-08 04:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 4.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T19:55:00.000Z and first proven unusable at 2026-03-08T04:00:00.000Z, with no proof of anything between.',
      },
    },
    {
      title: 'Nobody looked for two days around the deadline',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-06 20:00'), disabledFrom('2026-03-08 20:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 20.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-06T19:55:00.000Z and first proven unusable at 2026-03-08T20:00:00.000Z, with no proof of anything between.',
      },
    },
    {
      title: 'The first look of all, days after the end, found it disabled: since when, nobody knows',
      hr: [friday],
      directory: [account(disabledFrom('2026-03-09 09:00'))],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 33.0 h after the deadline, perhaps before it: it was never seen usable, and first proven unusable at 2026-03-09T09:00:00.000Z.',
      },
    },
    {
      title: 'A look four minutes after the deadline saw it enabled, which a replica that lags behind may still have said',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 00:04'), disabledFrom('2026-03-08 01:04'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 1.1 h after the deadline, perhaps before it: it was last proven usable at 2026-03-07T23:59:00.000Z and first proven unusable at 2026-03-08T01:04:00.000Z, with no proof of anything between.',
      },
    },
    {
      title: 'A look six minutes after the deadline saw it enabled: more than a replica lags, so that is proof',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 00:06'), disabledFrom('2026-03-08 01:06'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 1 min after the deadline and became unusable at most 1.1 h after it.',
      },
    },
    {
      title: 'An allowance of one hour cannot be proven by looks that are an hour and a half apart',
      hr: [friday],
      policy: { hours: 1 },
      directory: [account(enabledUntil('2026-03-07 00:10'), disabledFrom('2026-03-07 01:40'))],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 40 min after the deadline, perhaps before it: it was last proven usable at 2026-03-07T00:05:00.000Z and first proven unusable at 2026-03-07T01:40:00.000Z, with no proof of anything between.',
      },
    },
    {
      title: 'The same allowance of one hour is proven by the directory’s audit log',
      hr: [friday],
      policy: { hours: 1 },
      directory: [account(enabledUntil('2026-03-07 00:10'), disabledAt('2026-03-07 00:25'))],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The directory account was unusable at most 25 min after the employment ended, 35 min before the deadline.',
      },
    },
    {
      title: 'Past the deadline, and the last look lies before it: the next one decides',
      hr: [friday],
      judgedAt: '2026-03-08 00:30',
      directory: [account(enabled)],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L06',
        effect: 'INSUF',
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and not proven unusable; it was last proven usable at 2026-03-07T23:25:00.000Z; the next complete look decides.',
      },
    },
    {
      title: 'Past the deadline, and the directory has not been read whole for three days',
      hr: [friday],
      connections: [{ lastLook: '2026-03-07 06:00' }],
      directory: [account(enabled)],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-07T05:55:00.000Z.',
      },
    },
    {
      title: 'A directory that stopped being read, after it had shown the account enabled two days past the deadline, has proven that much',
      hr: [{ to: '2026-03-03' }],
      connections: [{ lastLook: '2026-03-07 06:00' }],
      directory: [account(enabled)],
      scim: [user(created, deactivated('2026-03-04 01:00'))],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        also: ['S01'],
        sentence:
          'The directory account was proven usable 53.9 h after the deadline, last at 2026-03-07T05:55:00.000Z, and nothing was seen to end it since.',
      },
    },
    {
      title: 'A directory that was never read whole says nothing, not even that there is no account',
      hr: [friday],
      connections: [{ lastLook: null }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable.',
      },
    },
    {
      title: 'A workspace without any directory cannot say that a leaver’s account is gone',
      hr: [friday],
      connections: [],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable.',
      },
    },
    {
      title: 'The directory no longer shows the account, and nobody knows why: absence is not disablement',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-06 20:00'), vanishedFrom('2026-03-07 02:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S02'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-06T19:55:00.000Z.',
      },
    },
    {
      title: 'Disabled in time, and later no longer shown: that it went in time stays proven, and that nobody sees it now stands beside it',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-07 01:00'), disabledFrom('2026-03-07 02:00', '2026-03-08 02:00'), vanishedFrom('2026-03-08 03:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        also: ['S02'],
        sentence:
          'The directory account was unusable at most 2.0 h after the employment ended, 22.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Disabled the day before the end, and no longer shown by the evening: whether it was off when the person left, nobody saw',
      hr: [friday],
      directory: [
        account(enabledUntil('2026-03-05 10:00'), disabledFrom('2026-03-05 11:00', '2026-03-05 12:00'), vanishedFrom('2026-03-05 18:00')),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S02'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-05T09:55:00.000Z.',
      },
    },
    {
      title: 'Gone in time everywhere, and the directory has not been read since: the pass stands, and so does what is not known of now',
      hr: [friday],
      connections: [{ lastLook: '2026-03-08 06:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        also: ['S01'],
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Gone in time, and the connection removed a day later: it still testifies for what it saw',
      hr: [friday],
      connections: [{ lastLook: '2026-03-09 08:00', removed: '2026-03-09 09:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        also: ['S01'],
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Gone in time in one directory, while a second one was not read since before the end: no pass',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-05 08:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable.',
      },
    },
    {
      title: 'Nor does it become one where the second directory is disconnected afterwards: it was connected when the person left',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-05 08:00', removed: '2026-03-08 09:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable.',
      },
    },
    {
      title: 'A directory that was connected after the end by mistake, never read and disconnected again takes no pass away',
      hr: [friday],
      connections: [{}, { added: '2026-03-08 08:00', lastLook: null, removed: '2026-03-08 09:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Gone in time in the one directory, and never shown by a second one that was read after the end and then disconnected',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-08 08:00', removed: '2026-03-08 09:00' }],
      directory: [offInTime],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title:
        'A second directory was disconnected before the end and last showed an account of theirs enabled: no pass until somebody looks or decides',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-03 08:00', removed: '2026-03-04 09:00' }],
      directory: [offInTime, { ...account(enabled), directory: 2 }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-03T07:55:00.000Z.',
      },
    },
    {
      title: 'An account that was seen off before its directory was disconnected takes no pass away',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-03 08:00', removed: '2026-03-04 09:00' }],
      directory: [offInTime, { ...account(enabledUntil('2026-03-02 08:00'), disabledFrom('2026-03-02 20:00')), directory: 2 }],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'The tenant was disconnected before the end and connected anew after it: it shows the same account off, in time',
      hr: [friday],
      connections: [
        { lastLook: '2026-03-03 08:00', removed: '2026-03-04 09:00' },
        { anew: 1, added: '2026-03-07 04:00' },
      ],
      directory: [
        { ...account(enabled), object: 'a' },
        { ...account(disabledFrom('2026-03-07 05:00')), directory: 2, object: 'a' },
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 5.0 h after the employment ended, 19.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title:
        'Connected anew, the tenant shows the account off that was in use after the deadline when it was disconnected: late, however late',
      hr: [{ to: '2026-03-03' }],
      connections: [
        { lastLook: '2026-03-06 08:00', removed: '2026-03-06 09:00' },
        { anew: 1, added: '2026-03-08 04:00' },
      ],
      directory: [
        { ...account(enabled), object: 'a' },
        { ...account(disabledFrom('2026-03-08 05:00')), directory: 2, object: 'a' },
      ],
      scim: [user(created, deactivated('2026-03-04 01:00'))],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The directory account was still usable 31.9 h after the deadline and became unusable at most 77.0 h after it.',
      },
    },
    {
      title: 'What a tenant was not looked at for when it was disconnected, a look after it was connected anew settles',
      hr: [friday],
      connections: [{}, { lastLook: '2026-03-05 08:00', removed: '2026-03-08 09:00' }, { anew: 2, added: '2026-03-08 10:00' }],
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
