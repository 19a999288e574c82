import type { WorkspaceId } from '../kernel/index.ts';
import type { LedgerEntry } from '../ledger/index.ts';
import type { Exchange } from './exchange-store.ts';

/**
 * The parts that every statement of the data plane shares. Each begins with the gate: the credential's row, live at $3,
 * and the switch beside it. A statement answers a row with the switch's state when the credential is live, else none.
 */
export const GATE = `gate as (
  select scim_switch.state
  from scim_credential
  join scim_switch on scim_switch.workspace_id = scim_credential.workspace_id
  where scim_credential.workspace_id = $1::uuid and scim_credential.id = $2::uuid and scim_credential.revoked_at is null
    and (scim_credential.expires_at is null or scim_credential.expires_at > $3::timestamptz)
)`;

/** What the statement of a change writes beside the change: $1 to $21. */
export interface Evidence {
  readonly workspaceId: WorkspaceId;
  readonly exchange: Exchange;
  /** All of them about `subjectId`. */
  readonly entries: readonly LedgerEntry[];
  readonly subjectId: string;
}

/** The values of $1 to $21; a statement's own parameters begin at $22. */
export function evidenceValues({ workspaceId, exchange, entries, subjectId }: Evidence): readonly unknown[] {
  const disclosures = entries.flatMap(({ record, disclosures }) =>
    disclosures.map((disclosure) => ({ ...disclosure, recordId: record.id })),
  );
  return [
    workspaceId,
    exchange.credentialId,
    exchange.at,
    exchange.id,
    exchange.requestId,
    exchange.method,
    exchange.path,
    exchange.status,
    JSON.stringify(exchange.tolerated),
    JSON.stringify(exchange.ignored),
    exchange.userId,
    exchange.bodySha256,
    entries.map(({ record }) => record.id),
    entries.map(({ record }) => record.type),
    entries.map(({ record }) => record.leaf),
    subjectId,
    disclosures.map(({ digest }) => digest),
    disclosures.map(({ recordId }) => recordId),
    disclosures.map(({ path }) => path),
    disclosures.map(({ salt }) => salt),
    disclosures.map(({ value }) => JSON.stringify(value)),
  ];
}

/**
 * The ledger's rows, in the statement of the change: they exist if and only if the change does (I3). `when` is the source:
 * a common table expression that has one row when the change happened, possibly joined on `r.type`.
 */
export function ledgerInserts(when: string): string {
  return `recorded as (
    insert into ledger_record (workspace_id, id, recorded_at, type, subject_id, leaf)
    select $1::uuid, r.id, $3::timestamptz, r.type, $16::uuid, r.leaf
    from unnest($13::uuid[], $14::text[], $15::bytea[]) with ordinality as r (id, type, leaf, n)
    join ${when}
    order by r.n
    returning ledger_record.id
  ), disclosed as (
    insert into ledger_disclosure (workspace_id, digest, record_id, path, salt, value)
    select $1::uuid, d.digest, d.record_id, d.path, d.salt, d.value::jsonb
    from unnest($17::bytea[], $18::uuid[], $19::text[], $20::bytea[], $21::text[]) as d (digest, record_id, path, salt, value)
    join recorded on recorded.id = d.record_id
  )`;
}

/** The wire log's row, once per row of `from`; what only the statement can know is added to what the planner found. */
export function exchangeInsert(from: string, found: { readonly tolerated?: string; readonly ignored?: string } = {}): string {
  const { tolerated = `'[]'::jsonb`, ignored = `'[]'::jsonb` } = found;
  return `exchanged as (
    insert into scim_exchange (workspace_id, id, at, credential_id, request_id, method, path, status, tolerated, ignored, user_id, body_sha256)
    select $1::uuid, $4::uuid, $3::timestamptz, $2::uuid, $5::uuid, $6::text, $7::text, $8::int,
      $9::jsonb || ${tolerated}, $10::jsonb || ${ignored}, $11::uuid, $12::bytea
    from ${from}
  )`;
}
