import type { DirectoryConnectionId, DirectoryRunId, Instant, LedgerRecordId, WorkspaceId } from '../kernel/index.ts';
import { instantText, type Page, type Queryable } from '../platform/index.ts';
import type { AccountState } from './account-state.ts';

/** The answer of Microsoft Graph that an observation came in. */
export interface AnswerShown {
  readonly requestedAt: Instant;
  readonly receivedAt: Instant;
  /** What its `Date` header said. */
  readonly serverDate: Instant | null;
  /** Microsoft's name for the request. */
  readonly requestId: string | null;
  /** SHA-256 of its body in hex. */
  readonly sha256: string;
}

/** An answer as `AnswerShown`; null where there is none. */
export function answerShown(answer: string): string {
  return `case when ${answer}.ordinal is not null then jsonb_build_object(
    'requestedAt', ${instantText(`${answer}.requested_at`)}, 'receivedAt', ${instantText(`${answer}.received_at`)},
    'serverDate', ${instantText(`${answer}.server_date`)}, 'requestId', ${answer}.request_id,
    'sha256', encode(${answer}.sha256, 'hex')) end`;
}

/** Joins the answer of a stretch. */
export const answerOfStretch = `directory_answer as answer
  on answer.workspace_id = stretch.workspace_id and answer.run_id = stretch.run_id and answer.ordinal = stretch.answer`;

/** One state of an account, and how it is known. */
export interface ObservationRow {
  readonly connectionId: DirectoryConnectionId;
  readonly ordinal: number;
  readonly state: AccountState;
  /** It was otherwise then or later; null when nobody looked before. */
  readonly notBefore: Instant | null;
  /** It held at some instant between these two: what the first answer that showed it proves. */
  readonly seenFrom: Instant;
  readonly observedAt: Instant;
  /** It still held then or later; null while it goes on. */
  readonly confirmedUntil: Instant | null;
  readonly source: 'full' | 'deletedItems' | 'get';
  readonly runId: DirectoryRunId;
  readonly answer: AnswerShown | null;
  readonly recordId: LedgerRecordId | null;
}

/** Everything that was observed of one object, the latest first, in whichever connection. `after` is where the last page ended. */
export async function listObservations(
  q: Queryable,
  workspaceId: WorkspaceId,
  objectId: string,
  { after, limit }: Page,
): Promise<readonly ObservationRow[]> {
  const [connectionId = null, ordinal = null] = after?.split('.') ?? [];
  const { rows } = await q.query<ObservationRow>(
    `select stretch.connection_id as "connectionId", stretch.ordinal, stretch.state, stretch.not_before as "notBefore",
       stretch.seen_from as "seenFrom", stretch.observed_at as "observedAt", stretch.confirmed_until as "confirmedUntil", stretch.source,
       stretch.run_id as "runId", ${answerShown('answer')} as answer, stretch.record_id as "recordId"
     from directory_observation as stretch
     left join ${answerOfStretch}
     where stretch.workspace_id = $1
       and stretch.connection_id in (select connection.id from directory_connection as connection where connection.workspace_id = $1)
       and stretch.object_id = $2
       and ($3::uuid is null or (stretch.connection_id, -stretch.ordinal) > ($3::uuid, -$4::integer))
     order by stretch.connection_id, stretch.ordinal desc
     limit $5`,
    [workspaceId, objectId, connectionId, ordinal, limit],
  );
  return rows;
}
