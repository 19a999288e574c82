import { type AdministrationClient, administrationClient } from '../../src/app/demo/administration-client.ts';
import { connectDirectory } from '../../src/app/demo/connect-directory.ts';
import { foundWorkspace, refuseSwitchWithoutSso } from '../../src/app/demo/found-workspace.ts';
import { furnishTenant } from '../../src/app/demo/furnish-tenant.ts';
import { importRoster } from '../../src/app/demo/import-roster.ts';
import { letPeopleLeave } from '../../src/app/demo/let-people-leave.ts';
import { proveSso } from '../../src/app/demo/prove-sso.ts';
import { provision } from '../../src/app/demo/provision.ts';
import type { TenantApplication } from '../../src/app/demo/simulator-control.ts';
import { switchOn } from '../../src/app/demo/switch-on.ts';
import { hashToken, type Scope, systemClock } from '../../src/platform/index.ts';
import { createOwner, recordOwnerAttempt } from '../../src/workspace/index.ts';
import { silentLog } from '../support/log.ts';
import { askForLinks, classAccounts } from './account-decisions.ts';
import { type Makers, present } from './makers.ts';
import { connectAnother, holdRun } from './directory-things.ts';
import { openToAuditors } from './audited-report.ts';
import type { LivingServers } from './living-servers.ts';

/** What the rows of the tests may name: things that are really there. */
export interface Place {
  readonly servers: LivingServers;
  readonly workspaceId: string;
  readonly owner: string;
  /** An API token with every scope. */
  readonly administrator: string;
  /** The token of the same administrator with these scopes alone. */
  tokenWith(some: readonly Scope[]): Promise<string>;
  readonly application: TenantApplication;
  readonly scimClientSecret: string;
  readonly ids: Readonly<Record<PlaceName, string>>;
  /** Another workspace, in which nothing was ever set, connected or reconciled. */
  readonly quiet: { readonly workspaceId: string; readonly owner: string };
}

export type PlaceName =
  | 'administrator'
  | 'administratorToRemove'
  | 'ownerToEnd'
  | 'leftFinding'
  | 'attemptsFinding'
  | 'apiTokenToRevoke'
  | 'activeSso'
  | 'candidateToRetire'
  | 'connection'
  | 'preview'
  | 'completeRun'
  | 'directoryObject'
  | 'heldRun'
  | 'heldImport'
  | 'rosterImport'
  | 'connectionToRemove'
  | 'webhook'
  | 'webhookSecretToRemove'
  | 'webhookDisabled'
  | 'webhookToRemove'
  | 'directoryCredential'
  | 'directoryCredentialToRemove'
  | 'scimCredentialToRevoke'
  | 'scimUser'
  | 'scimClient'
  | 'scimClientToRevoke'
  | 'scimWorkload'
  | 'scimEnrolment'
  | 'scimCycle'
  | 'person'
  | 'droppedPerson'
  | 'account'
  | 'freeAccount'
  | 'leaver'
  | 'linkRequestToApprove'
  | 'linkRequestToWithdraw'
  | 'accountToWithdraw'
  | 'linkRequestApproved'
  | 'classificationToApprove'
  | 'classificationApproved'
  | 'exceptionToApprove'
  | 'dispositionToWithdraw'
  | 'disputed'
  | 'freeFinding'
  | 'report'
  | 'leaverTest'
  | 'accountTest'
  | 'reportOfNobody'
  | 'draftToFreeze'
  | 'draftToDiscard'
  | 'reviewed'
  | 'reportToSeal'
  | 'reviewedFinding'
  | 'draftAhead'
  | 'reportPage'
  | 'reportManifest'
  | 'record'
  | 'anchor'
  | 'auditorLink'
  | 'auditorLinkToRevoke'
  | 'noLink'
  | 'tile'
  | 'quietOwner'
  | 'quietAdministrator'
  | 'quietCandidate';

interface Finding {
  readonly verdict: string;
  readonly person: { readonly id: string } | null;
  readonly systems: readonly { readonly system: string; readonly accountId: string | null }[];
  readonly evidence: readonly string[];
}

