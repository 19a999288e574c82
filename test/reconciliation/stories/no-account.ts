import { account, type Chapter, disabledFrom, enabledFrom, enabledUntil, friday, user } from './story.ts';

export const noAccount: Chapter = {
  heading: 'No account at all',
  about: 'Counted and listed, never dropped: either there was no account, or it could not be matched.',
  stories: [
    {
      title: 'No directory and no SCIM user ever showed an account for the person',
      hr: [friday],
      verdict: {
        rule: 'L10',
        effect: 'N/A',
        sentence: 'No account was found in the directory or in SCIM: either there never was one, or it could not be matched.',
      },
    },
    {
      title: 'That no directory shows an account is not known while one of two directories has not been read',
      hr: [friday],
      connections: [{}, { lastLook: null }],
      verdict: {
        rule: 'L07',
        effect: 'INSUF',
        also: ['S01'],
        sentence:
          'The directory account is past its deadline of 2026-03-08T00:00:00.000Z, if there is one at all, and nobody is looking at it: it was never seen usable.',
      },
    },
    {
      title: 'A SCIM user that was made only after the person came back says nothing of the employment before',
      hr: [friday, { from: '2026-03-09' }],
      scim: [user({ is: 'active', at: '2026-03-09 08:00' })],
      directory: [
        account(enabledUntil('2026-03-06 14:00'), disabledFrom('2026-03-06 15:00', '2026-03-09 06:00'), enabledFrom('2026-03-09 07:00')),
      ],
      verdict: { rule: 'L11', effect: 'PASS', sentence: 'The directory account was unusable 9.0 h before the employment ended.' },
    },
  ],
};
