import { CheckFailure, RunStopped } from './check-failure.ts';
import { idOf, objectsOf } from './resource.ts';
import { described, type ScimPeer } from './scim-peer.ts';

/** What a check has put on a server that is somebody's. All of it goes again, whatever became of the check. */
export interface CreatedResources {
  /** To be called before the POST: when its answer is lost, the resource is looked for by this name. */
  expect(endpoint: Endpoint, name: string): void;
  arrived(endpoint: Endpoint, id: string): void;
  /** Deletes what is there, groups first, and answers what could not be deleted, in words. */
  remove(peer: ScimPeer): Promise<readonly string[]>;
}

export type Endpoint = '/Users' | '/Groups';

const matchedBy: Readonly<Record<Endpoint, string>> = { '/Users': 'userName', '/Groups': 'displayName' };
/** Deletions under way at once. */
const PARALLEL_DELETIONS = 8;

export function createdResources(): CreatedResources {
  const ids: Record<Endpoint, Set<string>> = { '/Groups': new Set(), '/Users': new Set() };
  const names: Record<Endpoint, Set<string>> = { '/Groups': new Set(), '/Users': new Set() };
  return {
    expect: (endpoint, name) => names[endpoint].add(name),
    arrived: (endpoint, id) => ids[endpoint].add(id),
    remove: async (peer) => {
      const left: string[] = [];
      for (const endpoint of ['/Groups', '/Users'] as const) {
        if (names[endpoint].size > ids[endpoint].size) await findLost(peer, { endpoint, names: names[endpoint], ids: ids[endpoint] });
        await inBatches([...ids[endpoint]], async (id) => left.push(...(await removeOne(peer, `${endpoint}/${encodeURIComponent(id)}`))));
      }
      return left;
    },
  };
}

interface Expected {
  readonly endpoint: Endpoint;
  readonly names: ReadonlySet<string>;
  readonly ids: Set<string>;
}

/** Fewer ids than names: an answer to a POST never came, or a POST was refused. Whatever bears the names is ours. */
async function findLost(peer: ScimPeer, { endpoint, names, ids }: Expected): Promise<void> {
  await inBatches([...names], async (name) => {
    const filter = encodeURIComponent(`${matchedBy[endpoint]} eq ${JSON.stringify(name)}`);
    const answer = await peer
      .send({ method: 'GET', path: `${endpoint}?filter=${filter}&attributes=${matchedBy[endpoint]}` })
      .catch(noAnswer);
    const hits = answer === undefined ? [] : objectsOf(answer.body['Resources']);
    for (const hit of hits) if (hit[matchedBy[endpoint]] === name && idOf(hit) !== '') ids.add(idOf(hit));
  });
}

async function removeOne(peer: ScimPeer, path: string): Promise<readonly string[]> {
  const answer = await peer.send({ method: 'DELETE', path }).catch(noAnswer);
  if (answer === undefined) return [`DELETE ${path}: no answer`];
  return answer.status === 404 || answer.status < 300 ? [] : [described(answer)];
}

function noAnswer(error: unknown): undefined {
  if (error instanceof CheckFailure || error instanceof RunStopped) return undefined;
  throw error;
}

async function inBatches(all: readonly string[], act: (one: string) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < all.length; from += PARALLEL_DELETIONS) {
    await Promise.all(all.slice(from, from + PARALLEL_DELETIONS).map(act));
  }
}
