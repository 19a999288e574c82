import { parseId, type WorkspaceId } from '../kernel/index.ts';

/** The workspace that a job is about. Throws for a payload that names none. */
export function workspaceIn(payload: unknown): WorkspaceId {
  const id = typeof payload === 'object' && payload !== null && 'workspaceId' in payload ? payload.workspaceId : undefined;
  const workspaceId = typeof id === 'string' ? parseId<'workspace'>(id) : undefined;
  if (workspaceId === undefined) throw new Error('a job without a workspace');
  return workspaceId;
}
