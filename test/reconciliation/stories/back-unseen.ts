import {
  account,
  type Chapter,
  created,
  deletedAt,
  disabledFrom,
  enabledFrom,
  enabledUntil,
  friday,
  inTime,
  restoredAt,
  toldEnabledAt,
  user,
  vanishedFrom,
} from './story.ts';

const deletedInTime = [enabledUntil('2026-03-07 04:00'), deletedAt('2026-03-07 05:00', '2026-03-08 08:00')] as const;

export const backUnseen: Chapter = {
  heading: 'Perhaps back, unseen',
  about:
    'Access had ended, and then the account was restored or enabled, or nobody could see it when the employment ended. Nothing shows whether it was usable then, or until when, so that nothing is a pass for it, and nothing a failure.',
  stories: [
    {
      title: 'Deleted in time, restored on the day after the deadline, and deleted again before anybody looked',
      hr: [friday],
      directory: [account(...deletedInTime, restoredAt('2026-03-08 09:00', '2026-03-08 11:00'), deletedAt('2026-03-08 11:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 11.0 h after the deadline, perhaps before it: it was unusable by 2026-03-07T05:00:00.000Z, was restored at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven unusable again at 2026-03-08T11:00:00.000Z.',
      },
    },
    {
      title: 'The same, with looks every hour: the one hour in which it was restored and deleted again is named',
      hr: [friday],
      directory: [account(...deletedInTime, restoredAt('2026-03-08 08:20', '2026-03-08 08:40'), deletedAt('2026-03-08 08:40'))],
      scim: [user(created, inTime)],
      looks: [
        { at: '2026-03-07 04:00' },
        { at: '2026-03-07 05:30' },
        { at: '2026-03-08 05:00' },
        { at: '2026-03-08 08:00' },
        { at: '2026-03-08 09:00' },
        { at: '2026-03-09 09:00' },
        { at: '2026-03-10 09:00' },
      ],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 8.7 h after the deadline, perhaps before it: it was unusable by 2026-03-07T05:00:00.000Z, was restored at 2026-03-08T08:20:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven unusable again at 2026-03-08T08:40:00.000Z. Nobody looked at the whole directory between 2026-03-08T08:01:00.000Z and 2026-03-08T09:00:00.000Z: no such look was made.',
      },
    },
    {
      title: 'Deleted, restored and deleted again before the deadline: it was gone by then, whatever was in between',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-07 04:00'),
          deletedAt('2026-03-07 05:00', '2026-03-07 08:00'),
          restoredAt('2026-03-07 09:00', '2026-03-07 11:00'),
          deletedAt('2026-03-07 11:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 11.0 h after the employment ended, 13.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title: 'Restored, and found disabled by the next look: whether it was usable in between, nobody saw',
      hr: [friday],
      directory: [account(...deletedInTime, restoredAt('2026-03-08 09:00'), disabledFrom('2026-03-08 12:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 12.0 h after the deadline, perhaps before it: it was unusable by 2026-03-07T05:00:00.000Z, was restored at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven unusable again at 2026-03-08T12:00:00.000Z.',
      },
    },
    {
      title: 'Restored, and found enabled by the next look',
      hr: [friday],
      directory: [account(...deletedInTime, restoredAt('2026-03-08 09:00'), enabledFrom('2026-03-08 12:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L01',
        effect: 'FAIL',
        sentence:
          'The directory account was unusable by 2026-03-07T05:00:00.000Z and proven usable again at 2026-03-08T12:00:00.000Z, after the employment ended at 2026-03-07T00:00:00.000Z.',
      },
    },
    {
      title: 'Restored since the last look: the next one decides',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 04:00'), deletedAt('2026-03-07 05:00'), restoredAt('2026-03-10 11:30'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L06',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and not proven unusable; it was last proven usable at 2026-03-07T03:55:00.000Z, was unusable by 2026-03-07T05:00:00.000Z, and was restored at 2026-03-10T11:30:00.000Z by the directory’s audit log, which does not say whether it was enabled; the next complete look decides.',
      },
    },
    {
      title: 'Deleted too late, and restored since the last look: it was in use after the deadline, whatever it is now',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-08 06:00'), deletedAt('2026-03-08 08:00'), restoredAt('2026-03-10 11:30'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L03',
        effect: 'FAIL',
        also: ['S01'],
        sentence:
          'The directory account was proven usable 5.9 h after the deadline, last at 2026-03-08T05:55:00.000Z, was unusable by 2026-03-08T08:00:00.000Z, and was restored at 2026-03-10T11:30:00.000Z by the directory’s audit log, which does not say whether it was enabled.',
      },
    },
    {
      title: 'Restored, and the directory has not been read whole since then',
      hr: [friday],
      connections: [{ lastLook: '2026-03-08 06:00' }],
      directory: [account(enabledUntil('2026-03-07 04:00'), deletedAt('2026-03-07 05:00'), restoredAt('2026-03-08 09:00'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and nobody is looking at it: it was last proven usable at 2026-03-07T03:55:00.000Z, was unusable by 2026-03-07T05:00:00.000Z, and was restored at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say whether it was enabled.',
      },
    },
    {
      title: 'Disabled in time, and enabled since the last look: the next one decides',
      hr: [friday],
      directory: [account(enabledUntil('2026-03-07 04:00'), disabledFrom('2026-03-07 05:00'), toldEnabledAt('2026-03-10 11:30'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L06',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z and not proven unusable; it was last proven usable at 2026-03-07T03:55:00.000Z, was unusable by 2026-03-07T05:00:00.000Z, and was enabled at 2026-03-10T11:30:00.000Z by the directory’s audit log, which does not say until when; the next complete look decides.',
      },
    },
    {
      title: 'Enabled, and shown disabled by the next look: the log does not say until when it was usable',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-07 04:00'),
          disabledFrom('2026-03-07 05:00', '2026-03-08 08:00'),
          toldEnabledAt('2026-03-08 09:00', '2026-03-08 12:00'),
          disabledFrom('2026-03-08 12:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 12.0 h after the deadline, perhaps before it: it was unusable by 2026-03-07T05:00:00.000Z, was enabled at 2026-03-08T09:00:00.000Z by the directory’s audit log, which does not say until when, and was proven unusable again at 2026-03-08T12:00:00.000Z.',
      },
    },
    {
      title: 'Deleted on the last evening and restored in the night: there is time until the deadline',
      hr: [friday],
      judgedAt: '2026-03-07 03:00',
      directory: [account(enabledUntil('2026-03-06 19:00'), deletedAt('2026-03-06 20:00'), restoredAt('2026-03-07 02:30'))],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L09',
        effect: 'PEND',
        also: ['S01'],
        sentence:
          'The directory account is not yet proven unusable and has until 2026-03-08T00:00:00.000Z; it was last proven usable at 2026-03-06T18:55:00.000Z, was unusable by 2026-03-06T20:00:00.000Z, and was restored at 2026-03-07T02:30:00.000Z by the directory’s audit log, which does not say whether it was enabled.',
      },
    },
    {
      title: 'Still usable after the deadline, then deleted, and restored for an hour: what was proven stays proven',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-08 12:00'),
          deletedAt('2026-03-08 13:00', '2026-03-08 20:00'),
          restoredAt('2026-03-09 09:00', '2026-03-09 10:00'),
          deletedAt('2026-03-09 10:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence:
          'The directory account was still usable 11.9 h after the deadline and became unusable at most 34.0 h after it: it was unusable by 2026-03-08T13:00:00.000Z, was restored at 2026-03-09T09:00:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven unusable again at 2026-03-09T10:00:00.000Z.',
      },
    },
    {
      title:
        'Deleted the day before the end, restored on the last evening and used in the night: a return after the end, or use that went on over it',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-05 10:00'),
          deletedAt('2026-03-05 11:00', '2026-03-07 04:00'),
          restoredAt('2026-03-06 20:00', '2026-03-07 05:00'),
          enabledFrom('2026-03-07 05:00', '2026-03-07 09:00'),
          disabledFrom('2026-03-07 10:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account was unusable by 2026-03-05T11:00:00.000Z, was restored at 2026-03-06T20:00:00.000Z by the directory’s audit log, which does not say whether it was enabled, and was proven usable again at 2026-03-07T05:00:00.000Z: that access had ended by the end of the employment and came back is not proven.',
      },
    },
    {
      title:
        'Disabled the day before the end, out of sight over it, and found disabled after the deadline: whether it was off when the person left, nobody saw',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-05 10:00'),
          disabledFrom('2026-03-05 11:00', '2026-03-05 12:00'),
          vanishedFrom('2026-03-05 18:00', '2026-03-09 08:00'),
          disabledFrom('2026-03-09 09:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The directory account became unusable at most 33.0 h after the deadline, perhaps before it: it was unusable by 2026-03-05T11:00:00.000Z, had vanished by 2026-03-05T18:00:00.000Z, which does not say what it could do, and was proven unusable again at 2026-03-09T09:00:00.000Z.',
      },
    },
    {
      title: 'The same, and found disabled before the deadline: it was off by then',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-05 10:00'),
          disabledFrom('2026-03-05 11:00', '2026-03-05 12:00'),
          vanishedFrom('2026-03-05 18:00', '2026-03-07 08:00'),
          disabledFrom('2026-03-07 09:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence:
          'The directory account was unusable at most 9.0 h after the employment ended, 15.0 h before the deadline. The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
    {
      title:
        'Disabled the day before the end, seen so in the night after it, and out of sight for a day since: that it went in time stays proven',
      hr: [friday],
      directory: [
        account(
          enabledUntil('2026-03-05 10:00'),
          disabledFrom('2026-03-05 11:00', '2026-03-07 01:00'),
          vanishedFrom('2026-03-07 02:00', '2026-03-08 08:00'),
          disabledFrom('2026-03-08 09:00'),
        ),
      ],
      scim: [user(created, inTime)],
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 1.0 h after the employment ended, 23.0 h before the deadline.',
      },
    },
  ],
};
