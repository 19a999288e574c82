import { describe, expect, it } from '@jest/globals';
import { ENTRA_AUDIENCES, entraIssuer, judgeEntraToken, type PinnedTenant } from '../../src/scim/judge-entra-token.ts';

const tenantId = '6b5f1a52-0000-4000-8000-00000000aaaa';
const another = '6b5f1a52-0000-4000-8000-00000000bbbb';
const caller = { appId: '00000014-0000-0000-c000-000000000000', objectId: '6b5f1a52-0000-4000-8000-00000000cccc' };
const pinned: PinnedTenant = { tenantId, issuer: entraIssuer(tenantId), audiences: ENTRA_AUDIENCES, caller };
/** The public sample of entra-scim-client §5, with ids of nobody. */
const honest = {
  iss: entraIssuer(tenantId),
  aud: ENTRA_AUDIENCES[1],
  tid: tenantId,
  appid: caller.appId,
  oid: caller.objectId,
  appidacr: '2',
};

describe('a genuine token of Entra', () => {
  it.each([
    { name: 'is accepted as the sample has it', claims: {}, expected: { kind: 'accepted' } },
    { name: 'is of a tenant by its issuer', claims: { iss: entraIssuer(another) }, expected: { kind: 'refused', because: 'issuer' } },
    { name: 'is of a tenant by its own claim too', claims: { tid: another }, expected: { kind: 'refused', because: 'tenant' } },
    { name: 'says its tenant', claims: { tid: undefined }, expected: { kind: 'refused', because: 'tenant' } },
    { name: 'is for SCIM', claims: { aud: another }, expected: { kind: 'refused', because: 'audience' } },
    { name: 'is for one audience of a list', claims: { aud: [another, ENTRA_AUDIENCES[0]] }, expected: { kind: 'accepted' } },
    { name: 'is no user’s by permissions', claims: { scp: 'x' }, expected: { kind: 'refused', because: 'user-token' } },
    { name: 'is no user’s by name', claims: { preferred_username: 'x' }, expected: { kind: 'refused', because: 'user-token' } },
    { name: 'is of the confirmed application', claims: { appid: another }, expected: { kind: 'refused', because: 'caller-unknown' } },
    { name: 'is of the confirmed principal', claims: { oid: another }, expected: { kind: 'refused', because: 'caller-unknown' } },
    { name: 'names its caller by ids', claims: { oid: 'provisioning' }, expected: { kind: 'refused', because: 'caller-unknown' } },
  ])('$name', ({ claims, expected }) => {
    expect(judgeEntraToken(pinned, { ...honest, ...claims })).toEqual(expected);
  });

  it('of a caller whom nobody confirmed is told apart from a strange one', () => {
    expect(judgeEntraToken({ ...pinned, caller: null }, honest)).toEqual({ kind: 'unconfirmed', caller });
    expect(judgeEntraToken({ ...pinned, caller: null }, { ...honest, scp: 'x' })).toEqual({ kind: 'refused', because: 'user-token' });
  });
});
