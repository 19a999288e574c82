import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../src/app/metrics/metrics.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { DAY_MS, HOUR_MS } from '../../src/kernel/index.ts';
import { deliverTask } from '../../src/notification/deliver.ts';
import { readExposition } from '../app/exposition.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { notified, type Notified } from './notified.ts';

const context = { signal: new AbortController().signal };

let db: TestDatabase;
let at: Notified;
beforeAll(async () => {
  db = await testDatabase();
  await installJobs(db.ownerUrl);
});
afterAll(() => db.drop());
beforeEach(async () => {
  at = await notified(db);
});
afterEach(() => at.close());

describe('a webhook', () => {
  it('shows in the metrics what it has not taken, since when, and that it was given up; once removed it waits for nothing', async () => {
    const metrics = createMetrics({ database: db.database, scimDatabase: db.database, clock: at.clock, log: at.log });
    const shown = async () => {
      const { value } = readExposition((await metrics.render()).text);
      return ['deliveries_undelivered', 'delivery_lag_seconds', 'delivery_failures_total'].map((name) => value(`rollcall_webhook_${name}`));
    };
    const disabled = async () => readExposition((await metrics.render()).text).value('rollcall_webhooks_disabled');
    expect(await shown()).toEqual([0, 0, 0]);
    const { id } = await at.add();
    await at.leaver('1');
    await at.run();
    await at.tell();
    at.answerWith((_, response) => void response.writeHead(500).end());
    const deliver = () =>
      deliverTask({ ...at.deps(), log: metrics.log }).run({ workspaceId: at.facts.workspaceId, webhookId: id }, context);
    await deliver();
    at.clock.advance(2 * HOUR_MS);
    expect(await shown()).toEqual([1, 7_200, 1]);
    expect(await disabled()).toBe(0);
    at.clock.advance(6 * DAY_MS);
    await deliver();
    expect(await disabled()).toBe(1);
    await at.ask('DELETE', `/webhooks/${id}`);
    expect([...(await shown()), await disabled()]).toEqual([0, 0, 2, 0]);
  });
});
