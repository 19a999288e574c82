import { createHash } from 'node:crypto';
import { type Instant, isUuid, parseInstant } from '../kernel/index.ts';
import { asObject, type JsonObject, listAt, textAt } from './json-shape.ts';

/** What an entry of the audit log says of one account: what it was from then on. */
export interface AuditEvent {
  readonly id: string;
  readonly objectId: string;
  /** `restored` leaves open whether the account is enabled. */
  readonly ledTo: 'enabled' | 'disabled' | 'soft_deleted' | 'hard_deleted' | 'restored';
  readonly at: Instant;
  /** SHA-256 of the entry as it came. */
  readonly rawHash: Buffer;
}

const byActivity: Readonly<Record<string, AuditEvent['ledTo']>> = {
  'disable account': 'disabled',
  'enable account': 'enabled',
  'delete user': 'soft_deleted',
  'hard delete user': 'hard_deleted',
  'restore user': 'restored',
};

/**
 * Reads an entry of directoryAudits; undefined for what decides nothing about an account, and for what did not succeed (microsoft-graph §6.1).
 * A disablement may be logged as an update of the user alone, with its values as texts that hold JSON in one form or another.
 */
export function readAuditEntry(item: JsonObject): AuditEvent | undefined {
  const id = textAt(item, 'id');
  const at = parseInstant(textAt(item, 'activityDateTime') ?? '');
  const target = listAt(item, 'targetResources').map(asObject).find(isUser);
  const objectId = target && textAt(target, 'id');
  if (id === undefined || at === undefined || target === undefined || objectId === undefined || !isUuid(objectId)) return undefined;
  if (textAt(item, 'result') !== 'success') return undefined;
  const activity = (textAt(item, 'activityDisplayName') ?? '').toLowerCase();
  const ledTo = activity === 'update user' ? updatedTo(target) : byActivity[activity];
  if (ledTo === undefined) return undefined;
  return { id, objectId: objectId.toLowerCase(), ledTo, at, rawHash: createHash('sha256').update(JSON.stringify(item), 'utf8').digest() };
}

function isUser(target: JsonObject | undefined): target is JsonObject {
  if (target === undefined) return false;
  return (textAt(target, 'type') ?? textAt(target, 'Type') ?? '').toLowerCase() === 'user';
}

function updatedTo(target: JsonObject): AuditEvent['ledTo'] | undefined {
  const changed = listAt(target, 'modifiedProperties')
    .map((property) => asObject(property) ?? {})
    .find((property) => textAt(property, 'displayName')?.toLowerCase() === 'accountenabled');
  const isEnabled = changed && truthIn(textAt(changed, 'newValue'));
  if (isEnabled === undefined) return undefined;
  return isEnabled ? 'enabled' : 'disabled';
}

/** `[true]`, `"False"`, `["True"]`, `false`: all of them were seen. Anything else is not understood, and says nothing. */
function truthIn(text: string | undefined): boolean | undefined {
  const word = /^\[?"?(true|false)"?\]?$/i.exec(text?.trim() ?? '')?.[1]?.toLowerCase();
  return word === undefined ? undefined : word === 'true';
}
