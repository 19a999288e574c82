import { managerOf, membersOf, personOf } from '../../bench/tenant-population.mjs';
import { differencesBetween, readStore, type TenantGroup, type TenantPerson } from '../../bench/store-equals-tenant.mjs';
import type { CycleReport } from '../../src/simulator/provisioning/run-provisioning.ts';
import type { ScimServer } from '../scim/scim-server.ts';
import { type Json, type SimulatedTenant, simulatedTenant } from './simulated-tenant.ts';

const HOUR_MS = 3_600_000;

/** Whom a test can follow, and what the tenant has of them. */
type Person = { -readonly [K in keyof TenantPerson]: TenantPerson[K] } & { assignmentId: string };
type Group = { -readonly [K in keyof TenantGroup]: TenantGroup[K] };

/** A populated tenant whose application provisions into a workspace of the real server. */
export interface ProvisionedStore {
  readonly tenant: SimulatedTenant;
  readonly people: Person[];
  readonly groups: Group[];
  /** Changes attributes of a person in the tenant. */
  change(person: Person, changes: Json): Promise<void>;
  /** Ends a person's assignment and its memberships of assigned groups, so that nothing entitles it. */
  unassign(person: Person): Promise<void>;
  /** Assigns a person, with a role or with Default Access, and returns the id of the assignment. */
  assign(person: Person, role: string | null): Promise<string>;
  /** Gives a person another role of the application instead of its own; null is Default Access. */
  changeRole(person: Person, role: string | null): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<Json>;
  /** Sends a call of the application's provisioning. */
  job(method: string, path: string, body?: unknown): Promise<Json>;
  configure(settings: Json): Promise<void>;
  faults(...rules: readonly Json[]): Promise<void>;
  cycle(): Promise<CycleReport>;
  /** Runs cycles, each a day after the other, until one leaves nothing to be tried again. */
  cyclesUntilDone(): Promise<readonly CycleReport[]>;
  /** What the store has otherwise than the tenant. */
  differences(): Promise<readonly string[]>;
  /** `active` of a person in the store. */
  isActive(person: Person): Promise<unknown>;
  /** The role that the store gives a person by its catalogue, which has every role of the application. */
  effectiveRole(person: Person): Promise<string | null | undefined>;
  close(): Promise<void>;
}

export interface PopulationOptions {
  readonly people: number;
  readonly groups: number;
  readonly settings: Json & { readonly roleTarget?: string };
}

