import type { CanonicalObject } from '../kernel/index.ts';
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
    detail: { ...aboutOf(row), kind: row.kind, ...(row.expiresAt === null ? {} : { expires_at: row.expiresAt }) },
  };
}

function aboutOf({ findingId, test, accountId, ownerPersonId }: Disposition): CanonicalObject {
  return test === null ? { finding: findingId } : { test, account: accountId, owner_person: ownerPersonId };
}
