import { type CanonicalObject, earliest, type Instant, latest } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Transaction } from '../platform/index.ts';
import { applyFacts, noteLook } from './access-store.ts';
import { type AccessSource, accessSources } from './access-source.ts';
import type { AccessLook } from './read-position.ts';
import type { RunKey } from './stage-store.ts';

/**
 * Applies what a run read of who may do what, source by source: one that was not collected changes nothing, so that what was known of it
 * stands, with its age (I8). One record says for each source what was found, or why nothing was.
 */
export async function applyAccess(
  tx: Transaction,
  key: RunKey,
  { looks, at }: { readonly looks: Partial<Record<AccessSource, AccessLook>>; readonly at: Instant },
): Promise<void> {
  const read = accessSources.flatMap((source) => {
    const look = looks[source];
    return look === undefined ? [] : [{ source, look }];
  });
  const [first] = read;
  if (first === undefined) return;
  const found: Record<string, CanonicalObject> = {};
  for (const { source, look } of read) {
    const collected = look.missed === null ? await applyFacts(tx, key, { source, to: look.to }) : null;
    await noteLook(tx, key, { source, look, collected });
    found[source] = collected === null ? { not_collected: look.missed?.reason ?? null } : { ...collected };
  }
  await append(tx, key.workspaceId, [
    {
      type: 'graph.access.read',
      at,
      actor: 'system',
      subject: { kind: 'directory-connection', id: key.connectionId },
      observed: {
        from: read.map(({ look }) => look.from).reduce(earliest, first.look.from),
        to: read.map(({ look }) => look.to).reduce(latest, first.look.to),
      },
      detail: { run: key.runId, sources: found },
    },
  ]);
}
