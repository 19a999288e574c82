import type { IncomingMessage, ServerResponse } from 'node:http';
import { writePieces } from '../platform/index.ts';
import { ScimError } from '../scim-protocol/index.ts';
import type { HandleScimRequest } from './handle-request.ts';
import { isScimAddress } from './scim-address.ts';
import type { ScimRequest } from './scim-request.ts';

/**
 * The node:http front of the data plane. Answers false, having touched nothing, when the address is not SCIM's, so that the
 * caller can pass the request on.
 */
export type ScimListener = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** A refused request's body is drained up to this size, in bytes, so that the connection can be used again; beyond it, it ends. */
const MAX_DRAINED_BYTES = 64 * 1024;

export function createListener(handle: HandleScimRequest): ScimListener {
  return async (request, response) => {
    const url = request.url ?? '/';
    if (!isScimAddress(url)) return false;
    let hasRead = false;
    const readBody = (limit: number) => {
      hasRead = true;
      return readBytes(request, limit);
    };
    const { status, headers, body } = await handle({ method: request.method ?? 'GET', url, headers: headersOf(request), readBody });
    const length = typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : {};
    const closing = !request.complete && (hasRead || !isSmall(request)) && hasBody(request) ? { connection: 'close' } : {};
    response.writeHead(status, { ...headers, ...length, ...closing });
    if (body === undefined || typeof body === 'string') response.end(body);
    else await writePieces(response, body);
    return true;
  };
}

function headersOf({ headers }: IncomingMessage): ScimRequest['headers'] {
  return {
    authorization: headers.authorization,
    'content-type': headers['content-type'],
    'content-encoding': headers['content-encoding'],
    'if-match': headers['if-match'],
    'if-none-match': headers['if-none-match'],
  };
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  // Its client went away while the credential was looked up: no event will ever tell again.
  if (request.destroyed) throw cutShort();
  const tooLarge = () => new ScimError('payloadTooLarge', `The body is larger than ${limit} bytes; send the changes in several requests.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not `for await` with `break`: leaving the loop would destroy the socket before the answer is sent.
    await new Promise<void>((resolve, reject) => {
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= limit) chunks.push(chunk);
        else reject(tooLarge());
      });
      request.once('end', resolve);
      request.once('error', reject);
      request.once('close', () => reject(new Error('the connection ended before the body did')));
    });
  } catch (error) {
    request.removeAllListeners('data');
    if (error instanceof ScimError) throw error;
    throw cutShort();
  }
  return Buffer.concat(chunks, size);
}

function cutShort(): ScimError {
  return new ScimError('invalidSyntax', 'The connection ended before the body did.');
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isSmall({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= MAX_DRAINED_BYTES;
}
