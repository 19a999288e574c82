import type { RecordInput } from '../ledger/index.ts';
import type { AccountClassification } from './classification-store.ts';
import type { Decider } from './match-accounts.ts';

/** Our own ids alone: who the owner is means nothing once their disclosures are erased (I11). */
export function classificationRecord(row: AccountClassification, type: RecordInput['type'], { at, actor }: Decider): RecordInput {
  return {
    type,
    at,
    actor,
    subject: { kind: 'account-classification', id: row.id },
    detail: { system: row.system, account: row.accountId, class: row.class, owner_person: row.ownerPersonId, expires_at: row.expiresAt },
  };
}
