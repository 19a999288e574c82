import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { type AskProvider, askProviderTogether } from '../../src/sso/identity-provider.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';

let provider: LoopbackServer;
let ask: AskProvider;
/** What the provider has been asked and not answered yet. */
let waiting: ServerResponse[];
let isAsked: () => void;
let asked: Promise<void>;

beforeEach(async () => {
  waiting = [];
  expectRequest();
  provider = await serve((_request, response) => {
    waiting.push(response);
    isAsked();
  });
  ask = askProviderTogether(createOutboundHttp({ allowedOrigins: [provider.url] }));
});
afterEach(() => provider.close());

function expectRequest(): void {
  asked = new Promise((resolve) => {
    isAsked = resolve;
  });
}

const many = (path: string) => Array.from({ length: 20 }, () => ask(`${provider.url}${path}`));

describe('what many sign-ins ask an identity provider at once', () => {
  it('is asked once, and each of them can read the answer', async () => {
    const answers = many('/metadata');
    await asked;
    for (const response of waiting) response.end('{"issuer": "it"}');
    for (const { body, response } of await Promise.all(answers)) {
      expect(body).toEqual({ issuer: 'it' });
      expect(await response.json()).toEqual({ issuer: 'it' });
    }
    expect(waiting).toHaveLength(1);
  });

  it('is asked anew by whoever comes later, after a failure too', async () => {
    const failing = many('/metadata');
    await asked;
    for (const response of waiting) response.writeHead(503).end();
    for (const outcome of await Promise.allSettled(failing)) expect(outcome.status).toBe('rejected');
    expectRequest();
    const later = ask(`${provider.url}/metadata`);
    await asked;
    waiting.at(-1)?.end('{"issuer": "it"}');
    expect((await later).body).toEqual({ issuer: 'it' });
    expect(waiting).toHaveLength(2);
  });

  it('is asked by each where it is something else, or carries something', async () => {
    const other = [
      ask(`${provider.url}/keys`),
      ask(`${provider.url}/token`, { method: 'POST', body: 'a' }),
      ask(`${provider.url}/token`, { method: 'POST', body: 'b' }),
    ];
    while (waiting.length < other.length) {
      await asked;
      expectRequest();
    }
    for (const response of waiting) response.end('{}');
    await Promise.all(other);
    expect(waiting).toHaveLength(3);
  });
});
