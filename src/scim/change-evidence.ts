import { newId } from '../kernel/index.ts';
import { type LedgerEntry, ledgerEntry, type RecordInput } from '../ledger/index.ts';
import { storable } from '../scim-protocol/index.ts';
import type { Exchange } from './exchange-store.ts';
import type { Evidence } from './gated-write-store.ts';
import type { AdmittedCall, Oddities } from './scim-request.ts';

/** The wire log's row of a call that was answered with success. */
export function exchangeOf(call: AdmittedCall, status: number, { tolerated, ignored, userId }: Oddities): Exchange {
  return {
    id: newId<'scim-exchange'>(call.at),
    at: call.at,
    credentialId: call.credential.id,
    requestId: call.requestId,
    method: storable(call.request.method),
    path: storable(call.path),
    status,
    scimType: null,
    detail: null,
    tolerated,
    ignored,
    userId: userId ?? null,
    bodySha256: call.body?.sha256 ?? null,
  };
}

/** What a record says beside its subject and what every record of a call says alike. */
export type RecordContent = Omit<RecordInput, 'at' | 'actor' | 'subject' | 'raw'>;

/** A ledger entry about a resource, by the credential of the call, with the digest of the body it came in. */
export function entryOf(call: AdmittedCall, subject: RecordInput['subject'], content: RecordContent): LedgerEntry {
  const raw = call.body === undefined ? {} : { raw: `sha256:${call.body.sha256.toString('hex')}` };
  return ledgerEntry(call.workspaceId, { ...content, ...raw, at: call.at, actor: `scim-credential:${call.credential.id}`, subject });
}

/** What the statement of a change writes beside the change. */
export function evidenceOf(call: AdmittedCall, subjectId: string, exchange: Exchange, entries: readonly LedgerEntry[]): Evidence {
  return { workspaceId: call.workspaceId, exchange, entries, subjectId };
}
