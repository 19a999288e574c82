import { type Instant, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { enqueue } from '../jobs/index.ts';
import { appendOne, type RecordInput } from '../ledger/index.ts';
import { type Clock, type Database, newWebhookSecret, type SecretBox, type Transaction } from '../platform/index.ts';
import { insertDeliveries, insertEvents } from './delivery-store.ts';
import { DELIVER_TASK, deliverKey } from './deliver-task.ts';
import { judgedUntil } from './digest-store.ts';
import { notificationBody } from './notification-body.ts';
import { addressContext, secretContext } from './webhook-secrets.ts';
import {
  endSecret,
  findWebhook,
  insertSecret,
  insertWebhook,
  listWebhooks,
  lockWebhooks,
  setState,
  type Webhook,
} from './webhook-store.ts';

export interface WebhookDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
}

/** A workspace has few receivers; more are a mistake of a program. */
const MOST_WEBHOOKS = 10;
/** The one in use, and the one that takes its place. */
const MOST_SECRETS = 2;

interface Change {
  readonly tx: Transaction;
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Adds a webhook; it is told of what becomes overdue from now on, that of a run which is under way included. The secret is shown here alone. Throws DomainError `invalid-request` for an
 * address that is none, `conflict` beyond ten.
 */
export async function addWebhook(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  { url, actor }: { readonly url: string; readonly actor: string },
): Promise<Webhook & { readonly secret: string }> {
  const { href, origin } = addressOf(url);
  return change(deps, workspaceId, actor, async ({ tx, at }) => {
    const present = await listWebhooks(tx, workspaceId, { after: undefined, limit: MOST_WEBHOOKS });
    if (present.length >= MOST_WEBHOOKS) {
      refuse('conflict', { detail: `A workspace has at most ${MOST_WEBHOOKS} webhooks.`, next: 'DELETE one that nobody needs.' });
    }
    const id = newId<'webhook'>(at);
    const sealedUrl = deps.secretBox.seal(href, addressContext(workspaceId, id));
    // Of a run that is under way nobody can read yet what it finds, and it will say that it was so since it began.
    const toldAfter = (await judgedUntil(tx, workspaceId)) ?? null;
    await insertWebhook(tx, workspaceId, { id, origin, sealedUrl, at, actor, toldAfter });
    const secret = await giveSecret(deps, tx, workspaceId, { webhookId: id, at });
    await appendOne(tx, workspaceId, { ...about('webhook.added', id, { at, actor }), after: { origin } });
    return { ...(await requireIn(tx, workspaceId, id)), secret: secret.secret };
  });
}

/** Removes a webhook; what it was told stays. Throws DomainError `not-found`. */
export async function removeWebhook(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  asked: { readonly id: string; readonly actor: string },
): Promise<void> {
  const { id, actor } = asked;
  await change(deps, workspaceId, actor, async ({ tx, at }) => {
    const { origin } = await requireIn(tx, workspaceId, id);
    await setState(tx, workspaceId, { id, state: 'removed', at });
    await appendOne(tx, workspaceId, { ...about('webhook.removed', id, { at, actor }), before: { origin } });
  });
}

/** Lets a disabled webhook work again; what has been waiting is sent. Throws DomainError `not-found`, `conflict` where it works. */
export async function resumeWebhook(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  asked: { readonly id: string; readonly actor: string },
): Promise<Webhook> {
  const { id, actor } = asked;
  return change(deps, workspaceId, actor, async ({ tx, at }) => {
    await requireIn(tx, workspaceId, id);
    if (!(await setState(tx, workspaceId, { id, state: 'active', at })))
      refuse('conflict', { detail: 'This webhook is not disabled.', next: 'POST webhooks/{id}/test shows whether it works.' });
    await appendOne(tx, workspaceId, about('webhook.resumed', id, { at, actor }));
    await askForDelivery(tx, workspaceId, id);
    return requireIn(tx, workspaceId, id);
  });
}

/** Adds a second secret: until the first is removed, deliveries are signed with both. Throws DomainError `not-found`, `conflict` beyond two. */
export async function addSecret(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  { webhookId, actor }: { readonly webhookId: string; readonly actor: string },
): Promise<{ readonly id: string; readonly createdAt: Instant; readonly secret: string }> {
  return change(deps, workspaceId, actor, async ({ tx, at }) => {
    const { secrets } = await requireIn(tx, workspaceId, webhookId);
    if (secrets.length >= MOST_SECRETS) {
      refuse('conflict', { detail: 'There are two secrets already.', next: 'DELETE the one that the receiver uses no more.' });
    }
    const made = await giveSecret(deps, tx, workspaceId, { webhookId, at });
    await appendOne(tx, workspaceId, { ...about('webhook.secret.added', webhookId, { at, actor }), detail: { secret: made.id } });
    return { ...made, createdAt: at };
  });
}

/** Removes a secret. Throws DomainError `not-found`, `conflict` for the last one. */
export async function removeSecret(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  asked: { readonly webhookId: string; readonly id: string; readonly actor: string },
): Promise<void> {
  const { webhookId, id, actor } = asked;
  await change(deps, workspaceId, actor, async ({ tx, at }) => {
    const { secrets } = await requireIn(tx, workspaceId, webhookId);
    if (!secrets.some((secret) => secret.id === id))
      refuse('not-found', { detail: 'This webhook has no such secret.', next: 'GET webhooks lists its secrets.' });
    if (secrets.length === 1) {
      refuse('conflict', {
        detail: 'It is the last secret: nothing could be signed.',
        next: 'POST another one first, and give it to the receiver.',
      });
    }
    await endSecret(tx, workspaceId, { webhookId, id, at });
    await appendOne(tx, workspaceId, { ...about('webhook.secret.removed', webhookId, { at, actor }), detail: { secret: id } });
  });
}

/** Sends an event of the type `test`, as any other is sent. Throws DomainError `not-found`, `conflict` for a webhook that is disabled. */
export async function testWebhook(
  deps: WebhookDeps,
  workspaceId: WorkspaceId,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<{ readonly eventId: string }> {
  return change(deps, workspaceId, actor, async ({ tx, at }) => {
    const { state } = await requireIn(tx, workspaceId, id);
    if (state !== 'active') refuse('conflict', { detail: 'This webhook is disabled.', next: 'POST webhooks/{id}/resumption first.' });
    const eventId = newId<'notification-event'>(at);
    const body = notificationBody({ id: eventId, at, workspaceId, finding: null });
    await insertEvents(tx, workspaceId, { at, events: [{ id: eventId, type: 'test', findingId: null, rule: null, body }] });
    await insertDeliveries(tx, workspaceId, { at, deliveries: [{ id: newId<'webhook-delivery'>(at), webhookId: id, eventId }] });
    await appendOne(tx, workspaceId, { ...about('webhook.tested', id, { at, actor }), detail: { event: eventId } });
    await askForDelivery(tx, workspaceId, id);
    return { eventId };
  });
}

function change<Result>(
  { clock, database }: WebhookDeps,
  workspaceId: WorkspaceId,
  actor: string,
  work: (change: Change) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (tx) => {
    await lockWebhooks(tx, workspaceId);
    return work({ tx, at: clock.now(), actor });
  });
}

async function giveSecret(
  { secretBox }: WebhookDeps,
  tx: Transaction,
  workspaceId: WorkspaceId,
  { webhookId, at }: { readonly webhookId: string; readonly at: Instant },
): Promise<{ readonly id: string; readonly secret: string }> {
  const id = newId<'webhook-secret'>(at);
  const secret = newWebhookSecret();
  await insertSecret(tx, workspaceId, { id, webhookId, sealed: secretBox.seal(secret, secretContext(workspaceId, id)), at });
  return { id, secret };
}

function askForDelivery(tx: Transaction, workspaceId: WorkspaceId, webhookId: string): Promise<void> {
  return enqueue(tx, { task: DELIVER_TASK, payload: { workspaceId, webhookId }, jobKey: deliverKey(webhookId) });
}

function about(type: RecordInput['type'], id: string, by: { readonly at: Instant; readonly actor: string }): RecordInput {
  return { type, ...by, subject: { kind: 'webhook', id } };
}

async function requireIn(tx: Transaction, workspaceId: WorkspaceId, id: string): Promise<Webhook> {
  return requireWebhook(await findWebhook(tx, workspaceId, id));
}

/** Throws DomainError `not-found` when there is none. */
export function requireWebhook(webhook: Webhook | undefined): Webhook {
  return webhook ?? refuse('not-found', { detail: 'There is no such webhook.', next: 'GET webhooks lists them.' });
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  return refuse('invalid-request', {
    detail: '"url" must be an https address without a user name in it.',
    next: 'Send one such as https://hooks.contoso.example/rollcall; what lets you in may stand in its path, which is sealed.',
  });
}
