import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RoleWorkspace, roleWorkspace } from './role-workspace.ts';
import { type ScimServer, startScim } from './scim-server.ts';

const EXT = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User';

let server: ScimServer;
let at: RoleWorkspace;

beforeAll(async () => {
  server = await startScim();
});
afterAll(() => server.close());
beforeEach(async () => {
  at = await roleWorkspace(server);
});
afterEach(() => at.close());

describe('the ledger of roles', () => {
  it('holds each change of what is claimed, its texts beside the record and not in it (I3, I11)', async () => {
    const id = await at.client.addUser('ada@contoso.example', { userType: 'Ada Lovelace' });
    await at.client.patch(`/Users/${id}`, [
      { op: 'replace', value: { userType: 'auditor', displayName: 'Ada', [`${EXT}:rbac_role_id`]: 'Countess' } },
    ]);
    await at.client.patch(`/Users/${id}`, [{ op: 'Remove', path: 'userType' }]);
    await at.client.patch(`/Users/${id}`, [{ op: 'Add', path: 'roles', value: [{ value: 'a' }, { value: 'b' }] }]);
    const records = await at.records(id);
    expect(records.map(({ type, leaf: { before, after, detail }, disclosed }) => ({ type, before, after, detail, disclosed }))).toEqual([
      {
        type: 'scim.user.created',
        before: undefined,
        after: { active: true, roleSources: ['userType'] },
        detail: { version: 1 },
        disclosed: { user: { userName: 'ada@contoso.example' }, roleClaims: [{ source: 'userType', value: 'Ada Lovelace' }] },
      },
      {
        type: 'scim.role.changed',
        before: { roleSources: ['userType'] },
        after: { roleSources: ['extension', 'userType'] },
        detail: { version: 2, sources: ['extension', 'userType'] },
        disclosed: {
          'before.roleClaims': [{ source: 'userType', value: 'Ada Lovelace' }],
          'after.roleClaims': [
            { source: 'extension', value: 'Countess' },
            { source: 'userType', value: 'auditor' },
          ],
        },
      },
      {
        type: 'scim.user.updated',
        before: undefined,
        after: undefined,
        detail: { version: 2, changed: ['displayName'] },
        disclosed: { displayName: 'Ada' },
      },
      {
        type: 'scim.role.changed',
        before: { roleSources: ['extension', 'userType'] },
        after: { roleSources: ['extension'] },
        detail: { version: 3, sources: ['userType'] },
        disclosed: {
          'before.roleClaims': [
            { source: 'extension', value: 'Countess' },
            { source: 'userType', value: 'auditor' },
          ],
          'after.roleClaims': [{ source: 'extension', value: 'Countess' }],
        },
      },
      { type: 'scim.user.updated', before: undefined, after: undefined, detail: { version: 4, changed: ['roles'] }, disclosed: {} },
    ]);
    expect(JSON.stringify(records.map(({ leaf }) => leaf))).not.toMatch(/Lovelace|Countess/);
  });

  it('holds each change of the catalogue and of the order, and none where the order is the same', async () => {
    const { workspaceId } = at.client;
    await at.setRole('auditor', 2, false);
    await at.setSources(['roles', 'extension']);
    await at.setSources(['roles', 'extension']);
    const sets = (await at.records(workspaceId)).filter(({ type }) => type.startsWith('role.')).slice(4);
    expect(sets.map(({ type, leaf: { before, after } }) => ({ type, before, after }))).toEqual([
      {
        type: 'role.set',
        before: { id: 'auditor', name: 'auditor', rank: 2, directoryMayGrant: true },
        after: { id: 'auditor', name: 'auditor', rank: 2, directoryMayGrant: false },
      },
      {
        type: 'role.sources.set',
        before: { sources: ['extension', 'userType', 'roles', 'core'] },
        after: { sources: ['roles', 'extension'] },
      },
    ]);
  });
});
