import { type Instant, refuse, type WorkspaceId } from '../kernel/index.ts';
import type { Clock, Database } from '../platform/index.ts';
import { publicKeyOf } from '../tlog/index.ts';
import { appendOne } from './append.ts';
import { insertRetirement, type LedgerKey, readKeys } from './key-store.ts';

export interface KeyToRetire {
  /** A vkey, or its third part alone: Base64 of 0x01 and the public key. */
  readonly key: string;
  /** From when on somebody else may have signed with it; left out for a rotation. */
  readonly compromisedFrom: Instant | undefined;
  readonly actor: string;
}

/** A ledger has as many keys as it was rotated and forked: a handful. */
const ALL_KEYS = { after: undefined, limit: 10_000 };

/**
 * Retires a key of a ledger, under every name of it: the checkpoint that covers the record is the last one that it signs.
 * Throws DomainError `not-found` for a key that does not sign this ledger, and `conflict` for the only one that does.
 */
export async function retireKey(
  { clock, database }: { readonly clock: Clock; readonly database: Database },
  workspaceId: WorkspaceId,
  { actor, compromisedFrom, key }: KeyToRetire,
): Promise<void> {
  const at = clock.now();
  const publicKey = publicKeyOf(key) ?? key;
  await database.transaction(async (tx) => {
    const live = (await readKeys(tx, workspaceId, ALL_KEYS)).filter(({ retiredAt }) => retiredAt === null);
    const meant = live.filter(({ vkey }) => publicKeyOf(vkey) === publicKey);
    refuseUnfit(meant, live.length - meant.length);
    const because = compromisedFrom === undefined ? 'rotated' : 'compromised';
    const recordId = await appendOne(tx, workspaceId, {
      type: 'ledger.key_retired',
      at,
      actor,
      subject: { kind: 'workspace', id: workspaceId },
      detail: {
        vkeys: meant.map(({ vkey }) => vkey),
        because,
        ...(compromisedFrom !== undefined && { compromised_from: compromisedFrom }),
      },
    });
    for (const { vkey } of meant) {
      await insertRetirement(tx, workspaceId, { vkey, because, compromisedFrom: compromisedFrom ?? null, at, recordId });
    }
  });
}

function refuseUnfit(meant: readonly LedgerKey[], others: number): void {
  if (meant.length === 0) {
    refuse('not-found', {
      detail: 'No such key signs this ledger.',
      next: '"rollcall ledger key list" shows the keys; a retired one stays retired.',
    });
  }
  if (others === 0) {
    refuse('conflict', {
      detail: 'It is the only key that signs this ledger.',
      next: 'Make the new key the one in ROLLCALL_LEDGER_KEY_FILE and this one that in ROLLCALL_LEDGER_PREVIOUS_KEY_FILE first.',
    });
  }
}
