/** The simulated tenant's control API: what a person would click in the Entra admin centre. */
export interface SimulatorControl {
  createUsers(users: readonly TenantUser[]): Promise<readonly { readonly id: string; readonly userPrincipalName: string }[]>;
  changeUser(id: string, change: Partial<TenantUser>): Promise<void>;
  deleteUser(id: string): Promise<void>;
  purgeUser(id: string): Promise<void>;
  withholdUser(id: string, withheld: boolean): Promise<void>;
  createGroup(displayName: string, memberIds: readonly string[]): Promise<string>;
  createApplication(application: Readonly<Record<string, unknown>>): Promise<TenantApplication>;
  allowRedirect(appId: string, redirectUri: string): Promise<void>;
  assign(
    appId: string,
    assignments: readonly { readonly principalId: string; readonly appRoleValue: string }[],
  ): Promise<readonly TenantAssignment[]>;
  unassign(appId: string, assignmentId: string): Promise<void>;
  removeFromGroup(groupId: string, userId: string): Promise<void>;
  configureProvisioning(appId: string, settings: Readonly<Record<string, unknown>>): Promise<void>;
  testConnection(appId: string): Promise<{ readonly ok: boolean; readonly status: number; readonly detail?: string }>;
  /** Forgets how far provisioning came: the next cycle reads everybody again. */
  restartProvisioning(appId: string): Promise<void>;
  runCycle(appId: string): Promise<CycleSummary>;
  /** What decides who may do what, such as Conditional Access policies. */
  setAccess(access: Readonly<Record<string, unknown>>): Promise<void>;
  /** What Graph does wrong from now on; nothing, for an empty list. */
  disturbGraph(faults: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  graphViolations(): Promise<readonly unknown[]>;
}

export interface TenantUser {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly employeeId?: string;
  readonly department?: string;
  readonly jobTitle?: string;
  readonly accountEnabled?: boolean;
  readonly managerId?: string;
}

export interface TenantApplication {
  readonly appId: string;
  readonly clientSecret: string;
}

export interface TenantAssignment {
  readonly id: string;
  readonly principalId: string;
}

export interface CycleSummary {
  readonly cycle: number;
  readonly requests: Readonly<Record<'GET' | 'POST' | 'PATCH' | 'DELETE', number>>;
  readonly users: Readonly<Record<'created' | 'updated' | 'disabled' | 'deleted' | 'unchanged', number>>;
  readonly groups: Readonly<Record<'created' | 'updated' | 'deleted', number>>;
  readonly failures: readonly { readonly step: string; readonly status: number; readonly body: unknown }[];
  readonly quarantine?: { readonly reason: string };
}

export function simulatorControl(url: string): SimulatorControl {
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulated tenant answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  const application = (appId: string) => `/applications/${appId}`;
  return {
    createUsers: async (users) => (await call<{ users: { id: string; userPrincipalName: string }[] }>('POST', '/users', users)).users,
    changeUser: (id, change) => call('PATCH', `/users/${id}`, change),
    deleteUser: (id) => call('DELETE', `/users/${id}`),
    purgeUser: (id) => call('DELETE', `/deleted-users/${id}`),
    withholdUser: (id, withheld) => call('POST', `/users/${id}/withhold`, { withheld }),
    createGroup: async (displayName, memberIds) => (await call<{ id: string }>('POST', '/groups', { displayName, memberIds })).id,
    createApplication: (body) => call('POST', '/applications', body),
    allowRedirect: (appId, redirectUri) => call('PATCH', application(appId), { redirectUris: [redirectUri] }),
    assign: async (appId, assignments) =>
      (await call<{ assignments: TenantAssignment[] }>('POST', `${application(appId)}/assignments`, assignments)).assignments,
    unassign: (appId, assignmentId) => call('DELETE', `${application(appId)}/assignments/${assignmentId}`),
    removeFromGroup: (groupId, userId) => call('POST', `/groups/${groupId}/members`, { remove: [userId] }),
    configureProvisioning: (appId, settings) => call('PUT', `${application(appId)}/provisioning`, settings),
    testConnection: (appId) => call('POST', `${application(appId)}/provisioning/test-connection`),
    restartProvisioning: (appId) => call('POST', `${application(appId)}/provisioning/restart`),
    runCycle: (appId) => call('POST', `${application(appId)}/provisioning/cycles`),
    setAccess: (access) => call('PUT', '/access', access),
    disturbGraph: (faults) => call('PUT', '/graph/faults', { faults }),
    graphViolations: async () => (await call<{ violations: unknown[] }>('GET', '/graph/violations')).violations,
  };
}
