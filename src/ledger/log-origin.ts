import type { WorkspaceId } from '../kernel/index.ts';

/** The name of a workspace's log, in every leaf, and in the checkpoints of its first tree; a tree that forked off adds its generation. */
export function logOrigin(workspaceId: WorkspaceId, generation = 1): string {
  const name = `rollcall/workspaces/${workspaceId}`;
  return generation === 1 ? name : `${name}/${generation}`;
}

/** Which tree of the workspace an origin names, from 1; undefined when it names none of them. */
export function generationOf(workspaceId: WorkspaceId, origin: string): number | undefined {
  const generation = Number(/\/([2-9]|[1-9]\d{1,3})$/.exec(origin)?.[1] ?? 1);
  return origin === logOrigin(workspaceId, generation) ? generation : undefined;
}
