import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface IncomingAnswer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

/** Where a connection is cut: before the server has the whole request, or after, before it has answered. */
export type Cut = 'before-end' | 'after-end';

/** Kept-alive connections to one server. */
export interface Connections {
  /** Rejects when no answer comes. */
  send(request: OutgoingRequest): Promise<IncomingAnswer>;
  /** Sends, and hangs up; always rejects. */
  sendAndCut(request: OutgoingRequest, cut: Cut): Promise<never>;
  close(): void;
}

/**
 * node:http rather than fetch: like Entra it sends no User-Agent and no Accept of its own (entra-scim-client §1.3), and an
 * initial cycle of thousands of users takes a fraction of the processor time. Whatever is silent for `timeoutMs` is given up.
 */
export function openConnections(timeoutMs: number): Connections {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({ keepAlive: true });
  const open = ({ url, method, headers, body }: OutgoingRequest): ClientRequest => {
    const secure = url.startsWith('https:');
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options: RequestOptions = {
      method,
      headers: { ...headers, ...length },
      agent: secure ? https : http,
      timeout: timeoutMs,
    };
    const request = (secure ? httpsRequest : httpRequest)(url, options);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    return request;
  };
  return {
    send: (outgoing) =>
      new Promise((resolve, reject) => {
        const request = open(outgoing);
        request.on('response', (response) => void readAnswer(response).then(resolve, reject));
        request.on('error', reject);
        request.end(outgoing.body);
      }),
    sendAndCut: (outgoing, cut) =>
      new Promise((_resolve, reject) => {
        const request = open(outgoing);
        request.on('error', reject);
        request.on('close', () => reject(new Error('no answer in time'))); // an answer that was faster than the cut is lost
        if (cut === 'after-end') request.end(outgoing.body, () => request.destroy(new Error('no answer in time')));
        else sendHalf(request, outgoing.body);
      }),
    close: () => {
      http.destroy();
      https.destroy();
    },
  };
}

/** Of a request without a body the server sees nothing at all. */
function sendHalf(request: ClientRequest, body: string | undefined): void {
  const reset = () => void request.destroy(new Error('connection reset'));
  if (body === undefined) reset();
  else request.write(body.slice(0, body.length / 2), reset);
}

async function readAnswer(response: IncomingMessage): Promise<IncomingAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'] };
}
