import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SimulatedTenant, simulatedTenant, userNamed } from './simulated-tenant.ts';

let tenant: SimulatedTenant;

beforeAll(async () => {
  tenant = await simulatedTenant();
});

afterAll(() => tenant.close());

describe('the control API', () => {
  it('takes 5,000 users in one call, and 5,000 assignments in another', async () => {
    const { appId } = await tenant.application();
    const ids = await tenant.users(...Array.from({ length: 5000 }, (_, index) => `many${index}`));
    const { status, body } = await tenant.control(
      'POST',
      `/applications/${appId}/assignments`,
      ids.map((principalId) => ({ principalId })),
    );
    expect(status).toBe(201);
    expect(body['assignments']).toHaveLength(5000);
    const assignmentId = (body['assignments'] as { id: string }[])[0]?.id;
    expect((await tenant.control('DELETE', `/applications/${appId}/assignments/${assignmentId}`)).status).toBe(204);
    expect((await tenant.control('GET', '/state')).body).toMatchObject({ users: 5000, applications: 1, assignments: 4999 });
  });

  it('answers a new application with everything that configures the other side', async () => {
    const request = { displayName: 'App', appRoles: [{ value: 'a', displayName: 'A' }] };
    expect(await tenant.control('POST', '/applications', request)).toMatchObject({
      status: 201,
      body: {
        appId: expect.any(String),
        objectId: expect.any(String),
        servicePrincipalId: expect.any(String),
        clientSecret: expect.any(String),
        appRoles: [{ id: expect.any(String), value: 'a' }],
      },
    });
  });

  it('never shows the secret token of a provisioning job', async () => {
    const { appId } = await tenant.application();
    const settings = { tenantUrl: 'http://127.0.0.1:9/', secretToken: 'hush', dialect: 'flag' };
    const { status, body } = await tenant.control('PUT', `/applications/${appId}/provisioning`, settings);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('hush');
  });

  it.each([
    { name: 'an unknown path', method: 'GET', path: '/nowhere', body: undefined, status: 404 },
    { name: 'an unknown user', method: 'PATCH', path: '/users/nobody', body: {}, status: 404 },
    { name: 'a user without a name', method: 'POST', path: '/users', body: [{ displayName: 'X' }], status: 400 },
    { name: 'a name that is taken', method: 'POST', path: '/users', body: [userNamed('taken'), userNamed('TAKEN')], status: 409 },
    { name: 'an unknown manager', method: 'POST', path: '/users', body: [{ ...userNamed('b'), managerId: 'nobody' }], status: 404 },
    { name: 'a flag that is a text', method: 'POST', path: '/users', body: [{ ...userNamed('c'), accountEnabled: 'no' }], status: 400 },
    { name: 'an unknown member', method: 'POST', path: '/groups', body: { displayName: 'G', memberIds: ['nobody'] }, status: 404 },
    { name: 'a cycle without settings', method: 'POST', path: '/applications/none/provisioning/cycles', body: {}, status: 404 },
  ])('answers $name with $status and an error', async ({ method, path, body, status }) => {
    expect(await tenant.control(method, path, body)).toEqual({ status, body: { error: expect.any(String) } });
  });

  it('gives a principal the same role once, and again after it was taken away', async () => {
    const { appId } = await tenant.application({ appRoles: [{ value: 'a', displayName: 'A' }] });
    const [principalId = ''] = await tenant.users('assigned.twice');
    const assign = () => tenant.control('POST', `/applications/${appId}/assignments`, { principalId, appRoleValue: 'a' });
    const { body } = await assign();
    expect((await assign()).status).toBe(409);
    await tenant.control('DELETE', `/applications/${appId}/assignments/${String(body['id'])}`);
    expect((await assign()).status).toBe(201);
  });

  it('frees the name of a deleted user, and restores it only while it is free', async () => {
    const [id = ''] = await tenant.users('reused.name');
    await tenant.control('DELETE', `/users/${id}`);
    await tenant.users('reused.name');
    expect((await tenant.control('POST', `/users/${id}/restore`)).status).toBe(409);
  });
});
