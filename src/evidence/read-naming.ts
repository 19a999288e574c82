import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { actorsOf } from './actors-of.ts';
import { readActors } from './actors-read-model.ts';
import { unnamedIn } from './names-of.ts';
import { readNames } from './names-read-model.ts';
import type { Naming } from './shown-named.ts';

/** What whoever acted, and whatever a report names by its id, are called at present. */
export async function readNaming(q: Queryable, workspaceId: WorkspaceId, report: Parameters<typeof unnamedIn>[0]): Promise<Naming> {
  return {
    actors: await readActors(q, workspaceId, actorsOf(report)),
    names: await readNames(q, workspaceId, unnamedIn(report)),
  };
}
