import { type Instant, instantOf, plusMs } from '../../src/kernel/index.ts';
import { startSimulator } from '../../src/simulator/index.ts';

export type Json = Record<string, unknown>;

export interface RegisteredApplication {
  readonly appId: string;
  readonly objectId: string;
  readonly clientSecret: string;
  readonly servicePrincipalId: string;
  readonly appRoles: readonly { readonly id: string; readonly value: string }[];
}

export interface SimulatedTenant {
  readonly url: string;
  readonly tenantId: string;
  readonly now: () => Instant;
  advance(ms: number): void;
  /** How long provisioning was asked to wait each time; the clock went on instead. */
  readonly pauses: readonly number[];
  control(method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }>;
  /** Creates users named after their mailbox and returns their ids in order. */
  users(...mailboxes: string[]): Promise<string[]>;
  application(request?: Json): Promise<RegisteredApplication>;
  group(displayName: string, memberIds: readonly string[]): Promise<string>;
  assign(appId: string, principalId: string, appRoleValue?: string): Promise<string>;
  close(): Promise<void>;
}

export async function simulatedTenant(start: Instant = instantOf(Date.UTC(2026, 10, 2, 8))): Promise<SimulatedTenant> {
  let at = start;
  const pauses: number[] = [];
  const pause = (ms: number) => {
    pauses.push(ms);
    at = plusMs(at, ms);
    return Promise.resolve();
  };
  const simulator = await startSimulator({ now: () => at, pause });
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator.url}/control${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text === '' ? '{}' : text) as Json };
  };
  return {
    ...simulator,
    now: () => at,
    pauses,
    advance: (ms) => {
      at = plusMs(at, ms);
    },
    control,
    users: async (...mailboxes) => {
      const { body } = await control('POST', '/users', mailboxes.map(userNamed));
      return (body['users'] as { id: string }[]).map((user) => user.id);
    },
    application: async (request = {}) =>
      (await control('POST', '/applications', { displayName: 'Rollcall', ...request })).body as unknown as RegisteredApplication,
    group: async (displayName, memberIds) => String((await control('POST', '/groups', { displayName, memberIds })).body['id']),
    assign: async (appId, principalId, appRoleValue) =>
      String((await control('POST', `/applications/${appId}/assignments`, { principalId, appRoleValue })).body['id']),
  };
}

export function userNamed(mailbox: string): Json {
  const [givenName, surname] = mailbox.split('.');
  return {
    userPrincipalName: `${mailbox}@contoso.example`,
    displayName: mailbox,
    givenName,
    surname: surname ?? null,
    mail: `${mailbox}@contoso.example`,
  };
}
