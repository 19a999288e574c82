import { newId, parseId } from '../kernel/index.ts';
import { type LedgerEntry, ledgerEntry, type RecordInput } from '../ledger/index.ts';
import { storable } from '../scim-protocol/index.ts';
import type { Exchange, ExchangeContent } from './exchange-store.ts';
import type { Evidence } from './gated-write-store.ts';
import { redactAddress, redactContent } from './redact-exchange.ts';
import type { AdmittedCall } from './scim-request.ts';

/** The wire log's row of a call, without values (`redact-exchange`); what `about` leaves out is nothing, but whom the address names. */
export function exchangeOf(call: AdmittedCall, status: number, about: Partial<ExchangeContent>): Exchange {
  const named = subjectOf(call.path);
  return {
    id: newId<'scim-exchange'>(call.at),
    at: call.at,
    credentialId: call.credential.id,
    requestId: call.requestId,
    method: storable(call.request.method),
    path: storable(redactAddress(call.path)),
    status,
    scimType: null,
    detail: null,
    ...redactContent(about),
    effect: about.effect ?? null,
    userId: about.userId ?? named.userId ?? null,
    groupId: about.groupId ?? named.groupId ?? null,
    bodySha256: call.body?.sha256 ?? null,
  };
}

/** Whom an address names, so that a refused request stands in the history of its user or group too. */
function subjectOf(path: string): { readonly userId?: string; readonly groupId?: string } {
  const [, type, text = ''] = /\/(Users|Groups)\/+([^/]+)\/*$/.exec(path) ?? [];
  const id = parseId<'scim-user' | 'scim-group'>(text);
  if (id === undefined) return {};
  return type === 'Users' ? { userId: id } : { groupId: id };
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
