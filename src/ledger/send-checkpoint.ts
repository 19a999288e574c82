import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type OutboundHttp, signWebhook } from '../platform/index.ts';
import type { Checkpoint } from './ledger-read-model.ts';

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 64 * 1024;

/** What is sealed of a webhook. */
export interface SealedWebhook {
  readonly url: string;
  /** `whsec_` and Base64 (Standard Webhooks). */
  readonly secret: string;
}

export interface CheckpointMessage {
  /** The same for every attempt at one anchor. */
  readonly id: string;
  readonly at: Instant;
  readonly workspaceId: WorkspaceId;
  readonly checkpoint: Checkpoint;
}

/**
 * Sends a checkpoint to an auditor, signed as Standard Webhooks are: HMAC-SHA-256 over id, time and body, so that what arrives can neither be
 * forged nor replayed later. The checkpoint in it carries the ledger's own signature. Throws DomainError `outbound-failed` unless the answer is 2xx.
 */
export async function sendCheckpoint(outbound: OutboundHttp, { secret, url }: SealedWebhook, message: CheckpointMessage): Promise<void> {
  const { checkpoint, workspaceId } = message;
  const body = JSON.stringify({
    type: 'ledger.checkpoint',
    workspaceId,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
    createdAt: checkpoint.createdAt,
    checkpoint: checkpoint.note,
  });
  const { status } = await outbound.fetch(url, {
    method: 'POST',
    headers: signWebhook({ eventId: message.id, at: message.at, body }, [secret]),
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  if (status < 200 || status > 299) refuse('outbound-failed', { detail: `The auditor's server answered ${status}.` });
}
