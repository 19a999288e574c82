import { expectThat } from './check-failure.ts';
import type { Endpoint } from './created-resources.ts';
import type { Probe } from './probe.ts';
import { idOf, shown } from './resource.ts';
import { createGroup, createUser, hitsOf } from './steps.ts';

/** Microsoft's tool makes sure of so many, and reads pages of so many (entra-scim-client §6.2, test 23). */
const POPULATION = 11;
const PAGE = 5;

/** Two pages of five: each says where it starts, and none shows what the other has shown. */
export async function createdPages(probe: Probe, endpoint: Endpoint): Promise<void> {
  const { totalResults } = await pageAt(probe, endpoint, 1);
  for (let count = totalResults; count < POPULATION; count += 1) await (endpoint === '/Users' ? createUser(probe) : createGroup(probe));
  const seen = new Set<string>();
  for (const startIndex of [1, 1 + PAGE]) {
    const page = await pageAt(probe, endpoint, startIndex);
    expectThat(page.startIndex === startIndex, `"startIndex": ${startIndex} as it was asked for`, shown(page.startIndex));
    expectThat(page.ids.length === PAGE, `${PAGE} resources from ${startIndex} on`, `${page.ids.length}`);
    expectThat(page.totalResults >= POPULATION, `"totalResults" of ${POPULATION} at least`, String(page.totalResults));
    const twice = page.ids.filter((id) => seen.has(id));
    expectThat(twice.length === 0, 'no resource on two pages', `on both: ${shown(twice)}`);
    for (const id of page.ids) seen.add(id);
  }
}

/** A page beyond the last is empty: one that is not keeps a pager going for ever (entra-scim-client §9 #33). */
export async function emptyBeyondTheEnd(probe: Probe): Promise<void> {
  const { totalResults } = await pageAt(probe, '/Users', 1);
  const beyond = totalResults + FAR;
  const { ids } = await pageAt(probe, '/Users', beyond);
  expectThat(ids.length === 0, `no resource from ${beyond} on, of ${totalResults}`, `${ids.length} resources`);
}

/** Far enough that people who are created meanwhile do not fill it. */
const FAR = 100_000;

interface Page {
  readonly totalResults: number;
  readonly startIndex: unknown;
  readonly ids: readonly string[];
}

async function pageAt(probe: Probe, endpoint: Endpoint, startIndex: number): Promise<Page> {
  const answer = await probe.send({ method: 'GET', path: `${endpoint}?startIndex=${startIndex}&count=${PAGE}` });
  const ids = hitsOf(answer).map(idOf);
  return { totalResults: Number(answer.body['totalResults']), startIndex: answer.body['startIndex'], ids };
}
