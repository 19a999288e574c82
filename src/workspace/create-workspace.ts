import { isTimeZone, newId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { append, createLedger } from '../ledger/index.ts';
import { type Clock, constraintOf, type Database, type Queryable } from '../platform/index.ts';
import { addOwner, type CreatedOwner } from './create-owner.ts';
import { type PersonInput, refusingStrangers } from './name-owner-person.ts';
import { builtInRoles } from './role-scopes.ts';
import { upsertRole } from './role-store.ts';
import { insertSwitchOff } from './switch-store.ts';
import { insertWorkspaceRow, type Workspace } from './workspace-store.ts';

export interface WorkspaceInput {
  /** Short name for the command line: lower-case letters, digits and hyphens, unique on this server. */
  readonly slug: string;
  readonly name: string;
  /** IANA name, such as `Europe/Berlin`: whose days an employment's end date is counted in. */
  readonly timeZone: string;
  readonly ownerName: string;
  /** The person behind the first owner; may be said later. */
  readonly ownerPerson?: PersonInput | undefined;
}

const MAX_NAME = 200;

/**
 * Creates a workspace with its ledger, its SCIM switch (off), the roles that the product knows, and its first owner,
 * whose credential is returned this once.
 * Throws DomainError `invalid-request` for a malformed slug, name or time zone, `conflict` for a slug in use.
 */
export async function createWorkspace(
  deps: { readonly database: Database; readonly clock: Clock },
  input: WorkspaceInput,
): Promise<{ readonly workspaceId: WorkspaceId; readonly owner: CreatedOwner }> {
  refuseMalformed(input);
  const at = deps.clock.now();
  const workspaceId = newId<'workspace'>(at);
  const { slug, timeZone } = input;
  const workspace = { workspaceId, slug, name: input.name.trim(), timeZone, createdAt: at };
  try {
    return await refusingStrangers(() =>
      deps.database.transaction(async (tx) => {
        await layOut(tx, workspace);
        return { workspaceId, owner: await addOwner(tx, workspaceId, { name: input.ownerName, person: input.ownerPerson, at }) };
      }),
    );
  } catch (error) {
    if (constraintOf(error) === 'workspace_slug_unique') refuse('conflict', { detail: `A workspace with the slug "${slug}" exists.` });
    throw error;
  }
}

async function layOut(tx: Queryable, workspace: Workspace): Promise<void> {
  const { workspaceId, createdAt: at } = workspace;
  await insertWorkspaceRow(tx, workspace);
  await createLedger(tx, workspaceId, at);
  await insertSwitchOff(tx, workspaceId, at);
  for (const role of builtInRoles) await upsertRole(tx, workspaceId, role, at);
  await append(tx, workspaceId, [
    {
      type: 'workspace.created',
      at,
      actor: 'system',
      subject: { kind: 'workspace', id: workspaceId },
      after: { slug: workspace.slug, timeZone: workspace.timeZone },
    },
  ]);
}

function refuseMalformed(input: WorkspaceInput): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(input.slug)) {
    refuse('invalid-request', { detail: 'A slug has 1 to 63 lower-case letters, digits and inner hyphens.' });
  }
  const name = input.name.trim();
  if (name === '' || name.length > MAX_NAME) refuse('invalid-request', { detail: `A workspace's name has 1 to ${MAX_NAME} characters.` });
  if (!isTimeZone(input.timeZone)) {
    refuse('invalid-request', {
      detail: `"${input.timeZone}" is no IANA time zone that names a place.`,
      next: 'Use a name such as UTC or Europe/Berlin.',
    });
  }
}
