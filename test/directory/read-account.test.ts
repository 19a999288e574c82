import { describe, expect, it } from '@jest/globals';
import { GraphFailure } from '../../src/directory/graph-failure.ts';
import { readAccount, readDeletedAccount, READING, USER_SELECT } from '../../src/directory/read-account.ts';

const id = '84360E8B-3321-4E37-B9EC-10FCCD0263B8';
const minimal = { id, userPrincipalName: 'Ada@Contoso.example', accountEnabled: true };

describe('a user as Graph shows it', () => {
  it('has its id in lower case and every mail address once, in lower case', () => {
    const account = readAccount({
      ...minimal,
      mail: 'ada@contoso.example',
      proxyAddresses: ['SMTP:ada@contoso.example', 'smtp:A.Lovelace@contoso.example', 'SIP:ada@contoso.example', 'X500:/o=x'],
    });
    expect(account.objectId).toBe(id.toLowerCase());
    expect(account.addressKeys).toEqual(['a.lovelace@contoso.example', 'ada@contoso.example']);
  });

  it('has the address by which a guest signs in at home, and no other identifier of an issuer', () => {
    const account = readAccount({
      ...minimal,
      userPrincipalName: 'ada_home.example#EXT#@contoso.example',
      identities: [
        { signInType: 'federated', issuer: 'mail', issuerAssignedId: 'Ada@Home.example' },
        { signInType: 'federated', issuer: 'ExternalAzureAD', issuerAssignedId: null },
        { signInType: 'federated', issuer: 'facebook.com', issuerAssignedId: '5eecb0cd' },
        { signInType: 'userPrincipalName', issuer: 'contoso.example', issuerAssignedId: 'x@contoso.example' },
        null,
      ],
    });
    expect(account.addressKeys).toEqual(['ada@home.example', 'ada_home.example#ext#@contoso.example']);
    expect(account.rowHash).not.toEqual(readAccount({ ...minimal, userPrincipalName: account.userPrincipalName }).rowHash);
  });

  it.each([
    { name: 'absent', accountEnabled: undefined },
    { name: 'null', accountEnabled: null },
    { name: 'a text', accountEnabled: 'true' },
  ])('is refused when accountEnabled is $name: nothing is taken for enabled or disabled (microsoft-graph §10 #6)', ({ accountEnabled }) => {
    expect(() => readAccount({ ...minimal, accountEnabled })).toThrow(GraphFailure);
  });

  it('is the same whatever employeeLeaveDateTime says, which is null without its permission too (microsoft-graph §10 #11)', () => {
    expect(readAccount({ ...minimal, employeeLeaveDateTime: null })).toEqual(readAccount(minimal));
    expect(readAccount({ ...minimal, employeeLeaveDateTime: '2026-03-31T22:00:00Z' })).toEqual(readAccount(minimal));
  });

  it('has another hash when anything that is kept changes, and the same one otherwise', () => {
    const hash = (more: object) => readAccount({ ...minimal, ...more }).rowHash;
    expect(hash({})).toBe(hash({ '@odata.etag': 'W/"1"' }));
    const changes = [
      { mail: 'x@y.example' },
      { accountEnabled: false },
      { employeeId: '1' },
      { department: 'Tests' },
      { otherMails: ['z@y.example'] },
    ];
    expect(new Set([hash({}), ...changes.map(hash)]).size).toBe(changes.length + 1);
  });

  it('keeps leading zeros of an employee id, without blanks around it', () => {
    expect(readAccount({ ...minimal, employeeId: ' 0042 ' }).employeeId).toBe('0042');
    expect(readAccount({ ...minimal, employeeId: ' ' }).employeeId).toBeNull();
  });

  it('is read as it was when its reading got its number: what reads it as something else raises READING', () => {
    const all = {
      ...minimal,
      mail: 'Ada@Contoso.example',
      proxyAddresses: ['SMTP:ada@contoso.example', 'smtp:a.lovelace@contoso.example', 'SIP:ada@contoso.example'],
      displayName: 'Ada Lovelace',
      userType: 'Member',
      createdDateTime: '2024-01-01T00:00:00Z',
      employeeId: ' 0042 ',
      identities: [{ signInType: 'federated', issuer: 'mail', issuerAssignedId: 'ada@home.example' }],
      creationType: null,
      department: 'Tests',
      employeeType: 'Employee',
      externalUserState: 'Accepted',
      externalUserStateChangeDateTime: '2024-01-02T00:00:00Z',
      jobTitle: 'Countess',
      lastPasswordChangeDateTime: '2026-01-01T00:00:00Z',
      onPremisesImmutableId: 'abc',
      onPremisesSyncEnabled: true,
      otherMails: ['ada@elsewhere.example'],
      signInSessionsValidFromDateTime: '2026-01-01T00:00:00Z',
    };
    expect(Object.keys(all).sort()).toEqual(USER_SELECT.split(',').sort());
    expect({ READING, rowHash: readAccount(all).rowHash }).toEqual({
      READING: 1,
      rowHash: '3f79eae179f91735c3a74fb6e76441332fa21d1e8ad3093ee6babda1ba8a0e0f',
    });
  });

  it('is asked for with accountEnabled, in a selection that Graph does not refuse for its length', () => {
    expect(USER_SELECT.split(',')).toContain('accountEnabled');
    expect(USER_SELECT.length).toBeLessThan(500);
  });
});

describe('a user of the recycle bin', () => {
  it.each([
    {
      name: 'with the object id in front',
      userPrincipalName: '84360e8b33214e37b9ec10fccd0263b8ada@contoso.example',
      expected: 'ada@contoso.example',
    },
    { name: 'as it was', userPrincipalName: 'ada@contoso.example', expected: 'ada@contoso.example' },
    {
      name: 'with nothing but the id',
      userPrincipalName: '84360e8b33214e37b9ec10fccd0263b8',
      expected: '84360e8b33214e37b9ec10fccd0263b8',
    },
  ])('gets back the name that it had: $name', ({ userPrincipalName, expected }) => {
    const { account, deletedDateTime } = readDeletedAccount({ id, userPrincipalName, deletedDateTime: '2026-07-19T15:34:35Z' });
    expect(account.userPrincipalName).toBe(expected);
    expect(deletedDateTime).toBe('2026-07-19T15:34:35.000Z');
  });

  it('has no exact time when the directory gives none', () => {
    expect(readDeletedAccount({ ...minimal, deletedDateTime: null }).deletedDateTime).toBeNull();
  });
});
