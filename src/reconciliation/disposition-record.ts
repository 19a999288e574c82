import type { RecordInput } from '../ledger/index.ts';
import type { Disposition } from './disposition-store.ts';
import type { Decider } from './match-accounts.ts';

/** Our own ids alone; reason and ticket are disclosed beside the request, since a human may write anything there (I11). */
export function dispositionRecord(row: Disposition, type: RecordInput['type'], { at, actor }: Decider): RecordInput {
  return {
    type,
    at,
    actor,
    subject: { kind: 'disposition', id: row.id },
    detail: { finding: row.findingId, kind: row.kind, ...(row.expiresAt === null ? {} : { expires_at: row.expiresAt }) },
  };
}
