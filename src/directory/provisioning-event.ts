import { createHash } from 'node:crypto';
import { type Instant, isUuid, parseInstant } from '../kernel/index.ts';
import { type JsonObject, objectAt, textAt } from './json-shape.ts';

/** What an entry of Entra's provisioning log says of one user (microsoft-graph §6.3). */
export interface ProvisioningEvent {
  readonly id: string;
  readonly at: Instant;
  /** `create`, `update`, `disable`, `delete`, `stagedDelete`, `other`, in Entra's words. */
  readonly action: string;
  /** `success`, `failure`, `skipped`, `warning`. */
  readonly status: string;
  readonly objectId: string | null;
  /** The SCIM user; null where the entry names none, or what is no id of ours. */
  readonly targetId: string | null;
  readonly errorCode: string | null;
  /** SHA-256 of the entry as it came. */
  readonly rawHash: Buffer;
}

/**
 * Reads an entry; undefined for what is about no user, or comes of another application. Reasons are left out: they may name people, and
 * the hash holds them.
 */
export function readProvisioningEvent(item: JsonObject, scimAppId: string): ProvisioningEvent | undefined {
  const id = textAt(item, 'id');
  const at = parseInstant(textAt(item, 'activityDateTime') ?? '');
  const source = objectAt(item, 'sourceIdentity') ?? {};
  if (id === undefined || at === undefined || textAt(source, 'identityType')?.toLowerCase() !== 'user') return undefined;
  if (applicationOf(item) !== scimAppId.toLowerCase()) return undefined;
  return {
    id,
    at,
    action: wordAt(item, 'provisioningAction') ?? 'other',
    ...outcomeOf(objectAt(item, 'provisioningStatusInfo') ?? {}),
    objectId: idAt(source),
    targetId: idAt(objectAt(item, 'targetIdentity') ?? {}),
    rawHash: createHash('sha256').update(JSON.stringify(item), 'utf8').digest(),
  };
}

function outcomeOf(told: JsonObject): Pick<ProvisioningEvent, 'status' | 'errorCode'> {
  const error = objectAt(told, 'errorInformation') ?? {};
  return { status: wordAt(told, 'status') ?? 'unknown', errorCode: wordAt(error, 'errorCode') ?? null };
}

function applicationOf(item: JsonObject): string | undefined {
  const details = objectAt(objectAt(item, 'targetSystem') ?? {}, 'details') ?? {};
  return (textAt(details, 'ApplicationId') ?? textAt(details, 'applicationId'))?.toLowerCase();
}

function idAt(identity: JsonObject): string | null {
  const id = textAt(identity, 'id');
  return id !== undefined && isUuid(id) ? id.toLowerCase() : null;
}

/** A word of a closed vocabulary, and never a sentence. */
function wordAt(body: JsonObject, name: string): string | undefined {
  const text = textAt(body, name);
  return text !== undefined && /^[\w.-]{1,80}$/.test(text) ? text : undefined;
}