export async function provisionedStore(server: ScimServer, { people: size, groups: groupCount, settings }: PopulationOptions) {
  const { roleTarget = 'rbac_role_id' } = settings;
  const tenant = await simulatedTenant();
  const client = await server.client();
  const baseUrl = `${server.url}/workspaces/${client.workspaceId}/scim/v2`;
  const roles = ['role-admin', 'role-employee'];
  const { appId } = await tenant.application({ appRoles: roles.map((value) => ({ value, displayName: value })) });
  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await tenant.control(method, path, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const job = (method: string, path: string, body?: unknown) => control(method, `/applications/${appId}/provisioning${path}`, body);
  const configure = async (changes: Json) => {
    const flag = { ...settings, ...changes }['dialect'] === 'flag' ? '?aadOptscim062020' : '';
    await job('PUT', '', { tenantUrl: `${baseUrl}${flag}`, secretToken: client.token, workers: 8, ...settings, ...changes });
  };
  await server.owner.query(
    'insert into role (workspace_id, id, name, rank, created_at) select $1, role.id, role.id, role.rank, $3 from unnest($2::text[]) with ordinality as role (id, rank)',
    [client.workspaceId, ['none', ...roles], server.clock.now()],
  );
  await configure({});
  const people = await addPeople({ control, appId }, size, { roles, roleTarget });
  const groups = await addGroups({ control, appId }, groupCount, people);
  const cycle = async () => (await job('POST', '/cycles')) as unknown as CycleReport;
  const world: ProvisionedStore = {
    tenant,
    people,
    groups,
    control,
    job,
    configure,
    cycle,
    change: async (person, changes) => {
      await control('PATCH', `/users/${person.id}`, changes);
      Object.assign(person, changes);
    },
    unassign: async (person) => {
      await control('DELETE', `/applications/${appId}/assignments/${person.assignmentId}`);
      for (const group of groups.filter(({ memberIds }) => memberIds.includes(person.id))) {
        await control('POST', `/groups/${group.id}/members`, { remove: [person.id] });
        group.memberIds = group.memberIds.filter((id) => id !== person.id);
      }
      person.standing = 'left';
    },
    assign: (person, role) => tenant.assign(appId, person.id, role ?? undefined),
    changeRole: async (person, role) => {
      await control('DELETE', `/applications/${appId}/assignments/${person.assignmentId}`);
      person.assignmentId = await world.assign(person, role);
      person.role = role;
    },
    faults: async (...rules) => void (await job('PUT', '/faults', { faults: rules })),
    cyclesUntilDone: async () => {
      const reports: CycleReport[] = [];
      for (let day = 0; day < 14; day += 1) {
        const report = await cycle();
        reports.push(report);
        if (report.failures.length === 0 && report.quarantine === undefined) return reports;
        tenant.advance(24 * HOUR_MS);
      }
      throw new Error(`not done after two weeks: ${JSON.stringify(reports.at(-1))}`);
    },
    differences: async () => differencesBetween({ people, groups }, await readStore({ baseUrl, token: client.token })),
    isActive: async (person) => {
      const { body } = await client.send('GET', `/Users?filter=${encodeURIComponent(`externalId eq "${person.id}"`)}`);
      return body.Resources[0]?.active;
    },
    effectiveRole: async (person) => {
      const { rows } = await server.owner.query<{ role: string | null }>(
        `select decided.role_id as role from scim_user
         cross join lateral decide_role(scim_user.workspace_id, scim_user.role_claims) as decided
         where scim_user.workspace_id = $1 and scim_user.external_id = $2`,
        [client.workspaceId, person.id],
      );
      return rows[0]?.role;
    },
    close: () => tenant.close(),
  };
  return world;
}

interface TenantCalls {
  readonly appId: string;
  control(method: string, path: string, body?: unknown): Promise<Json>;
}

/** Everybody with a manager above and a role of the application. */
async function addPeople(
  { control, appId }: TenantCalls,
  size: number,
  { roles, roleTarget }: { readonly roles: readonly string[]; readonly roleTarget: string },
): Promise<Person[]> {
  const drafts = Array.from({ length: size }, (_, number) => personOf(number));
  const ids = ((await control('POST', '/users', drafts))['users'] as { id: string }[]).map((user) => user.id);
  const assigned = ids.map((principalId, number) => ({ principalId, appRoleValue: roles[number % roles.length] ?? '' }));
  const { assignments } = (await control('POST', `/applications/${appId}/assignments`, assigned)) as { assignments: { id: string }[] };
  const people: Person[] = [];
  for (const [number, draft] of drafts.entries()) {
    const managerId = ids[managerOf(number) ?? -1] ?? null;
    const id = ids[number] ?? '';
    if (managerId !== null) await control('PATCH', `/users/${id}`, { managerId });
    const role = assigned[number]?.appRoleValue ?? '';
    people.push({ ...draft, id, managerId, role, roleTarget, standing: 'present', assignmentId: assignments[number]?.id ?? '' });
  }
  return people;
}

async function addGroups({ control, appId }: TenantCalls, count: number, people: readonly Person[]): Promise<Group[]> {
  const groups: Group[] = [];
  for (let number = 0; number < count; number += 1) {
    const memberIds = membersOf(number, people.length).map((member) => people[member]?.id ?? '');
    const displayName = `Group "${number}"`;
    const { id } = await control('POST', '/groups', { displayName, memberIds });
    await control('POST', `/applications/${appId}/assignments`, { principalId: id });
    groups.push({ id: String(id), displayName, memberIds });
  }
  return groups;
}
