import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange, Reply } from './exchange.ts';

/** Room for 20,000 users in one control call. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves on the loopback interface only. `answerFor` gets the address that the server came to listen at. */
export async function listen(port: number, answerFor: (url: string) => (exchange: Exchange) => Promise<Reply>): Promise<Listening> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = answerFor(url);
  server.on('request', (request, response) => {
    respond(request, response, answer).catch(() => response.destroy());
  });
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: (exchange: Exchange) => Promise<Reply>): Promise<void> {
  const body = await readBody(request);
  const reply = body === undefined ? tooLarge : await answer(exchangeOf(request, body));
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) });
  if (reply.isCutShort === true) {
    response.write(reply.body.slice(0, Math.floor(reply.body.length / 2)), () => response.destroy());
    return;
  }
  response.end(reply.body);
}

const tooLarge: Reply = { status: 413, headers: { connection: 'close' }, body: '' };

function exchangeOf(request: IncomingMessage, body: string): Exchange {
  const url = new URL(request.url ?? '/', 'http://simulator.invalid');
  return { method: request.method ?? 'GET', url, headers: request.headers, body, params: {} };
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