/** Plays the demo's chapters up to the switch, provisioning and people leaving, then makes what the rows need. */
export async function bringToLife(servers: LivingServers): Promise<Place> {
  const { stage } = servers;
  const made = await foundWorkspace(stage);
  await refuseSwitchWithoutSso(stage, made);
  const tenant = await furnishTenant(stage);
  const { baseUrl, client, token } = await proveSso(stage, made, tenant.application);
  const { connectionId } = await connectDirectory(stage, client, tenant);
  const scim = await switchOn(stage, client, tenant);
  await provision(stage, client, { scim, tenant });
  await importRoster(stage, client, made.timeZone);
  await letPeopleLeave(stage, client, { tenant, scim, connectionId });
  const administratorId = await boundAdministrator(client);
  const { quietAdministrator, quietOwner, quietCandidate, ...quiet } = await quietWorkspace(servers);
  const { workspaceId, ownerCredential: owner } = made;
  const tokenWith = async (some: readonly Scope[]) => (await client.post<{ token: string }>('/api-tokens', { scopes: some })).token;
  const { scimClientSecret, ...scimIds } = await makeScimClients(servers, client);
  return {
    servers,
    workspaceId,
    owner,
    administrator: token,
    tokenWith,
    application: tenant.application,
    scimClientSecret,
    ids: {
      ...scimIds,
      administrator: administratorId,
      connection: connectionId,
      ...(await addCredentials(client, connectionId)),
      heldRun: await holdRun(servers, workspaceId, connectionId),
      connectionToRemove: await connectAnother(servers, workspaceId),
      directoryObject: await disabledObject(client),
      ...(await makeThings(servers, { owner: made.owner, client, workspaceId })),
      ...(await makeWireLog(servers, client, workspaceId)),
      ...(await makeEvidence(servers, client, workspaceId)),
      ...(await decideFindings(client)),
      ...(await classAccounts(servers, { owner: made.owner, client, workspaceId })),
      ...(await askForLinks(servers, { owner: made.owner, client, workspaceId })),
      droppedPerson: await dropSomebody(client),
      rosterImport: await importWithRejectedRows(baseUrl, token),
      heldImport: await holdRoster(servers, client),
      ...(await addWebhooks(servers, client)),
      quietAdministrator,
      quietOwner,
      quietCandidate,
    },
    quiet,
  };
}

async function boundAdministrator(client: AdministrationClient): Promise<string> {
  const { administrators } = await client.get<{ administrators: readonly { id: string; boundAt: string | null }[] }>('/administrators');
  return present(administrators.find(({ boundAt }) => boundAt !== null)?.id);
}

/** A second credential beside the one in use; a third is refused. */
async function addCredentials(client: AdministrationClient, connectionId: string) {
  const add = (clientSecret: string) => client.post<{ id: string }>(`/directory/connections/${connectionId}/credentials`, { clientSecret });
  const { id: directoryCredentialToRemove } = await add('not in use');
  await add('one too many').catch(() => undefined);
  const { connections } = await client.get<{ connections: readonly { credentials: readonly { id: string }[] }[] }>(
    '/directory/connections',
  );
  const inUse = connections[0]?.credentials.find(({ id }) => id !== directoryCredentialToRemove);
  return { directoryCredential: present(inUse?.id), directoryCredentialToRemove };
}

/** Things that a row takes away. */
async function makeThings({ db }: LivingServers, { owner, client, workspaceId }: Makers) {
  const idOf = async (answer: Promise<{ readonly id: string }>) => (await answer).id;
  const { connections } = await client.get<{ connections: readonly { id: string; state: string }[] }>('/sso');
  const { runs } = await client.get<{ runs: readonly { id: string }[] }>('/directory/runs');
  const { users } = await client.get<{ users: readonly { userId: string }[] }>('/scim/user-roles');
  const sso = { protocol: 'oidc', tenantId: UNUSED, clientId: UNUSED, clientSecret: 'not in use' };
  return {
    activeSso: present(connections.find(({ state }) => state === 'active')?.id),
    completeRun: present(runs[0]?.id),
    preview: await idOf(client.post('/activation/previews', {})),
    scimUser: present(users[0]?.userId),
    administratorToRemove: await idOf(owner.post('/administrators', { email: 'leaving@contoso.example', roleId: 'auditor' })),
    ownerToEnd: await idOf(createOwner({ database: db.database, clock: systemClock }, workspaceId as never, { name: 'Oscar Owner' })),
    apiTokenToRevoke: await idOf(client.post('/api-tokens', { scopes: ['read'] })),
    candidateToRetire: await idOf(client.post('/sso', sso)),
    scimCredentialToRevoke: await idOf(client.post('/scim/credentials', { label: 'to be revoked' })),
  };
}

