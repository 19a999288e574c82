import { exchangeRoutes, scimRoutes } from '../../src/scim/index.ts';
import { workspaceRoutes } from '../../src/workspace/index.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { PUBLIC_URL, type ScimClient, type ScimServer } from './scim-server.ts';

export interface RoleWorkspace {
  readonly client: ScimClient;
  /** Calls the administration as an owner, and answers the body; throws for an answer that is none of 2xx. */
  ask(method: string, path: string, body?: unknown): Promise<any>; // oxlint-disable-line typescript/no-explicit-any -- each test says what it expects
  status(method: string, path: string, body?: unknown): Promise<number>;
  setRole(id: string, rank: number, directoryMayGrant?: boolean): Promise<void>;
  setSources(sources: readonly string[]): Promise<void>;
  /** The effective role as the administration shows it. */
  roleOf(userId: string): Promise<unknown>;
  /** What the wire log's newest row says was tolerated. */
  lastTolerated(): Promise<unknown>;
  /** The records about a subject with what they disclose, oldest first. */
  records(subjectId: string): Promise<readonly LedgerRow[]>;
  close(): Promise<void>;
}

export interface LedgerRow {
  readonly type: string;
  readonly leaf: Readonly<Record<string, unknown>>;
  readonly disclosed: Readonly<Record<string, unknown>>;
}

/** A workspace whose catalogue has `employee` (the least), `reviewer`, `auditor`, and `admin`, which the directory may not grant. */
export async function roleWorkspace(server: ScimServer): Promise<RoleWorkspace> {
  const client = await server.client();
  const { workspaceId } = client;
  const { clock, database, owner } = server;
  const routers = [
    scimRoutes({ database, publicUrl: PUBLIC_URL }),
    exchangeRoutes({ database, wireLogDays: 400 }),
    workspaceRoutes({ database, clock, log: silentLog, publicUrl: PUBLIC_URL }),
  ];
  const admin = await administrationServer({ clock, workspaceId, routers });
  const send = async (method: string, path: string, body?: unknown) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${admin.url}${path}`, { method, ...content });
    return { status: response.status, body: await response.json() };
  };
  const ask: RoleWorkspace['ask'] = async (method, path, body) => {
    const answer = await send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const made: RoleWorkspace = {
    client,
    ask,
    status: async (method, path, body) => (await send(method, path, body)).status,
    setRole: (id, rank, directoryMayGrant) => ask('POST', '/roles', { id, name: id, rank, directoryMayGrant }),
    setSources: (sources) => ask('PUT', '/roles/sources', { sources }),
    roleOf: async (userId) => (await ask('GET', `/scim/user-roles/${userId}`)).role,
    lastTolerated: async () => (await ask('GET', '/scim/exchanges?limit=1')).exchanges[0].tolerated,
    records: async (subjectId) => {
      const { rows } = await owner.query<LedgerRow>(
        `select ledger_record.type, convert_from(ledger_record.leaf, 'UTF8')::jsonb as leaf, coalesce(disclosure.disclosed, '{}') as disclosed
         from ledger_record
         left join lateral (
           select jsonb_object_agg(ledger_disclosure.path, ledger_disclosure.value) as disclosed from ledger_disclosure
           where ledger_disclosure.workspace_id = ledger_record.workspace_id and ledger_disclosure.record_id = ledger_record.id
         ) as disclosure on true
         where ledger_record.workspace_id = $1 and ledger_record.subject_id = $2
         order by ledger_record.ord`,
        [workspaceId, subjectId],
      );
      return rows;
    },
    close: () => admin.close(),
  };
  for (const [rank, id] of ['employee', 'reviewer', 'auditor'].entries()) await made.setRole(id, rank);
  await made.setRole('admin', 100, false);
  return made;
}
