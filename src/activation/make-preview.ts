import { newId, plural, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { type Clock, type Database, expectManyRows, type Queryable, type Transaction } from '../platform/index.ts';
import { readSwitch } from '../workspace/index.ts';
import { type ConnectedDirectory, countScimUsersWithoutAccount, hasRoster, readConnectedDirectories } from './activation-read-model.ts';
import { type ActivationPreviewId, insertPreview, insertPreviewAccounts, readOneSnapshot } from './activation-store.ts';
import { type OutlookAsked, readOutlook, readRoleOutlook } from './outlook-read-model.ts';
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
    await readOneSnapshot(tx); // so that what is counted, hashed and kept is the same
    const { state } = await readSwitch(tx, workspaceId);
    const turnTo = state === 'on' ? 'off' : 'on';
    const preview = await computePreview(tx, workspaceId, { turnTo, at });
    const digest = previewDigest(preview);
    const id = newId<'activation-preview'>(at);
    await insertPreview(tx, workspaceId, { id, turnTo, digest, content: previewClaim(preview), at, actor });
    await insertPreviewAccounts(tx, workspaceId, { id, turnTo, at });
    const detail = { turnTo, digest: digest.toString('hex'), ...preview.counts };
    await append(tx, workspaceId, [{ type: 'activation.previewed', at, actor, subject: { kind: 'activation-preview', id }, detail }]);
    return { ...preview, id, digest };
  });
}

/** The preview as it would come out now. */
export async function computePreview(tx: Transaction, workspaceId: WorkspaceId, asked: OutlookAsked): Promise<Preview> {
  const { turnTo } = asked;
  await expectManyRows(tx);
  const outlook = await readOutlook(tx, workspaceId, asked);
  const roles = turnTo === 'on' ? await readRoleOutlook(tx, workspaceId) : [];
  return { turnTo, ...outlook, roles, limits: await readLimits(tx, workspaceId, turnTo) };
}

async function readLimits(q: Queryable, workspaceId: WorkspaceId, turnTo: 'off' | 'on'): Promise<readonly PreviewLimit[]> {
  const directories = await readConnectedDirectories(q, workspaceId);
  const limits = directories.flatMap((directory) => directoryLimits(directory, turnTo === 'on'));
  if (directories.length === 0)
    limits.push(limit('no-directory', null, 'No directory is connected, so this cannot say who appears or disappears.'));
  if (!(await hasRoster(q, workspaceId))) {
    limits.push(
      limit('roster-missing', null, "HR has named nobody yet, so this cannot say who has left, nor which accounts are nobody's."),
    );
  }
  const strays = turnTo === 'off' ? await countScimUsersWithoutAccount(q, workspaceId) : 0;
  if (strays > 0) {
    limits.push(
      limit(
        'scim-users-without-account',
        null,
        `${plural(strays, 'active SCIM user has', 'active SCIM users have')} no account in a directory that was read.`,
      ),
    );
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
