import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly text: string;
}

/** Kept-alive connections to one server. Rejects when no answer comes. */
export interface Connections {
  send(url: string, request: OutgoingRequest): Promise<IncomingAnswer>;
  close(): void;
}

/** Entra's own limit is not documented; nothing is silent for this long that is not broken (entra-scim-client §4.2). */
const SILENCE_TIMEOUT_MS = 60_000;

/**
 * node:http rather than fetch: like Entra it sends no User-Agent and no Accept of its own (entra-scim-client §1.3), and an
 * initial cycle of thousands of users takes a fraction of the processor time.
 */
export function openConnections(): Connections {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  return {
    send: (url, { method, headers, body }) => {
      const secure = url.startsWith('https:');
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const options: RequestOptions = {
        method,
        headers: { ...headers, ...length },
        agent: secure ? https : http,
        timeout: SILENCE_TIMEOUT_MS,
      };
      return new Promise((resolve, reject) => {
        const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
          readAnswer(response).then(resolve, reject);
        });
        request.on('timeout', () => request.destroy(new Error('no answer in time')));
        request.on('error', reject);
        request.end(body);
      });
    },
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

async function readAnswer(response: IncomingMessage): Promise<IncomingAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}
