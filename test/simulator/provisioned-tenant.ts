import type { CycleReport } from '../../src/simulator/provisioning/run-provisioning.ts';
import { type ScimDouble, startScimDouble } from './scim-double.ts';
import { type Json, type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

/** A tenant whose application provisions into a SCIM double. */
export interface ProvisionedTenant {
  readonly tenant: SimulatedTenant;
  readonly double: ScimDouble;
  readonly appId: string;
  assign(principalId: string, appRoleValue?: string): Promise<string>;
  unassign(assignmentId: string): Promise<void>;
  configure(settings: Json): Promise<void>;
  /** Runs a cycle and says what the double saw of it. */
  cycle(): Promise<CycleReport>;
  close(): Promise<void>;
}

export async function provisionedTenant(settings: Json = {}): Promise<ProvisionedTenant> {
  const tenant = await simulatedTenant();
  const double = await startScimDouble();
  const appRoles = ['role-admin', 'role-employee'].map((value) => ({ value, displayName: value }));
  const { appId } = await tenant.application({ appRoles });
  const configure = async (changes: Json) => {
    const body = { tenantUrl: double.url, secretToken: 'secret', dialect: 'legacy', ...settings, ...changes };
    await tenant.control('PUT', `/applications/${appId}/provisioning`, body);
  };
  await configure({});
  return {
    tenant,
    double,
    appId,
    assign: (principalId, appRoleValue) => tenant.assign(appId, principalId, appRoleValue),
    unassign: async (id) => {
      await tenant.control('DELETE', `/applications/${appId}/assignments/${id}`);
    },
    configure,
    cycle: async () => {
      double.seen.length = 0;
      return (await tenant.control('POST', `/applications/${appId}/provisioning/cycles`)).body as unknown as CycleReport;
    },
    close: async () => {
      await tenant.close();
      await double.close();
    },
  };
}
