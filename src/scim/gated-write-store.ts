import type { Instant, ScimCredentialId, WorkspaceId } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';
import type { Exchange } from './exchange-store.ts';

/** The condition that a credential is live at an instant. */
function isLiveCredential(at: string): string {
  return `scim_credential.revoked_at is null and (scim_credential.expires_at is null or scim_credential.expires_at > ${at}::timestamptz)`;
}

/**
 * What every reading statement begins with: the gate, which is the credential's row ($1, $2), live at $3, and the switch beside it.
 * A statement answers a row with the switch's state when the credential is live, else none.
 */
export const GATE = `gate as (
  select scim_switch.state
  from scim_credential
  join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
  where scim_credential.workspace_id = $1::uuid and scim_credential.id = $2::uuid and ${isLiveCredential('$3')}
)`;

/** What a statement behind the gate answers; `state` is undefined when the credential is no longer live. */
export interface Gated<Row> {
  readonly state: 'off' | 'on' | undefined;
  readonly row: Row | undefined;
}

export interface ReadKey {
  readonly workspaceId: WorkspaceId;
  readonly credentialId: ScimCredentialId;
  readonly at: Instant;
}

/** The gate of one of several requests: what stands in a row of theirs (workspace_id, credential_id, at) as its `state`. */
export function stateOf(row: string): string {
  return `(
    select scim_switch.state
    from scim_credential
    join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
    where scim_credential.workspace_id = ${row}.workspace_id and scim_credential.id = ${row}.credential_id
      and ${isLiveCredential(`${row}.at`)}
  )`;
}

/** What the statement of a change writes beside the change. */
export interface Evidence {
  readonly workspaceId: WorkspaceId;
  readonly exchange: Exchange;
  /** All of them about `subjectId`. */
  readonly entries: readonly LedgerEntry[];
  readonly subjectId: string;
}

/** One change of a writing statement: its evidence, and what the statement changes by the names of `columns`. */
export interface Write {
  readonly evidence: Evidence;
  readonly subject: Readonly<Record<string, unknown>>;
}

/** $1 of a writing statement: an array of objects, as `requests` reads them. */
export function writesParameter(writes: readonly Write[]): string {
  return JSON.stringify(writes.map(({ evidence, subject }, n) => ({ n, ...requestOf(evidence), ...subject })));
}

function requestOf({ workspaceId, exchange, entries, subjectId }: Evidence) {
  return {
    workspace_id: workspaceId,
    credential_id: exchange.credentialId,
    at: exchange.at,
    exchange_id: exchange.id,
    request_id: exchange.requestId,
    method: exchange.method,
    path: exchange.path,
    status: exchange.status,
    tolerated: exchange.tolerated,
    ignored: exchange.ignored,
    canonical: exchange.canonical,
    effect: exchange.effect,
    body_sha256: exchange.bodySha256?.toString('hex'),
    subject_id: subjectId,
    records: entries.map(recordOf),
  };
}

function recordOf({ record, disclosures }: LedgerEntry, n: number) {
  const { id, leaf, type } = record;
  return {
    n,
    id,
    type,
    leaf: leaf.toString('utf8'),
    disclosures: disclosures.map(({ digest, path, salt, value }) => ({
      digest: digest.toString('hex'),
      path,
      salt: salt.toString('hex'),
      value,
    })),
  };
}

/** The head of a writing statement: its requests, with the further columns of their subjects, each with what its gate says (`state`). */
export function requests(columns: string): string {
  return `request as materialized (
    select item.*, ${stateOf('item')} as state
    from jsonb_to_recordset($1::jsonb) as item (n int, workspace_id uuid, credential_id uuid, at timestamptz(3),
      exchange_id uuid, request_id uuid, method text, path text, status int, tolerated jsonb, ignored jsonb, canonical jsonb,
      effect jsonb, body_sha256 text, subject_id uuid, records jsonb, ${columns})
  )`;
}

/** What the evidence of a request is made of: a row that carries it needs no join, of which each costs as much as it joins. */
export const EVIDENCE = [
  'n',
  'workspace_id',
  'credential_id',
  'at',
  'exchange_id',
  'request_id',
  'method',
  'path',
  'status',
  'tolerated',
  'ignored',
  'canonical',
  'effect',
  'body_sha256',
  'subject_id',
  'records',
]
  .map((name) => `request.${name}`)
  .join(', ');

/**
 * The ledger's rows, in the statement of the change: they exist if and only if the change does (I3). `changed` is a common table
 * expression with the evidence of each request whose change happened; `condition` may ask more of it and of the record's type.
 */
export function ledgerInserts(condition = 'true'): string {
  return `record as materialized (
    select changed.workspace_id, changed.at, changed.subject_id, changed.n as request_n, item.*
    from changed
    cross join lateral jsonb_to_recordset(changed.records) as item (n int, id uuid, type text, leaf text, disclosures jsonb)
    where ${condition}
  ), recorded as (
    insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf)
    select record.workspace_id, record.id, record.at, record.type, record.subject_id, convert_to(record.leaf, 'UTF8')
    from record
    order by record.request_n, record.n
  ), disclosed as (
    insert into ledger_disclosure (workspace_id, digest, record_id, path, salt, value)
    select record.workspace_id, decode(item.digest, 'hex'), record.id, item.path, decode(item.salt, 'hex'), coalesce(item.value, 'null'::jsonb)
    from record
    cross join lateral jsonb_to_recordset(record.disclosures) as item (digest text, path text, salt text, value jsonb)
  )`;
}

export interface ExchangeParts {
  /** Which column names the subject. */
  readonly subject: 'user_id' | 'group_id';
  /** A common table expression with the evidence of each request that is answered with success. */
  readonly from: string;
  /** What only the statement can know, added to what the planner found. */
  readonly tolerated?: string;
  readonly ignored?: string;
  readonly effect?: string;
}

/** The wire log's row of each request that succeeded. */
export function exchangeInsert({ subject, from, tolerated, ignored, effect }: ExchangeParts): string {
  const added = (found: string, more: string | undefined) => (more === undefined ? found : `${found} || ${more}`);
  return `exchanged as (
    insert into scim_exchange (workspace_id, id, at, credential_id, request_id, method, path, status, tolerated, ignored, canonical,
      effect, ${subject}, body_sha256)
    select ${from}.workspace_id, ${from}.exchange_id, ${from}.at, ${from}.credential_id, ${from}.request_id, ${from}.method, ${from}.path,
      ${from}.status, ${added(`${from}.tolerated`, tolerated)}, ${added(`${from}.ignored`, ignored)}, ${from}.canonical,
      ${effect ?? `${from}.effect`}, ${from}.subject_id, decode(${from}.body_sha256, 'hex')
    from ${from}
  )`;
}

/** What a gated statement of several requests answers of each: `found` says whether the row is one. */
type GatedRow = { readonly n: number; readonly state: 'off' | 'on' | null; readonly found: boolean };

/** The rows of a statement by the requests that they answer; one that has none had no live credential. */
export function gatedRows<Row>(rows: readonly (GatedRow & Row)[], count: number): readonly Gated<Row>[] {
  const answers: Gated<Row>[] = Array.from({ length: count }, () => ({ state: undefined, row: undefined }));
  for (const row of rows) answers[row.n] = { state: row.state ?? undefined, row: row.found ? row : undefined };
  return answers;
}
