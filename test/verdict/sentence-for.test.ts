import { describe, expect, it } from '@jest/globals';
import { type RuleId, type StateVector, sentenceFor } from '../../src/verdict/index.ts';

/** What the rules without figures say, word for word; `given`: what else of the state they look at. */
const sentences: readonly { readonly rule: RuleId; readonly given?: Partial<StateVector>; readonly says: string }[] = [
  { rule: 'X01', says: 'The account is excluded as nobody’s own, and its owner is still employed.' },
  { rule: 'X02', says: 'The account is excluded as nobody’s own, but its owner is not employed: it needs a new owner.' },
  {
    rule: 'X03',
    says: 'More than one person, or more than one account of a person, may be meant: one identifier leads to several, or somebody who leaves has the account still whose identifiers name another person by now. Whose account it is has not been settled: link or unlink it by hand.',
  },
  {
    rule: 'X05',
    says: 'The account is excluded as nobody’s own, and the latest roster of HR no longer names its owner, with nobody saying what that means: ask HR, and answer for them.',
  },
  {
    rule: 'X07',
    says: 'The account is excluded as nobody’s own, and whether its owner is employed is not known: an employment of theirs ends or begins within the hours of a time zone that is not known, or HR calls it to come still although its first day is there.',
  },
  {
    rule: 'S18',
    given: { scim: 'ACTIVE', behind: 'UNSETTLED' },
    says: 'The person has several directory accounts that are not alike, and the active SCIM user carries the object id of none: which of them is behind it, and so whether that one is enabled and assigned, is not known.',
  },
  {
    rule: 'S17',
    given: { roster: 'AWAITED' },
    says: 'An account is usable, and whether the employment has begun is not known: HR calls it to come still although its first day is there, or that day begins within the hours of a time zone that is not known.',
  },
  {
    rule: 'S01',
    given: { directory: 'ENABLED', scim: 'ACTIVE', behind: 'UNKNOWN' },
    says: 'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
  },
  {
    rule: 'S01',
    given: { directory: 'UNKNOWN', scim: 'UNKNOWN' },
    says: 'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
  },
  {
    rule: 'S04',
    given: { scim: 'ACTIVE', behind: 'IN_FLIGHT' },
    says: 'The directory account was disabled a moment ago; the SCIM user is still active, and provisioning has time to follow.',
  },
  {
    rule: 'S14',
    given: { roster: 'AWAITED', directory: 'DISABLED', scim: 'INACTIVE' },
    says: 'Nothing is usable, and whether the employment has begun is not known.',
  },
  {
    rule: 'S14',
    given: { employment: 'NONE', roster: 'AWAITED', directory: 'DISABLED', scim: 'INACTIVE' },
    says: 'Nothing is usable, and no person of the roster answers for it.',
  },
  {
    rule: 'S16',
    given: { scim: 'ACTIVE', assigned: 'YES', behind: 'UNREAD' },
    says: 'The person is employed, and the directory account and the SCIM user are both in use; whether it is assigned to the application is not known.',
  },
  {
    rule: 'X04',
    says: 'The latest roster of HR no longer names the person, and nobody has said what that means: ask HR, and answer for them.',
  },
  {
    rule: 'X04',
    given: { employment: 'ENDED' },
    says: 'HR named an end and left the person out before it, and nobody has said what that means, so that they may have left sooner: ask HR, and answer for them.',
  },
  { rule: 'L10', says: 'No account was found in the directory or in SCIM: either there never was one, or it could not be matched.' },
  {
    rule: 'S01',
    given: { directory: 'UNKNOWN' },
    says: 'The directory has not been read completely of late, or not since the account was restored or enabled, so the present state is not known.',
  },
  {
    rule: 'S01',
    given: { directory: 'ENABLED', scim: 'UNKNOWN' },
    says: 'SCIM has not been read completely of late, so the present state is not known.',
  },
  {
    rule: 'S02',
    says: 'The directory account has vanished from what the directory shows; absence does not prove that it was disabled or deleted.',
  },
  {
    rule: 'S03',
    says: 'The directory account is deleted, but the SCIM user is still active: provisioning no longer manages it, so deactivate it by hand.',
  },
  {
    rule: 'S04',
    given: { directory: 'DISABLED', scim: 'ACTIVE', propagation: 'IN_FLIGHT' },
    says: 'The directory account was disabled a moment ago; the SCIM user is still active, and provisioning has time to follow.',
  },
  {
    rule: 'S04',
    given: { propagation: 'SETTLED' },
    says: 'The directory account is disabled, but the SCIM user is still active: provisioning is stale or in quarantine.',
  },
  { rule: 'S05', says: 'The SCIM user is active, but the directory never showed an account for it.' },
  {
    rule: 'S06',
    says: 'The SCIM user is active, but the directory account is not assigned to the application: “active” is most likely mapped to accountEnabled, so unassigning never deactivates.',
  },
  { rule: 'S07', says: 'The directory account is enabled, but no person of the roster answers for it.' },
  { rule: 'S08', says: 'The employment has not begun, but the SCIM user is active.' },
  { rule: 'S09', says: 'The person is on leave, but an account is usable.' },
  { rule: 'C01', says: 'A contractor has no end date: access that nobody has set an end to outlives the contract.' },
  { rule: 'S10', says: 'The directory account is assigned to the application, but there is no SCIM user for it.' },
  { rule: 'S11', says: 'The directory account is enabled and assigned to the application, but the SCIM user is inactive.' },
  {
    rule: 'S12',
    given: { assigned: 'NO', scim: 'INACTIVE' },
    says: 'The directory account is enabled; the SCIM user is deactivated, as the missing assignment asks.',
  },
  {
    rule: 'S12',
    given: { assigned: 'NO', scim: 'DELETED' },
    says: 'The directory account is enabled; the SCIM user is deleted, as the missing assignment asks.',
  },
  {
    rule: 'S12',
    given: { assigned: 'UNKNOWN', scim: 'INACTIVE' },
    says: 'The directory account is enabled, and the SCIM user is deactivated; whether an assignment asks for that is not known.',
  },
  { rule: 'S13', says: 'The person is employed and has no usable account.' },
  { rule: 'S14', given: { employment: 'NONE' }, says: 'Nothing is usable, and no person of the roster answers for it.' },
  { rule: 'S14', given: { employment: 'PREHIRE' }, says: 'Nothing is usable, and the employment has not begun.' },
  { rule: 'S14', given: { employment: 'LEAVE' }, says: 'Nothing is usable, and the person is on leave.' },
  { rule: 'S15', given: { assigned: 'NO' }, says: 'There is a directory account and no assignment to the application.' },
  {
    rule: 'S15',
    given: { assigned: 'UNKNOWN' },
    says: 'There is a directory account and no SCIM user; whether it is assigned to the application is not known.',
  },
  {
    rule: 'S16',
    given: { assigned: 'YES' },
    says: 'The person is employed, and the directory account and the SCIM user are both in use.',
  },
  {
    rule: 'S16',
    given: { directory: 'ENABLED', scim: 'ACTIVE', assigned: 'UNKNOWN' },
    says: 'The person is employed, and the directory account and the SCIM user are both in use; whether it is assigned to the application is not known.',
  },
  {
    rule: 'R01',
    given: { role: 'DRIFTING' },
    says: 'The SCIM user’s role is not the one that the directory assigns; provisioning has time to follow.',
  },
  {
    rule: 'R01',
    given: { role: 'DRIFT' },
    says: 'The SCIM user’s role is not the one that the directory assigns, for longer than provisioning needs: a role that was taken away is kept, or one that was given never came.',
  },
  {
    rule: 'R02',
    says: 'The SCIM user’s role cannot be held against the directory: it names no role of the catalogue, or the assignments of roles are not known.',
  },
  { rule: 'R03', given: { privileged: 'YES' }, says: 'The person held a privileged role, so the tighter deadline for those applies.' },
  {
    rule: 'R03',
    given: { privileged: 'BESIDE' },
    says: 'The person held a privileged role, or may have, which alters nothing here: another deadline ends no later than the one for those.',
  },
  {
    rule: 'R03',
    given: { privileged: 'UNKNOWN' },
    says: 'The person may have held a privileged role when the employment ended: one was given or taken away between two looks around the end, SCIM brought one that the catalogue does not grant, or no longer has, or the policy changed which roles are privileged while the employment may have ended. So the deadline lies between the tighter one for those and the general one.',
  },
];

