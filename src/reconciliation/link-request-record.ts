import type { RecordInput } from '../ledger/index.ts';
import type { LinkRequest } from './link-request-store.ts';
import type { Decider } from './match-accounts.ts';

/** Our own ids alone, which mean nothing once the person's disclosures are erased (I11). */
export function linkRequestRecord(
  { accountId, action, id, personId, system }: LinkRequest,
  type: `match.decision.${'requested' | 'approved' | 'withdrawn'}`,
  { at, actor }: Decider,
): RecordInput {
  return { type, at, actor, subject: { kind: 'account-link', id }, detail: { person: personId, system, account: accountId, action } };
}