/** Clients of the token endpoint, and a tenant whose caller has been seen. */
async function makeScimClients({ db }: LivingServers, client: AdministrationClient) {
  const make = (body: object) => client.post<{ id: string; clientId: string; clientSecret: string }>('/scim/credentials', body);
  const { clientId: scimClient, clientSecret: scimClientSecret } = await make({ kind: 'oauth-client', label: 'in use' });
  const { clientId: scimClientToRevoke } = await make({ kind: 'oauth-client', label: 'to be revoked' });
  const { id: scimWorkload } = await make(workloadOf(UNUSED, 'federated'));
  const { id: scimEnrolment } = await make({ kind: 'entra-jwt', label: 'secret left blank', cloud: 'commercial', tenantId: UNUSED });
  const seen = 'update scim_credential set seen_app_id = $2, seen_object_id = $2, seen_at = created_at where id = $1';
  await db.owner.query(seen, [scimEnrolment, UNUSED]);
  return { scimClient, scimClientSecret, scimClientToRevoke, scimWorkload, scimEnrolment };
}

/** A workload identity of a tenant whose keys nobody publishes. */
export function workloadOf(tenantId: string, label: string) {
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  return { kind: 'workload-identity', label, cloud: 'commercial', tenantId, issuer, subject: tenantId, audiences: [`api://${tenantId}`] };
}

export const UNUSED = '00000000-0000-4000-8000-000000000000';

/** A user in the wire log, and a cycle of yesterday, to which nothing comes any more. */
async function makeWireLog({ db }: LivingServers, client: AdministrationClient, workspaceId: string) {
  await db.owner.query(
    `insert into scim_exchange_minute (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe, count)
     values ($1, date_trunc('minute', $2::timestamptz) - interval '1 day', $3, 'GET', 'User', '2xx', false, 1)`,
    [workspaceId, systemClock.now(), UNUSED],
  );
  const { cycles } = await client.get<{ cycles: readonly { id: string }[] }>('/scim/cycles');
  const { exchanges } = await client.get<{ exchanges: readonly { userId: string | null }[] }>('/scim/exchanges');
  return { scimCycle: present(cycles.at(-1)?.id), scimUser: present(exchanges.find(({ userId }) => userId !== null)?.userId) };
}

async function makeEvidence(servers: LivingServers, client: AdministrationClient, workspaceId: string) {
  await reachForOwner(servers, await ownerWhoLeft(servers, client, workspaceId), workspaceId);
  await client.post('/reconciliation/runs', {});
  const { findings } = await client.get<{ findings: readonly Finding[] }>('/findings');
  const doubt = present(findings.find(({ verdict }) => verdict === 'AMBIGUOUS_MATCH'));
  const period = { periodStart: '2026-01-01T00:00:00Z', periodEnd: '2036-01-01T00:00:00Z' };
  const { id: report } = await client.post<{ id: string }>('/reports', { kind: 'interim', ...period });
  // The report waited for every record to have its place in the ledger, in the order of which attempts are counted.
  await client.post('/reconciliation/runs', {});
  const { findings: owners } = await client.get<{ findings: readonly { id: string; kind: string }[] }>('/owner-findings');
  const ofKind = (kind: string) => present(owners.find((found) => found.kind === kind)?.id);
  return {
    leftFinding: ofKind('person-left'),
    attemptsFinding: ofKind('attempt'),
    person: present(doubt.person?.id),
    account: present(doubt.systems.find(({ system }) => system === 'directory')?.accountId),
    report,
    leaverTest: 'terminated-people-are-deactivated',
    accountTest: 'directory-accounts-have-people',
    reportOfNobody: (
      await client.post<{ id: string }>('/reports', {
        kind: 'interim',
        periodStart: '2001-01-01T00:00:00Z',
        periodEnd: '2001-02-01T00:00:00Z',
      })
    ).id,
    ...(await makeFinalReports(client)),
    reportPage: 'report.html',
    reportManifest: 'manifest.json',
    record: present(doubt.evidence[0]),
    anchor: await anchored(servers, workspaceId),
    ...(await openToAuditors(servers, workspaceId, report)),
    tile: await showTiles(servers, workspaceId),
  };
}

