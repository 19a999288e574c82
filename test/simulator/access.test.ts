import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, type RegisteredApplication, type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

const POLICIES = '/identity/conditionalAccess/policies';
const DEFAULTS = '/policies/identitySecurityDefaultsEnforcementPolicy';
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';

let tenant: SimulatedTenant;
let reader: RegisteredApplication;
let token: string;

beforeAll(async () => {
  tenant = await simulatedTenant();
  reader = await tenant.application({ graphRoles: ['Directory.Read.All', 'Policy.Read.All', 'RoleManagement.Read.Directory'] });
  token = await tokenFor(reader);
});

afterAll(() => tenant.close());

async function tokenFor({ appId, clientSecret }: RegisteredApplication): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: appId, client_secret: clientSecret, scope: `${tenant.url}/.default` };
  const response = await fetch(`${tenant.url}/${tenant.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(form) });
  return String(((await response.json()) as Json)['access_token']);
}

async function get(path: string, bearer = token): Promise<{ status: number; headers: Headers; body: Json }> {
  const response = await fetch(`${tenant.url}/v1.0${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

const set = (access: Json) => tenant.control('PUT', '/access', access);

describe('what decides who may do what in the simulated tenant', () => {
  it('shows a policy as it is on the wire, with what was left out', async () => {
    await set({ policies: [{ displayName: 'MFA for all', conditions: { users: { includeUsers: ['All'] } } }] });
    const { body } = await get(POLICIES);
    expect(body['value']).toMatchObject([
      {
        displayName: 'MFA for all',
        state: 'enabled',
        sessionControls: null,
        conditions: {
          clientAppTypes: ['all'],
          platforms: null,
          applications: { includeApplications: ['All'], applicationFilter: null },
          users: { includeUsers: ['All'], excludeGroups: [], includeGuestsOrExternalUsers: null },
        },
        grantControls: { operator: 'OR', builtInControls: ['mfa'], authenticationStrength: null },
      },
    ]);
  });

  it('keeps what is not named, and takes null for no controls', async () => {
    await set({ policies: [{ grantControls: null }] });
    await set({ securityDefaults: true });
    expect((await get(POLICIES)).body['value']).toMatchObject([{ grantControls: null }]);
    expect((await get(DEFAULTS)).body).toMatchObject({ isEnabled: true, displayName: 'Security Defaults' });
    await set({ securityDefaults: false });
  });

  it.each([POLICIES, DEFAULTS])('refuses %s without Policy.Read.All in words of its own', async (path) => {
    const other = await tokenFor(await tenant.application({ graphRoles: ['Directory.Read.All'] }));
    expect(await get(path, other)).toMatchObject({ status: 403, body: { error: { code: 'AccessDenied' } } });
  });

  it.each(['/roleManagement/directory/roleDefinitions', '/roleManagement/directory/roleAssignments'])(
    'refuses any $top of %s (microsoft-graph §10 #21)',
    async (path) => {
      expect(await get(`${path}?$top=5`)).toMatchObject({ status: 400, body: { error: { code: 'Request_UnsupportedQuery' } } });
      expect((await get(path)).status).toBe(200);
    },
  );

  it('shows the principal of a role assignment where that is asked for, and refuses to expand anything else', async () => {
    const [id = ''] = await tenant.users('chief');
    await set({ roleAssignments: [{ principalId: id, roleDefinitionId: GLOBAL_ADMINISTRATOR }] });
    const path = '/roleManagement/directory/roleAssignments';
    expect((await get(`${path}?$expand=principal`)).body['value']).toMatchObject([
      { principalId: id, directoryScopeId: '/', principal: { '@odata.type': '#microsoft.graph.user' } },
    ]);
    expect((await get(path)).body['value']).toEqual([expect.not.objectContaining({ principal: expect.anything() })]);
    expect((await get(`${path}?$expand=roleDefinition`)).status).toBe(400);
  });

  it('has role schedules with P2 only', async () => {
    const path = '/roleManagement/directory/roleAssignmentScheduleInstances';
    expect(await get(path)).toMatchObject({ status: 400, body: { error: { code: 'AadPremiumLicenseRequired' } } });
    await set({ servicePlans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] });
    expect((await get(path)).status).toBe(200);
    expect((await get('/subscribedSkus')).body['value']).toMatchObject([
      {
        capabilityStatus: 'Enabled',
        servicePlans: [{ servicePlanId: '41781fb2-bc02-4b7c-bd55-b576c07bb09d' }, { servicePlanName: 'AAD_PREMIUM_P2' }],
      },
    ]);
  });

  it('shows which permissions service principals were granted', async () => {
    const listed = (await get('/servicePrincipals?$select=id,displayName,appRoles')).body['value'] as Json[];
    const graph = listed.find(({ displayName }) => displayName === 'Microsoft Graph');
    const granted = (await get(`/servicePrincipals/${reader.servicePrincipalId}/appRoleAssignments`)).body['value'];
    expect(granted).toHaveLength(3);
    expect(granted).toContainEqual(
      expect.objectContaining({
        resourceId: graph?.['id'],
        appRoleId: '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
        principalType: 'ServicePrincipal',
      }),
    );
    await set({ delegatedPermissions: [{ clientId: reader.servicePrincipalId, resourceId: graph?.['id'], scope: 'User.Read' }] });
    expect((await get('/oauth2PermissionGrants?$top=999')).body['value']).toMatchObject([
      { consentType: 'AllPrincipals', scope: 'User.Read' },
    ]);
    expect((await get('/servicePrincipals/00000000-0000-0000-0000-000000000000/appRoleAssignments')).status).toBe(404);
  });

  it('refuses policies that are asked for too often, and does not say for how long (microsoft-graph §10 #12)', async () => {
    await tenant.control('PUT', '/graph/faults', { policySpacingMs: 1_000 });
    tenant.advance(1_000);
    expect((await get(POLICIES)).status).toBe(200);
    const refused = await get(DEFAULTS);
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
    expect(refused.headers.get('retry-after')).toBeNull();
    tenant.advance(1_000);
    expect((await get(DEFAULTS)).status).toBe(200);
    await tenant.control('PUT', '/graph/faults', {});
  });

  it('refuses what is nothing of a tenant’s access', async () => {
    expect((await set({ polices: [] })).status).toBe(400);
    expect((await set({ policies: ['one'] })).status).toBe(400);
  });
});
