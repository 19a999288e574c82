import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database, SecretBox } from '../platform/index.ts';
import { deleteWebhook, type LedgerWebhook, schedule, unschedule, writeWebhook } from './anchor-store.ts';
import { appendOne } from './append.ts';
import type { SealedWebhook } from './send-checkpoint.ts';

export interface WebhookDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secretBox: SecretBox;
}

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,86}={0,2})$/;
const [MIN_SECRET_BYTES, MAX_SECRET_BYTES] = [24, 64];

/** What a sealed webhook is bound to. */
export function webhookContext(workspaceId: WorkspaceId): string {
  return `ledger-webhook:${workspaceId}`;
}

/** Sets where an auditor takes checkpoints, and has the present one sent at once. Throws DomainError `invalid-request`. */
export async function setWebhook(
  { clock, database, secretBox }: WebhookDeps,
  workspaceId: WorkspaceId,
  { actor, ...secret }: SealedWebhook & { readonly actor: string },
): Promise<LedgerWebhook> {
  const { origin, pathname } = addressOf(secret.url);
  refuseWeak(secret.secret);
  const at: Instant = clock.now();
  const webhook = { address: `${origin}${pathname}`, setAt: at, setBy: actor };
  const sealed = secretBox.seal(JSON.stringify(secret), webhookContext(workspaceId));
  await database.transaction(async (tx) => {
    await writeWebhook(tx, workspaceId, { ...webhook, sealed });
    await schedule(tx, workspaceId, 'webhook', at);
    const after = { address: webhook.address };
    await appendOne(tx, workspaceId, { type: 'ledger.webhook.set', at, actor, subject: { kind: 'workspace', id: workspaceId }, after });
  });
  return webhook;
}

/** Throws DomainError `not-found` where no auditor takes checkpoints. */
export async function removeWebhook(
  { clock, database }: Omit<WebhookDeps, 'secretBox'>,
  workspaceId: WorkspaceId,
  actor: string,
): Promise<void> {
  const at = clock.now();
  await database.transaction(async (tx) => {
    if (!(await deleteWebhook(tx, workspaceId))) refuse('not-found', { detail: 'Checkpoints are sent to nobody.' });
    await unschedule(tx, workspaceId, 'webhook');
    await appendOne(tx, workspaceId, { type: 'ledger.webhook.removed', at, actor, subject: { kind: 'workspace', id: workspaceId } });
  });
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url;
  return refuse('invalid-request', { detail: '"url" must be an https address without a user name in it.' });
}

function refuseWeak(secret: string): void {
  const bytes = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64').length;
  if (bytes >= MIN_SECRET_BYTES && bytes <= MAX_SECRET_BYTES) return;
  refuse('invalid-request', {
    detail: '"secret" must be "whsec_" and the Base64 of 24 to 64 random bytes (Standard Webhooks).',
    next: 'Make one with: echo "whsec_$(openssl rand -base64 32)"',
  });
}
