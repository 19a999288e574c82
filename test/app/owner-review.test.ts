import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { enqueue, installJobs } from '../../src/jobs/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { issueCredential } from '../../src/scim/index.ts';
import { createWorkspace } from '../../src/workspace/index.ts';
import { createClient, turnOn } from '../scim/scim-server.ts';
import { steppingClock } from '../support/clock.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type MetricsServer, startServer } from './metrics-server.ts';

const objectId = '22222222-2222-4222-8222-222222222222';

let db: TestDatabase;
let server: MetricsServer;
beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
  server = await startServer(db, { ROLLCALL_METRICS_PORT: '0' });
});
afterAll(async () => {
  await server.stop();
  await db.drop();
});

it("finds that an owner's person was deactivated over SCIM, when the minute comes; the owner still gets in (I5)", async () => {
  const deps = { database: db.database, clock: systemClock };
  const ownerPerson = { tenantId: '11111111-1111-4111-8111-111111111111', objectId };
  const { owner, workspaceId } = await createWorkspace(deps, {
    slug: 'acme',
    name: 'Acme',
    timeZone: 'UTC',
    ownerName: 'Olive Owner',
    ownerPerson,
  });
  const at = systemClock.now();
  const { token } = await issueCredential(db.database, { workspaceId, at, actor: 'system', label: 'Entra', expiresAt: null });
  await turnOn(db.owner, workspaceId, steppingClock(at));
  const client = createClient(`${server.url}/workspaces/${workspaceId}/scim/v2`, workspaceId, token);
  const id = await client.addUser('olive@contoso.example', { externalId: objectId, active: true });
  await client.patch(`/Users/${id}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
  await enqueue(db.database, { task: 'reconciliation.review-owners', payload: {} });
  const headers = { authorization: `Bearer ${owner.credential}` };
  const urgent = async () => {
    const answer = await fetch(`${server.url}/api/v1/workspaces/${workspaceId}/findings`, { headers });
    return ((await answer.json()) as { urgent: readonly { sentence: string }[] }).urgent;
  };
  while ((await urgent()).length === 0);
  expect(await urgent()).toMatchObject([{ kind: 'person-left', sentence: expect.stringContaining('SCIM user was deactivated') }]);
  expect((await server.metrics()).value('rollcall_owner_findings_open', { kind: 'person-left' })).toBe(1);
});
