import { MINUTE_MS, parseId, plusMs, SECOND_MS, type WorkspaceId } from '../kernel/index.ts';
import { appendOne } from '../ledger/index.ts';
import type { Task } from '../jobs/index.ts';
import { type Log, type OutboundHttp, signWebhook } from '../platform/index.ts';
import type { WebhookDeps } from './change-webhook.ts';
import { DELIVER_TASK } from './deliver-task.ts';
import { noteAttempt, takeDelivery, type TakenDelivery } from './delivery-store.ts';
import { isPastHope, nextAttempt } from './plan-attempt.ts';
import { answeredProblem, failedProblem, type SaidProblem } from './say-problem.ts';
import { addressContext, secretContext } from './webhook-secrets.ts';
import { noteOutcome, sealedWebhook, setState } from './webhook-store.ts';

export interface DeliverDeps extends WebhookDeps {
  readonly outbound: OutboundHttp;
  readonly log: Log;
  /** How long a receiver may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** A receiver takes the event, and works on it afterwards. */
const TIMEOUT_MS = 15 * SECOND_MS;
/** Nothing of an answer is read but its status. */
const MOST_ANSWER_BYTES = 64 * 1024;
/** Longer than one attempt can take: what was taken and never noted is sent again. */
const LEASE_MS = 2 * MINUTE_MS;
/** For one job, so that a receiver that takes long does not keep others waiting for good. */
const MOST_PER_JOB = 200;

/**
 * Sends what one webhook has to be sent, one after the other, until nothing is due. At least once: an attempt whose outcome was not noted is
 * made again under the same event id. It stops at the first failure, since a receiver that is down need not be asked two hundred times.
 */
export function deliverTask(deps: DeliverDeps): Task {
  return {
    name: DELIVER_TASK,
    run: async (payload, { signal }) => {
      const { workspaceId, webhookId } = namesIn(payload);
      for (let sent = 0; sent < MOST_PER_JOB && !signal.aborted; sent += 1) {
        if (!(await deliverNext(deps, workspaceId, webhookId))) return;
      }
    },
  };
}

/** Whether there was something to deliver, and it was taken. */
async function deliverNext(deps: DeliverDeps, workspaceId: WorkspaceId, webhookId: string): Promise<boolean> {
  const webhook = await sealedWebhook(deps.database, workspaceId, webhookId);
  if (webhook === undefined) return false;
  const at = deps.clock.now();
  const delivery = await takeDelivery(deps.database, workspaceId, { webhookId, at, leaseEnd: plusMs(at, LEASE_MS) });
  if (delivery === undefined) return false;
  const url = deps.secretBox.open(webhook.sealedUrl, addressContext(workspaceId, webhookId)).toString('utf8');
  const secrets = webhook.sealedSecrets.map(({ id, sealed }) =>
    deps.secretBox.open(sealed, secretContext(workspaceId, id)).toString('utf8'),
  );
  const outcome = await attempt(deps, { url, secrets, delivery });
  await note(deps, workspaceId, { webhookId, delivery, outcome });
  return outcome.said === null;
}

interface Outcome {
  readonly status: number | null;
  /** Null where it was taken. */
  readonly said: SaidProblem | null;
}

async function attempt(
  { clock, outbound, timeoutMs = TIMEOUT_MS }: DeliverDeps,
  { url, secrets, delivery }: { readonly url: string; readonly secrets: readonly string[]; readonly delivery: TakenDelivery },
): Promise<Outcome> {
  const { body, eventId } = delivery;
  const headers = signWebhook({ eventId, at: clock.now(), body }, secrets);
  try {
    const { status } = await outbound.fetch(url, { method: 'POST', headers, body, timeoutMs, maxBytes: MOST_ANSWER_BYTES });
    return { status, said: status >= 200 && status < 300 ? null : answeredProblem(status) };
  } catch (error) {
    return { status: null, said: failedProblem(error, timeoutMs) };
  }
}

async function note(
  { clock, database, log }: DeliverDeps,
  workspaceId: WorkspaceId,
  {
    webhookId,
    delivery,
    outcome: { said, status },
  }: { readonly webhookId: string; readonly delivery: TakenDelivery; readonly outcome: Outcome },
): Promise<void> {
  const at = clock.now();
  const isDelivered = said === null;
  const problem = said?.problem ?? null;
  const isDisabled = await database.transaction(async (tx) => {
    const failed = isPastHope(delivery.createdAt, at) ? 'failed' : 'pending';
    const nextAt = isDelivered ? at : nextAttempt(at, delivery.attempts);
    await noteAttempt(tx, workspaceId, { id: delivery.id, state: isDelivered ? 'delivered' : failed, nextAt, status, said });
    const failingSince = await noteOutcome(tx, workspaceId, { id: webhookId, at, isDelivered });
    if (failingSince === null || !isPastHope(failingSince, at)) return false;
    if (!(await setState(tx, workspaceId, { id: webhookId, state: 'disabled', at }))) return false;
    const subject = { kind: 'webhook', id: webhookId };
    const detail = { failing_since: failingSince, problem, status };
    await appendOne(tx, workspaceId, { type: 'webhook.disabled', at, actor: 'system', subject, detail });
    return true;
  });
  const fields = { workspaceId, webhookId, problem: problem ?? '', status: status ?? 0, attempts: delivery.attempts };
  if (isDisabled) log.error('webhook.disabled', fields);
  else if (!isDelivered) log.warn('webhook.delivery.failed', fields);
}

function namesIn(payload: unknown): { readonly workspaceId: WorkspaceId; readonly webhookId: string } {
  const fields: Partial<Record<string, unknown>> = typeof payload === 'object' && payload !== null ? { ...payload } : {};
  const [workspaceId, webhookId] = [fields['workspaceId'], fields['webhookId']].map((value) => (typeof value === 'string' ? value : ''));
  const id = parseId<'workspace'>(workspaceId ?? '');
  if (id === undefined || webhookId === undefined || webhookId === '') throw new TypeError('the job names no webhook');
  return { workspaceId: id, webhookId };
}
