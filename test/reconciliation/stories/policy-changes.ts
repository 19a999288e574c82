import { account, type Chapter, created, deactivated, disabledFrom, enabledUntil, friday, user } from './story.ts';

const somewhere = { ...friday, zone: 'Berlin Office' };
const evening = '2026-03-06 20:00';
const offAt = (at: string) => [user(created, deactivated(at))];
const admin = (until: string, from: string) => [{ role: 'admin', ...account(enabledUntil(until), disabledFrom(from)) }];

export const policyChanges: Chapter = {
  heading: 'Which policy was in force',
  about:
    'The policy that was in force when the employment ended judges. Of an unknown zone, the last day, the 6th, ended between 10:00 on the 6th and 12:00 on the 7th: every policy of that time may judge.',
  stories: [
    {
      title: 'A longer time was set before the end, in a zone that is known: the longer one judges',
      hr: [friday],
      policy: { hours: 72 },
      policyBefore: { hours: 4, until: evening },
      scim: offAt('2026-03-08 12:00'),
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 36.0 h after the employment ended, 36.0 h before the deadline.',
      },
    },
    {
      title: 'A longer time was set while the employment may have ended, and access went within that alone: in doubt',
      hr: [somewhere],
      policy: { hours: 72 },
      policyBefore: { hours: 4, until: evening },
      scim: offAt('2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The SCIM user became unusable at most 46.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T11:59:59.999Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-06T14:00:00.000Z and 2026-03-10T12:00:00.000Z, since the end of employment is known no closer.',
      },
    },
    {
      title: 'The same, and access was gone within the shorter time of the earliest end: a pass',
      hr: [somewhere],
      policy: { hours: 72 },
      policyBefore: { hours: 4, until: evening },
      scim: offAt('2026-03-06 14:00'),
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 4.0 h after the employment ended, 0 s before the deadline.',
      },
    },
    {
      title:
        'A shorter time was set while the employment may have ended, and access went within the longer one alone: in doubt, and no failure',
      hr: [somewhere],
      policy: { hours: 4 },
      policyBefore: { hours: 72, until: evening },
      scim: offAt('2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The SCIM user became unusable at most 36.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T11:59:59.999Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T00:00:00.000Z and 2026-03-09T20:00:00.000Z, since the end of employment is known no closer.',
      },
    },
    {
      title: 'The same, and access was gone four hours after the shorter time was set: sooner than any end under it asked for',
      hr: [somewhere],
      policy: { hours: 4 },
      policyBefore: { hours: 72, until: evening },
      scim: offAt('2026-03-07 00:00'),
      verdict: {
        rule: 'L12',
        effect: 'PASS',
        sentence: 'The SCIM user was unusable at most 14.0 h after the employment ended, 0 s before the deadline.',
      },
    },
    {
      title: 'The same, and access outlasted the longer time of the last end under it: late by either',
      hr: [somewhere],
      policy: { hours: 4 },
      policyBefore: { hours: 72, until: evening },
      scim: offAt('2026-03-09 20:01'),
      verdict: {
        rule: 'L05',
        effect: 'FAIL',
        sentence: 'The SCIM user was still usable 59 s after the deadline and became unusable at most 68.1 h after it.',
      },
    },
    {
      title: 'The roster left somebody out, and a longer time was set since the one before: in doubt, too',
      hr: [{ leftOutBetween: ['2026-03-06 08:00', '2026-03-07 08:00'] }],
      policy: { hours: 72 },
      policyBefore: { hours: 4, until: evening },
      scim: offAt('2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        sentence:
          'The SCIM user became unusable at most 48.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T11:59:59.999Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-06T12:00:00.000Z and 2026-03-10T08:00:00.000Z, since the end of employment is known no closer.',
      },
    },
    {
      title: 'An administrator’s shorter time was lifted while the employment may have ended: in doubt',
      hr: [somewhere],
      policy: { hours: 72 },
      policyBefore: { hours: 72, privileged: { hours: 4, roles: ['admin'] }, until: evening },
      directory: admin('2026-03-08 11:00', '2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 46.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T10:55:00.000Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-06T14:00:00.000Z and 2026-03-10T12:00:00.000Z, since the end of employment is known no closer. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
    {
      title: 'A shorter time for administrators came to be while the employment may have ended: in doubt, and no failure',
      hr: [somewhere],
      policy: { hours: 72, privileged: { hours: 4, roles: ['admin'] } },
      policyBefore: { hours: 72, until: evening },
      directory: admin('2026-03-08 11:00', '2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 36.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T10:55:00.000Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-07T00:00:00.000Z and 2026-03-10T12:00:00.000Z, since the end of employment is known no closer. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
    {
      title: 'The role was privileged by the policy before alone, which changed while the employment may have ended: in doubt',
      hr: [somewhere],
      policy: { hours: 72, privileged: { hours: 4, roles: ['auditor'] } },
      policyBefore: { hours: 72, privileged: { hours: 4, roles: ['admin'] }, until: evening },
      directory: admin('2026-03-08 11:00', '2026-03-08 12:00'),
      verdict: {
        rule: 'L08',
        effect: 'INSUF',
        also: ['R03'],
        sentence:
          'The directory account became unusable at most 46.0 h after the deadline, perhaps before it: it was last proven usable at 2026-03-08T10:55:00.000Z and first proven unusable at 2026-03-08T12:00:00.000Z, with no proof of anything between; its deadline lies between 2026-03-06T14:00:00.000Z and 2026-03-10T12:00:00.000Z, since the end of employment is known no closer. The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
      },
    },
  ],
};
