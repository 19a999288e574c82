import { account, type Chapter, created, enabled, enabledUntil, user, vanishedFrom } from './story.ts';

export const nobodysAccounts: Chapter = {
  heading: 'Accounts that no person answers for',
  about: 'No row of the roster is behind them: somebody must answer for the account, or it must go.',
  stories: [
    {
      title: 'An enabled directory account that nobody on the roster has',
      directory: [{ assigned: false, ...account(enabled) }],
      verdict: { rule: 'S07', effect: 'FAIL', sentence: 'The directory account is enabled, but no person of the roster answers for it.' },
    },
    {
      title: 'An active SCIM user that nobody on the roster has, with a directory account',
      directory: [account(enabled)],
      scim: [user(created)],
      verdict: { rule: 'S07', effect: 'FAIL', sentence: 'The directory account is enabled, but no person of the roster answers for it.' },
    },
    {
      title: 'An active SCIM user that neither HR nor the directory knows',
      scim: [user(created)],
      verdict: {
        rule: 'S05',
        effect: 'FAIL',
        also: ['S07'],
        sentence: 'The SCIM user is active, but the directory never showed an account for it.',
      },
    },
    {
      title: 'An active SCIM user that nobody has, while the directory is not being read',
      scim: [user(created)],
      connections: [{ lastLook: '2026-03-07 06:00' }],
      verdict: {
        rule: 'S01',
        effect: 'INSUF',
        also: ['S07'],
        sentence:
          'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
      },
    },
    {
      title: 'An account that nobody has, and that the directory no longer shows',
      directory: [account(enabledUntil('2026-03-07 06:00'), vanishedFrom('2026-03-07 07:00'))],
      verdict: {
        rule: 'S02',
        effect: 'INSUF',
        sentence:
          'The directory account has vanished from what the directory shows; absence does not prove that it was disabled or deleted.',
      },
    },
    {
      title: 'A service account with an approved class, and an owner who is employed',
      owner: [{}],
      directory: [account(enabled)],
      verdict: { rule: 'X01', effect: 'N/A', sentence: 'The account is excluded as nobody’s own, and its owner is still employed.' },
    },
    {
      title: 'The owner of a shared account is on leave: they still answer for it',
      owner: [{ status: 'leave' }],
      directory: [account(enabled)],
      verdict: { rule: 'X01', effect: 'N/A', sentence: 'The account is excluded as nobody’s own, and its owner is still employed.' },
    },
    {
      title: 'The owner of a break-glass account has left: nobody answers for it any more',
      owner: [{ to: '2026-03-06' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X02',
        effect: 'FAIL',
        sentence: 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.',
      },
    },
    {
      title:
        'HR leaves the owner of a shared account out, and nobody has said what that means: whether anybody answers for it is not known',
      owner: [{}],
      dropped: '2026-03-03 06:00',
      directory: [account(enabled)],
      verdict: {
        rule: 'X05',
        effect: 'INSUF',
        sentence:
          'The account is excluded as nobody’s own, and the latest roster of HR no longer names its owner, with nobody saying what that means: ask HR, and answer for them.',
      },
    },
    {
      title: 'HR left the owner out before the end that it had told, and that end has come: nobody answers for it any more',
      owner: [{ to: '2026-03-06' }],
      dropped: '2026-03-03 06:00',
      directory: [account(enabled)],
      verdict: {
        rule: 'X02',
        effect: 'FAIL',
        sentence: 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.',
      },
    },
    {
      title: 'The owner left and came back: they answer for it again',
      owner: [{ to: '2026-02-06' }, { from: '2026-03-02' }],
      directory: [account(enabled)],
      verdict: { rule: 'X01', effect: 'N/A', sentence: 'The account is excluded as nobody’s own, and its owner is still employed.' },
    },
    {
      title: 'An owner who has not started yet answers for nothing',
      owner: [{ from: '2026-04-01', status: 'prehire' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X02',
        effect: 'FAIL',
        sentence: 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.',
      },
    },
    {
      title: 'The owner’s last day ends in a time zone that nobody knows: they may have left, or not',
      owner: [{ to: '2026-03-10', zone: 'Nowhere/Nowhere' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X07',
        effect: 'INSUF',
        sentence:
          'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
      },
    },
    {
      title: 'The owner’s last day has ended wherever that time zone is: nobody answers for the account',
      owner: [{ to: '2026-03-08', zone: 'Nowhere/Nowhere' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X02',
        effect: 'FAIL',
        sentence: 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.',
      },
    },
    {
      title: 'The owner’s first day begins in a time zone that nobody knows: they may be there, or not',
      owner: [{ from: '2026-03-11', zone: 'Nowhere/Nowhere' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X07',
        effect: 'INSUF',
        sentence:
          'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
      },
    },
    {
      title: 'The owner was to start last week, and HR calls them to come still',
      owner: [{ from: '2026-03-02', status: 'prehire' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X07',
        effect: 'INSUF',
        sentence:
          'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
      },
    },
    {
      title: 'The owner left, and was to come back last week, and HR calls that to come still',
      owner: [{ to: '2026-02-06' }, { from: '2026-03-02', status: 'prehire' }],
      directory: [account(enabled)],
      verdict: {
        rule: 'X07',
        effect: 'INSUF',
        sentence:
          'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
      },
    },
    {
      title: 'The owner moves to another part of the world, where the day after begins hours later: they are employed throughout',
      owner: [
        { to: '2026-03-10', zone: 'Pacific/Auckland' },
        { from: '2026-03-11', zone: 'America/New_York', status: 'prehire' },
      ],
      directory: [account(enabled)],
      verdict: { rule: 'X01', effect: 'N/A', sentence: 'The account is excluded as nobody’s own, and its owner is still employed.' },
    },
  ],
};
