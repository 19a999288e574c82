import { createHmac, randomBytes } from 'node:crypto';
import { epochMs, type Instant, SECOND_MS } from '../kernel/index.ts';

/** As Standard Webhooks writes a symmetric secret, so that its libraries take it as it is. */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A new secret, to be shown once. */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers of one attempt (Standard Webhooks 1.0): the event's id, by which a receiver drops what it has, the second of this attempt,
 * and a signature for each secret, HMAC-SHA256 over `id.timestamp.body`. `secrets`: at least one.
 */
export function signWebhook(
  { eventId, at, body }: { readonly eventId: string; readonly at: Instant; readonly body: string },
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(epochMs(at) / SECOND_MS));
  const signed = `${eventId}.${timestamp}.${body}`;
  const signature = (secret: string) =>
    `v1,${createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(signed, 'utf8')
      .digest('base64')}`;
  return {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(signature).join(' '),
  };
}