/** Drafts on periods that are over, two of them frozen, and one on a period that goes on. */
async function makeFinalReports(client: AdministrationClient) {
  const draft = async (periodStart: string, periodEnd: string) =>
    (await client.post<{ id: string }>('/reports', { kind: 'final', periodStart, periodEnd })).id;
  const frozen = async (start: string, end: string) => {
    const id = await draft(start, end);
    await client.post(`/reports/${id}/freeze`, {});
    return id;
  };
  const reviewed = await frozen('2021-01-01T00:00:00Z', '2021-02-01T00:00:00Z');
  const { responses } = await client.get<{ responses: readonly { findingId: string }[] }>(`/reports/${reviewed}/responses`);
  return {
    draftToFreeze: await draft('2021-02-01T00:00:00Z', '2021-03-01T00:00:00Z'),
    draftToDiscard: await draft('2021-03-01T00:00:00Z', '2021-04-01T00:00:00Z'),
    draftAhead: await draft('2026-01-01T00:00:00Z', '2096-01-01T00:00:00Z'),
    reportToSeal: await frozen('2021-04-01T00:00:00Z', '2021-05-01T00:00:00Z'),
    reviewed,
    reviewedFinding: present(responses[0]?.findingId),
  };
}

/** A token that rows can name, and a tile that is not full. */
export const TILE_TOKEN = `rcl_${'A'.repeat(43)}`;

async function showTiles({ db }: LivingServers, workspaceId: string): Promise<string> {
  await db.owner.query('insert into ledger_tile_token (workspace_id, token_hash, issued_at, issued_by) values ($1, $2, $3, $4)', [
    workspaceId,
    hashToken(TILE_TOKEN),
    systemClock.now(),
    'system',
  ]);
  return '0/000.p/1';
}

async function anchored({ db }: LivingServers, workspaceId: string): Promise<string> {
  const { rows } = await db.owner.query<{ id: string }>(
    `insert into ledger_anchor (workspace_id, id, kind, size, place, anchored_at, record_id)
     select checkpoint.workspace_id, gen_random_uuid(), 'file', checkpoint.size, '/anchors', checkpoint.created_at, gen_random_uuid()
       from ledger_checkpoint as checkpoint
      where checkpoint.workspace_id = $1
      order by checkpoint.size desc
      limit 1
     returning id`,
    [workspaceId],
  );
  return present(rows[0]?.id);
}

/** An exception that waits, what a row takes back, what needs no approval, and a finding about which nothing is decided. */
async function decideFindings(client: AdministrationClient) {
  const { findings } = await client.get<{ findings: readonly { id: string }[] }>('/findings?effect=FAIL,INSUF,WARN');
  const [one, two, three, free] = findings.map(({ id }) => id);
  const decide = async (findingId: string | undefined, more: object) =>
    (await client.post<{ id: string }>('/dispositions', { findingId, reason: 'known', ...more })).id;
  return {
    exceptionToApprove: await decide(one, { kind: 'exception', expiresAt: '2096-01-01T00:00:00Z' }),
    dispositionToWithdraw: await decide(two, { kind: 'remediate' }),
    disputed: await decide(three, { kind: 'dispute' }),
    freeFinding: present(free),
    /** When it had been found. */
    afterFindings: systemClock.now(),
  };
}

/** An owner whose person the directory has disabled. */
async function ownerWhoLeft({ db, stage }: LivingServers, client: AdministrationClient, workspaceId: string): Promise<string> {
  const person = { tenantId: stage.tenant.tenantId, objectId: await disabledObject(client) };
  const made = await createOwner({ database: db.database, clock: systemClock }, workspaceId as never, { name: 'Paula Past', person });
  return made.id;
}

async function disabledObject(client: AdministrationClient): Promise<string> {
  const { accounts } = await client.get<{ accounts: readonly { objectId: string }[] }>('/directory/accounts?state=disabled');
  return present(accounts[0]?.objectId);
}

async function reachForOwner({ db }: LivingServers, id: string, workspaceId: string): Promise<void> {
  const attempted = {
    attempt: 'scim-target',
    at: systemClock.now(),
    actor: `scim-credential:${UNUSED}`,
    subject: { kind: 'owner', id },
  } as const;
  await recordOwnerAttempt({ database: db.database, log: silentLog }, workspaceId as never, attempted);
}

