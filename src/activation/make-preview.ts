import { newId, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import type { Clock, Database, Queryable } from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import {
  type ConnectedDirectory,
  countScimUsersWithoutAccount,
  readConnectedDirectories,
  readOutlook,
  readRoleOutlook,
} from './activation-read-model.ts';
import { type ActivationPreviewId, insertPreview } from './activation-store.ts';
import { type Preview, type PreviewLimit, previewClaim, previewDigest } from './preview.ts';

export interface MadePreview extends Preview {
  readonly id: ActivationPreviewId;
  readonly digest: Buffer;
}

/** Works out who would appear and who would disappear if the switch were turned to the other state, and keeps that as shown. */
export async function makePreview(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  input: { readonly actor: string },
): Promise<MadePreview> {
  const at = deps.clock.now();
  const { actor } = input;
  return deps.database.transaction(async (tx) => {
    const { state } = await readSwitch(tx, workspaceId);
    const preview = await computePreview(tx, workspaceId, state === 'on' ? 'off' : 'on');
    const digest = previewDigest(preview);
    const id = newId<'activation-preview'>(at);
    const { turnTo, appears, disappears, stays } = preview;
    await insertPreview(tx, workspaceId, { id, turnTo, digest, content: previewClaim(preview), at, actor });
    const counts = { appears: appears.length, disappears: disappears.length, stays };
    const detail = { turnTo, digest: digest.toString('hex'), ...counts };
    await append(tx, workspaceId, [{ type: 'activation.previewed', at, actor, subject: { kind: 'activation-preview', id }, detail }]);
    return { ...preview, id, digest };
  });
}

/** The preview as it would come out now. */
export async function computePreview(q: Queryable, workspaceId: WorkspaceId, turnTo: 'off' | 'on'): Promise<Preview> {
  const outlook = await readOutlook(q, workspaceId, turnTo);
  const directories = await readConnectedDirectories(q, workspaceId);
  if (turnTo === 'on') {
    const roles = await readRoleOutlook(q, workspaceId);
    return { turnTo, ...outlook, roles, limits: limitsOf(directories, { needsAssignments: true, strays: 0 }) };
  }
  const strays = await countScimUsersWithoutAccount(q, workspaceId);
  return { turnTo, ...outlook, roles: [], limits: limitsOf(directories, { needsAssignments: false, strays }) };
}

function limitsOf(
  directories: readonly ConnectedDirectory[],
  { needsAssignments, strays }: { readonly needsAssignments: boolean; readonly strays: number },
): readonly PreviewLimit[] {
  const limits = directories.flatMap((directory) => directoryLimits(directory, needsAssignments));
  if (directories.length === 0)
    limits.push(limit('no-directory', null, 'No directory is connected, so this cannot say who appears or disappears.'));
  if (strays > 0) {
    limits.push(limit('scim-users-without-account', null, `${strays} active SCIM users have no account in a directory that was read.`));
  }
  return limits;
}

function directoryLimits(directory: ConnectedDirectory, needsAssignments: boolean): PreviewLimit[] {
  const { connectionId, isRead, knowsAssignments } = directory;
  if (!isRead)
    return [limit('directory-never-read', connectionId, 'This directory has never been read completely; none of its accounts is counted.')];
  if (!needsAssignments || knowsAssignments) return [];
  const detail = 'It is not known which enterprise application provisions from this directory; none of its accounts is counted.';
  return [limit('assignments-unknown', connectionId, detail)];
}

function limit(code: PreviewLimit['code'], connectionId: string | null, detail: string): PreviewLimit {
  return { code, connectionId, detail };
}
