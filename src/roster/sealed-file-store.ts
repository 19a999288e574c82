import type { Instant, RosterImportId, WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import type { ImportFacts } from './roster-records.ts';

/** The file of an import, taken or held; it is there until it is erased. */
export interface KeptFile extends Pick<ImportFacts, 'fileBytes' | 'fileSha256' | 'source'> {
  readonly fileErasedAt: Instant | null;
}

/** Undefined where there is no such import. */
export async function findFile(q: Queryable, workspaceId: WorkspaceId, importId: RosterImportId): Promise<KeptFile | undefined> {
  const { rows } = await q.query<KeptFile>(
    `select made.file_bytes as "fileBytes", encode(made.file_sha256, 'hex') as "fileSha256", made.source, made.file_erased_at as "fileErasedAt"
     from roster_import as made
     where made.workspace_id = $1 and made.id = $2
     union all
     select held.file_bytes, encode(held.file_sha256, 'hex'), held.source, held.file_erased_at
     from roster_held_import as held
     where held.workspace_id = $1 and held.id = $2 and held.state <> 'released'`,
    [workspaceId, importId],
  );
  return rows[0];
}

/** So many bytes of a sealed file from one on, the first being 0; empty behind its end, and where there is none. */
export async function readSealed(
  q: Queryable,
  workspaceId: WorkspaceId,
  { importId, from, bytes }: { readonly importId: RosterImportId; readonly from: number; readonly bytes: number },
): Promise<Buffer> {
  // What is sealed cannot be packed any more, so that PostgreSQL reads of it what is asked for alone.
  const { rows } = await q.query<{ piece: Buffer }>(
    `select substring(kept.sealed_file from $3 + 1 for $4) as piece
     from (
       select made.sealed_file from roster_import as made where made.workspace_id = $1 and made.id = $2
       union all
       select held.sealed_file from roster_held_import as held where held.workspace_id = $1 and held.id = $2
     ) as kept
     where kept.sealed_file is not null`,
    [workspaceId, importId, from, bytes],
  );
  return rows[0]?.piece ?? Buffer.alloc(0);
}
