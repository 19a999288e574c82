import type { DirectoryRunId, Instant, LedgerRecordId } from '../kernel/index.ts';
import { copyLine, type Queryable, type Transaction } from '../platform/index.ts';
import { isTurned } from './apply-accounts-store.ts';
import type { DeletionProof } from './missing-account-store.ts';
import type { RunKey } from './stage-store.ts';

/** A stretch that begins with a look, with what its ledger record tells. */
export interface NewStretch {
  readonly objectId: string;
  readonly ordinal: number;
  readonly accountId: string;
  readonly userPrincipalName: string;
  readonly state: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'vanished';
  /** The state before; null for an account that was never seen. */
  readonly was: NewStretch['state'] | null;
  readonly notBefore: Instant | null;
  readonly seenFrom: Instant;
  readonly observedAt: Instant;
  readonly source: string;
  readonly runId: DirectoryRunId;
  /** The number of the answer within the run. */
  readonly answer: number;
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
  readonly serverDate: Instant | null;
  readonly requestId: string | null;
  /** In hex. */
  readonly sha256: string;
  /** Where it was found nowhere: by when that was so first, and what proves that it is deleted for good. */
  readonly missingSince: Instant | null;
  readonly proof: DeletionProof | null;
}

/**
 * Finds the stretch of each account that is new or has turned, in the order of object ids, as the accounts are now: what is written later does
 * not show. What an answer shows held at some instant between `held_from` and `held_to`: use is proven from the first on, an end by the second. A
 * deletion has the time that the directory gives for it; one after the answer by either clock is none.
 */
export async function findNewStretches(tx: Queryable, key: RunKey): Promise<void> {
  await tx.query(
    `declare new_stretch no scroll cursor for
     select look.object_id as "objectId", coalesce(past.ordinal, 0) + 1 as ordinal,
       coalesce(account.account_id, look.account_id) as "accountId",
       case when account.object_id is null or look.state in ('enabled', 'disabled') then look.user_principal_name
         else account.user_principal_name end as "userPrincipalName",
       look.state, account.state as was,
       case when exact.at is not null then exact.at when past.known_otherwise is not null then least(past.known_otherwise, answer.held_to) end
         as "notBefore",
       coalesce(exact.at, answer.held_from) as "seenFrom", coalesce(exact.at, answer.held_to) as "observedAt", look.source,
       look.run_id as "runId", look.answer, answer.requested_at as "requestedAt", answer.received_at as "receivedAt",
       answer.server_date as "serverDate", answer.request_id as "requestId", encode(answer.sha256, 'hex') as sha256,
       look.missing_since as "missingSince", look.proof
     from directory_stage_account as look
     join directory_stage_answer as answer
       on answer.workspace_id = look.workspace_id and answer.run_id = look.run_id and answer.seq = look.answer
     cross join lateral (
       select case when look.deleted_date_time is not null then least(look.deleted_date_time, answer.held_to) end as at
     ) as exact
     left join directory_account as account
       on account.workspace_id = look.workspace_id and account.connection_id = $2 and account.object_id = look.object_id
     left join lateral (
       -- Vanished says nothing of what the account could do meanwhile, so it is no proof of another state.
       select max(stretch.ordinal) as ordinal,
         max(stretch.confirmed_until) filter (where stretch.state not in ('vanished', look.state)) as known_otherwise
       from directory_observation as stretch
       where stretch.workspace_id = account.workspace_id
         and stretch.connection_id = account.connection_id
         and stretch.object_id = account.object_id
     ) as past on account.object_id is not null
     where look.workspace_id = $1
       and look.run_id = $3
       and ((account.object_id is null and look.row_hash is not null) or ${isTurned})
     order by look.object_id`,
    [key.workspaceId, key.connectionId, key.runId],
  );
}

/** The next of the stretches that were found; none when all were taken. */
export async function takeNewStretches(tx: Queryable, limit: number): Promise<readonly NewStretch[]> {
  const { rows } = await tx.query<NewStretch>(`fetch forward ${limit} from new_stretch`);
  if (rows.length === 0) await tx.query('close new_stretch');
  return rows;
}

/** Writes stretches with the records that are their evidence; both lists in the same order. */
export async function writeStretches(
  tx: Transaction,
  { workspaceId, connectionId }: RunKey,
  stretches: readonly NewStretch[],
  records: readonly LedgerRecordId[],
): Promise<void> {
  const line = (stretch: NewStretch, index: number) => {
    const { objectId, ordinal, state, notBefore, seenFrom, observedAt, source, runId, answer } = stretch;
    const seen = [notBefore, seenFrom, observedAt, source, runId, answer];
    return copyLine([workspaceId, connectionId, objectId, ordinal, state, ...seen, records[index] ?? null]);
  };
  await tx.copyIn(
    `copy directory_observation
       (workspace_id, connection_id, object_id, ordinal, state, not_before, seen_from, observed_at, source, run_id, answer, record_id)
     from stdin`,
    [stretches.map(line).join('')],
  );
}

/** Keeps the answers that stretches came in: some for each page or question, however many accounts it was about. */
export async function keepAnswers(tx: Queryable, { workspaceId, runId }: RunKey, stretches: readonly NewStretch[]): Promise<void> {
  await tx.query(
    `insert into directory_answer
       (workspace_id, run_id, ordinal, requested_at, received_at, server_date, held_from, held_to, request_id, sha256)
     select answer.workspace_id, answer.run_id, answer.seq, answer.requested_at, answer.received_at, answer.server_date, answer.held_from,
       answer.held_to, answer.request_id, answer.sha256
     from directory_stage_answer as answer
     where answer.workspace_id = $1
       and answer.run_id = $2
       and answer.seq = any ($3::integer[])
     on conflict do nothing`,
    [workspaceId, runId, [...new Set(stretches.map(({ answer }) => answer))]],
  );
}
