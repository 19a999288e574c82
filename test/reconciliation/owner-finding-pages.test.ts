import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type LedgerRecordId, newId } from '../../src/kernel/index.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { insertOwnerFinding } from '../../src/reconciliation/owner-finding-store.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { administrationServer } from '../support/loopback.ts';
import { insertWorkspace } from '../support/workspace.ts';

const clock = steppingClock();
let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Findings about attempts of as many actors, each newer than the one before. */
async function attempts(workspaceId: Parameters<typeof insertOwnerFinding>[1], actors: number): Promise<void> {
  for (let n = 0; n < actors; n += 1) {
    const at = clock.advance(1_000);
    const facts = { attempt: 'role-claim', actor: `scim-credential:${n}`, count: 1, firstAt: at, lastAt: at } as const;
    const unit = `role-claim scim-credential:${n} -`;
    const content = { kind: 'attempt', unit, ownerId: null, facts, sentence: unit, evidence: [], throughLeaf: n } as const;
    await insertOwnerFinding(db.database, workspaceId, {
      id: newId<'owner-finding'>(at),
      content,
      at,
      recordId: randomUUID() as LedgerRecordId,
    });
  }
}

it.each([
  { query: '?limit=2&state=open', seen: ['open', 'open', 'open', 'open'] },
  { query: '?limit=2', seen: ['open', 'open', 'open', 'open', 'closed', 'closed', 'closed', 'closed'] },
])('lists every finding about owners by $query to who closes each open one before the next page', async ({ query, seen }) => {
  const workspaceId = await insertWorkspace(db.owner, clock.now());
  await attempts(workspaceId, 4);
  const server = await administrationServer({
    clock,
    workspaceId,
    routers: [reconciliationRoutes({ database: db.database, clock })],
  });
  const open: string[] = [];
  const halves: string[] = [];
  try {
    let next: string | null = '';
    for (let page = 0; next !== null && page < 9; page += 1) {
      const answer = await fetch(`${server.url}/owner-findings${query}${next === '' ? '' : `&after=${next}`}`);
      expect(answer.status).toBe(200);
      const shown = (await answer.json()) as { findings: { id: string; closed: unknown }[]; next: string | null };
      for (const { closed, id } of shown.findings) {
        halves.push(closed === null ? 'open' : 'closed');
        if (closed !== null) continue;
        open.push(id);
        const acknowledge = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"reason":"seen"}' };
        expect((await fetch(`${server.url}/owner-findings/${id}/acknowledgement`, acknowledge)).status).toBe(204);
      }
      next = shown.next;
    }
  } finally {
    await server.close();
  }
  expect(halves).toEqual(seen);
  expect(new Set(open).size).toBe(4);
});