async function quietWorkspace({ stage, url }: LivingServers) {
  const { workspaceId, ownerCredential: owner } = await stage.createWorkspace('quiet', 'UTC');
  const client = administrationClient(`${url}/api/v1/workspaces/${workspaceId}`, owner);
  const { owners } = await client.get<{ owners: readonly { id: string }[] }>('/owners');
  const sso = { protocol: 'oidc', tenantId: UNUSED, clientId: UNUSED, clientSecret: 'not in use' };
  const { id: quietCandidate } = await client.post<{ id: string }>('/sso', sso);
  const invitation = { email: 'only@contoso.example', roleId: 'admin' };
  const { id: quietAdministrator } = await client.post<{ id: string }>('/administrators', invitation);
  return { workspaceId, owner, quietAdministrator, quietOwner: present(owners[0]?.id), quietCandidate };
}

/** Somebody whom the roster after the one that named them leaves out. */
async function dropSomebody(client: AdministrationClient): Promise<string> {
  const period = (id: string) => ({ employee_id: id, work_email: `${id}@contoso.example`, start_date: '2026-01-01', end_date: null });
  await client.post('/roster/imports?mode=import', { rows: [period('e-8000')] });
  await client.post('/roster/imports?mode=import&partial=false', { rows: [period('e-8001')] });
  const { people } = await client.get<{ people: readonly { id: string; employeeId: string }[] }>('/people?listing=dropped&limit=1000');
  return present(people.find(({ employeeId }) => employeeId === 'e-8000')?.id);
}

/** Many enough for the brake to hold a roster that ends half of them, and then the other half. */
export function manyPeople(half: 'first' | 'second' | null): readonly Readonly<Record<string, string | null>>[] {
  return Array.from({ length: 120 }, (_, n) => ({
    employee_id: `m-${n}`,
    work_email: `m-${n}@contoso.example`,
    start_date: '2026-01-01',
    end_date: half === (n < 60 ? 'first' : 'second') ? '2026-02-28' : null,
  }));
}

/** Of a file with a name, which the ledger discloses. */
async function importWithRejectedRows(baseUrl: string, token: string): Promise<string> {
  const period = (id: string) => ({ employee_id: id, work_email: `${id}@contoso.example`, start_date: '2026-01-01' });
  const rows = [
    { ...period('e-8100'), end_date: null },
    ...['e-8101', 'e-8102', 'e-8103'].map((id) => ({ ...period(id), end_date: 'soon' })),
  ];
  const response = await fetch(`${baseUrl}/roster/imports?mode=import&allowRejected=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'rollcall-file-name': 'hr.json' },
    body: JSON.stringify({ rows }),
  });
  return ((await response.json()) as { readonly id: string }).id;
}

async function holdRoster({ db }: LivingServers, client: AdministrationClient): Promise<string> {
  await client.post('/roster/imports?mode=import', { rows: manyPeople(null) });
  const { id } = await client.post<{ id: string }>('/roster/imports?mode=import', { rows: manyPeople('first') });
  await db.owner.query(
    `insert into roster_held_rejected_row (workspace_id, import_id, ordinal, line, column_name, reason)
     select workspace_id, id, place, place + 1, 'end_date', 'is no date' from roster_held_import, generate_series(1, 3) as place where id = $1`,
    [id],
  );
  return id;
}

/** Nobody listens there: each has deliveries that wait. */
async function addWebhooks({ db }: LivingServers, client: AdministrationClient) {
  const add = async () => (await client.post<{ id: string }>('/webhooks', { url: 'https://127.0.0.1:1/in' })).id;
  const [webhook, webhookDisabled, webhookToRemove] = [await add(), await add(), await add()];
  for (const id of [webhook, webhook, webhook]) await client.post(`/webhooks/${id}/test`, {});
  const { id: webhookSecretToRemove } = await client.post<{ id: string }>(`/webhooks/${webhook}/secrets`, {});
  await db.owner.query("update webhook set state = 'disabled', ended_at = now() where id = $1", [webhookDisabled]);
  return { webhook, webhookSecretToRemove, webhookDisabled, webhookToRemove };
}

/** Throws where the story has not left what the rows need. */
