import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { deliverTask } from '../../src/notification/deliver.ts';
import { webhookRoutes } from '../../src/notification/index.ts';
import { tellOverdueTask } from '../../src/notification/tell-overdue.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { reconcile, setPolicy } from '../../src/reconciliation/index.ts';
import { ann, type Facts, givenFacts, LONG_AGO, NOW } from '../reconciliation/facts.ts';
import { type SteppingClock, steppingClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/database.ts';
import { recordingLog } from '../support/log.ts';
import { administrationServer, type LoopbackServer, serve } from '../support/loopback.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** A workspace with webhooks, over HTTP, and a receiver whose answers a test sets. */
export interface Notified {
  readonly facts: Facts;
  readonly clock: SteppingClock;
  readonly log: ReturnType<typeof recordingLog>;
  readonly received: readonly Received[];
  readonly receiver: LoopbackServer;
  answerWith(respond: (request: IncomingMessage, response: ServerResponse) => void): void;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  add(url?: string): Promise<{ readonly id: string; readonly secret: string }>;
  /** Somebody who left, long ago unless told when, with an account that works: overdue with the next run. */
  leaver(employeeId: string, lastDay?: string): Promise<void>;
  run(): Promise<void>;
  tell(): Promise<void>;
  deliver(webhookId: string, settings?: { readonly allowedOrigins?: readonly string[]; readonly timeoutMs?: number }): Promise<void>;
  deps(): Parameters<typeof deliverTask>[0];
  deliveries(webhookId: string): Promise<readonly Record<string, unknown>[]>;
  records(): Promise<readonly { readonly type: string; readonly [member: string]: unknown }[]>;
  close(): Promise<void>;
}

export async function notified(db: TestDatabase): Promise<Notified> {
  const clock = steppingClock(LONG_AGO);
  const { database, owner } = db;
  const facts = await givenFacts({ database, owner, clock });
  const { workspaceId } = facts;
  await setPolicy({ database, clock }, workspaceId, { slaHours: 24, actor: 'system' });
  clock.set(NOW);
  await facts.looked(NOW);
  const log = recordingLog();
  const secretBox = createSecretBox(randomBytes(32));
  const received: Received[] = [];
  let respond = (_request: IncomingMessage, response: ServerResponse): void => void response.writeHead(204).end();
  const receiver = await serve((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => void (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      respond(request, response);
    });
  });
  const server = await administrationServer({ clock, workspaceId, routers: [webhookRoutes({ database, clock, secretBox })] });
  const ask: Notified['ask'] = async (method, path, body) => {
    const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${server.url}${path}`, { method, ...sent });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  const signal = new AbortController().signal;
  const depsWith = (allowedOrigins: readonly string[] = [receiver.url]) => ({
    database,
    clock,
    secretBox,
    log,
    outbound: createOutboundHttp({ allowedOrigins }),
  });
  return {
    facts,
    clock,
    log,
    received,
    receiver,
    ask,
    answerWith: (next) => {
      respond = next;
    },
    add: async (url = `${receiver.url}/in?key=hidden`) => {
      const { body } = await ask('POST', '/webhooks', { url });
      return { id: String(body['id']), secret: String(body['secret']) };
    },
    leaver: async (employeeId, lastDay = '2026-02-01') => {
      await facts.roster(ann(lastDay).replace('1,ann@', `${employeeId},ann${employeeId}@`));
      await facts.account({ upn: `ann${employeeId}@contoso.example`, stretches: [{ state: 'enabled', from: LONG_AGO }] });
    },
    run: async () => void (await reconcile({ database, clock }, workspaceId, 'system')),
    tell: () => tellOverdueTask({ database, clock }).run({}, { signal }),
    deliver: (webhookId, { allowedOrigins, ...timeout } = {}) =>
      deliverTask({ ...depsWith(allowedOrigins), ...timeout }).run({ workspaceId, webhookId }, { signal }),
    deps: () => depsWith(),
    deliveries: async (webhookId) =>
      (await ask('GET', `/webhooks/${webhookId}/deliveries`)).body['deliveries'] as Record<string, unknown>[],
    records: async () => {
      const { rows } = await owner.query<{ leaf: Buffer }>('select leaf from ledger_record where workspace_id = $1 order by ord', [
        workspaceId,
      ]);
      return rows
        .map(({ leaf }) => JSON.parse(leaf.toString('utf8')) as { type: string })
        .filter(({ type }) => type.startsWith('webhook.'));
    },
    close: async () => {
      await server.close();
      await receiver.close();
    },
  };
}
