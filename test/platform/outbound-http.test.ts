import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createOutboundHttp, standInHosts } from '../../src/platform/index.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';

describe('outbound HTTP', () => {
  let peer: LoopbackServer;
  const seen: string[] = [];

  beforeAll(async () => {
    peer = await serve((request, response) => {
      seen.push(request.url ?? '');
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end();
      else if (request.url === '/large') response.end('x'.repeat(5_000));
      else if (request.url === '/never') return;
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method: request.method }));
    });
  });
  afterAll(() => peer.close());

  const allowing = () => createOutboundHttp({ allowedOrigins: [peer.url] });

  it.each([
    { name: 'loopback', url: 'https://127.0.0.1/x' },
    { name: 'loopback by name', url: 'https://localhost/x' },
    { name: 'a private network', url: 'https://10.1.2.3/x' },
    { name: 'link-local metadata', url: 'https://169.254.169.254/latest' },
    { name: 'carrier-grade NAT', url: 'https://100.64.0.1/' },
    { name: 'IPv6 loopback', url: 'https://[::1]/x' },
    { name: 'IPv6 unique local', url: 'https://[fd00::1]/x' },
    { name: 'loopback dressed as IPv6', url: 'https://[::ffff:127.0.0.1]/x' },
    { name: 'a private network dressed as IPv6', url: 'https://[::10.1.2.3]/x' },
    { name: 'loopback behind a 6to4 relay', url: 'https://[2002:7f00:1::]/x' },
    { name: 'loopback behind a local NAT64', url: 'https://[64:ff9b:1::7f00:1]/x' },
    { name: 'IPv6 site-local', url: 'https://[fec0::1]/x' },
    { name: 'a number that is loopback', url: 'https://2130706433/' },
    { name: 'plain http', url: 'http://example.com/' },
    { name: 'an address with credentials', url: 'https://user:secret@example.com/' },
  ])('refuses $name before a byte is sent', async ({ url }) => {
    await expect(createOutboundHttp({ allowedOrigins: [] }).fetch(url)).rejects.toMatchObject({ code: 'outbound-refused' });
  });

  it('calls an origin that the operator listed, and no other port of that machine', async () => {
    const response = await allowing().fetch(`${peer.url}/ok`, { method: 'POST', body: '{}' });
    expect(await response.json()).toEqual({ method: 'POST' });
    await expect(allowing().fetch('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'outbound-refused' });
  });

  it('does not follow a redirect', async () => {
    const response = await allowing().fetch(`${peer.url}/redirect`);
    expect(response.status).toBe(302);
    expect(seen).not.toContain('/elsewhere');
  });

  it('stops reading an answer that is too large', async () => {
    await expect(allowing().fetch(`${peer.url}/large`, { maxBytes: 4_999 })).rejects.toThrow('larger than 4999 bytes');
  });

  it.each(['999 Denied', '600 Beyond', '101 Switching Protocols'])(
    'fails alone, without taking the process along, on the answer "%s"',
    async (status) => {
      const odd = createServer((socket) => {
        socket.on('error', () => undefined).on('data', () => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 2\r\n\r\nok`));
      }).listen(0, '127.0.0.1');
      await once(odd, 'listening');
      const address = odd.address();
      if (address === null || typeof address === 'string') throw new Error('not listening on a port');
      const url = `http://127.0.0.1:${address.port}`;
      await expect(createOutboundHttp({ allowedOrigins: [url] }).fetch(url)).rejects.toThrow(/status/);
      odd.close();
    },
  );

  it('gives up on an answer that does not come', async () => {
    await expect(allowing().fetch(`${peer.url}/never`, { timeoutMs: 50 })).rejects.toThrow(/abort/i);
  });
});

describe('stand-ins for the hosts of Microsoft', () => {
  const loopback = 'http://127.0.0.1:4000';

  it('may be origins on loopback', () => {
    expect(standInHosts({ login: loopback, graph: loopback, arm: loopback }).graph).toBe(loopback);
  });

  it.each(['http://127.0.0.1.evil.example', 'https://graph.example.com', 'http://10.0.0.1', `${loopback}/path`])(
    'may not be %s',
    (graph) => {
      expect(() => standInHosts({ login: loopback, graph, arm: loopback })).toThrow('must be an origin on loopback');
    },
  );
});
