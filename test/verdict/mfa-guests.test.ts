import { describe, it } from '@jest/globals';
import { type Row, verify } from './mfa-policies.ts';

const none = { includeUsers: [] };
const fromElsewhere = { userType: 'Guest', isExternal: true };
const guestsByOldWord = [{ users: { includeUsers: ['GuestsOrExternalUsers'] } }];
const tenants = { externalTenants: { membershipKind: 'all' } };
const guests = (types: string | undefined, rest: object = {}) => ({
  ...none,
  includeGuestsOrExternalUsers: { guestOrExternalUserTypes: types, ...rest },
});

const ofGuests: readonly Row[] = [
  {
    name: 'everybody, guests included (microsoft-graph §10 #22)',
    policies: [{}],
    subject: fromElsewhere,
    expected: 'ENFORCED',
  },
  {
    name: 'guests by the old word, to a guest',
    policies: guestsByOldWord,
    subject: fromElsewhere,
    expected: 'ENFORCED',
  },
  {
    name: 'guests by the old word, to a member from elsewhere',
    policies: guestsByOldWord,
    subject: { isExternal: true },
    expected: 'ENFORCED',
  },
  {
    name: 'guests by the old word, to a member',
    policies: guestsByOldWord,
    expected: 'NOT_COVERED',
  },
  {
    name: 'guests by the old word, to who does not say',
    policies: guestsByOldWord,
    subject: { userType: null },
    expected: 'UNKNOWN',
  },
  { name: 'internal guests, to one', policies: [{ users: guests('internalGuest') }], subject: { userType: 'Guest' }, expected: 'ENFORCED' },
  {
    name: 'internal guests, to one from elsewhere',
    policies: [{ users: guests('internalGuest') }],
    subject: fromElsewhere,
    expected: 'NOT_COVERED',
  },
  {
    name: 'collaborating guests among others, to one',
    policies: [{ users: guests('internalGuest, b2bCollaborationGuest') }],
    subject: fromElsewhere,
    expected: 'ENFORCED',
  },
  {
    name: 'collaborating members, to one',
    policies: [{ users: guests('b2bCollaborationMember') }],
    subject: { isExternal: true },
    expected: 'ENFORCED',
  },
  {
    name: 'those who have no account here',
    policies: [{ users: guests('b2bDirectConnectUser,serviceProvider,otherExternalUser') }],
    subject: fromElsewhere,
    expected: 'NOT_COVERED',
  },
  {
    name: 'guests of a type of later days',
    policies: [{ users: guests('unknownFutureValue') }],
    subject: fromElsewhere,
    expected: 'UNKNOWN',
  },
  { name: 'guests of a type of later days, to a member', policies: [{ users: guests('unknownFutureValue') }], expected: 'NOT_COVERED' },
  {
    name: 'guests of no type that it says',
    policies: [{ users: guests(undefined, tenants) }],
    subject: fromElsewhere,
    expected: 'UNKNOWN',
  },
  {
    name: 'internal guests and a type of later days, to one from elsewhere',
    policies: [{ users: guests('internalGuest,unknownFutureValue') }],
    subject: fromElsewhere,
    expected: 'UNKNOWN',
  },
  {
    name: 'collaborating members, to a guest',
    policies: [{ users: guests('b2bCollaborationMember') }],
    subject: fromElsewhere,
    expected: 'NOT_COVERED',
  },
  {
    name: 'collaborating guests, to a member',
    policies: [{ users: guests('b2bCollaborationGuest') }],
    subject: { isExternal: true },
    expected: 'NOT_COVERED',
  },
  { name: 'guests of the type “none”', policies: [{ users: guests('none') }], subject: fromElsewhere, expected: 'NOT_COVERED' },
  {
    name: 'guests by the old word, to one from elsewhere who does not say whether a guest or a member',
    policies: guestsByOldWord,
    subject: { userType: null, isExternal: true },
    expected: 'ENFORCED',
  },
  {
    name: 'guests of some tenants',
    policies: [{ users: guests('b2bCollaborationGuest', { externalTenants: { membershipKind: 'enumerated', members: ['x'] } }) }],
    subject: fromElsewhere,
    expected: 'UNKNOWN',
  },
  {
    name: 'guests of all tenants',
    policies: [{ users: guests('b2bCollaborationGuest', tenants) }],
    subject: fromElsewhere,
    expected: 'ENFORCED',
  },
  {
    name: 'everybody less guests, to a guest',
    policies: [{ users: { excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bCollaborationGuest' } } }],
    subject: fromElsewhere,
    expected: 'NOT_COVERED',
    why: ['excluded-by'],
  },
];

describe('which guests Conditional Access makes use MFA (microsoft-graph §5.2)', () => {
  it.each(ofGuests)('a policy for $name: $expected', verify);
});