/** What reports up to the third format say in other words, by which they verify. */
const earlier = [
  [
    'X03',
    {},
    'More than one candidate answers to the same identifier, so whose account it is has not been settled: link or unlink it by hand.',
  ],
  [
    'R03',
    { privileged: 'UNKNOWN' },
    'The person may have held a privileged role when the employment ended, so the deadline lies between the tighter one for those and the general one.',
  ],
] as const;

describe('the sentence of a rule', () => {
  it.each(earlier)('of an earlier format: %s', (rule, given, says) => {
    const facts = { vector: { ...given } as StateVector, directory: [], scim: [] };
    for (const edition of ['before-3', 'before-4'] as const) expect(sentenceFor(rule, facts, edition)).toBe(says);
    expect(sentenceFor(rule, facts)).not.toBe(says);
  });

  it('is the same in every edition where it was never another', () => {
    const facts = { vector: { privileged: 'YES', role: 'DRIFT' } as StateVector, directory: [], scim: [] };
    for (const rule of ['X01', 'R01', 'R03'] as const) expect(sentenceFor(rule, facts, 'before-4')).toBe(sentenceFor(rule, facts));
  });

  it.each(sentences)('$rule: $says', ({ rule, given, says }) => {
    expect(sentenceFor(rule, { vector: { ...given } as StateVector, directory: [], scim: [] })).toBe(says);
  });

  it('speaks of both accounts where both are overdue', () => {
    const input = {
      neverHadAccount: false,
      end: { earliest: '2026-03-07T00:00:00.000Z', latest: '2026-03-07T00:00:00.000Z' },
      deadline: { earliest: '2026-03-08T00:00:00.000Z', latest: '2026-03-08T00:00:00.000Z' },
      lastProvenUsable: '2026-03-08T02:00:00.000Z',
      firstProvenUnusable: null,
      provenUsableAgain: null,
      evaluatedAt: '2026-03-10T00:00:00.000Z',
      covered: true,
    } as Parameters<typeof sentenceFor>[1]['directory'][number];
    const overdue = 'was proven usable 2.0 h after the deadline, last at 2026-03-08T02:00:00.000Z, and nothing was seen to end it since.';
    const facts = { vector: {} as StateVector, directory: [input], scim: [input] };
    expect(sentenceFor('L02', facts)).toBe(
      `Both accounts outlasted the deadline: The directory account ${overdue} The SCIM user ${overdue}`,
    );
    expect(sentenceFor('L04', { ...facts, directory: [] })).toBe(`The SCIM user ${overdue}`);
  });
});
