import { once } from 'node:events';
import { connect } from 'node:net';

/** How long one answer may take before the run is given up, in milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * One HTTP/1.1 connection that is kept alive and has one request under way at a time. It knows just enough of HTTP to read
 * answers with a content-length, because on two cores a full client would cost more than the servers that it measures.
 */
export async function openConnection({ host, port, headers }) {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
  const fixed = `host: ${host}:${port}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  let received = Buffer.alloc(0);
  let waiting;
  const fail = (error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === undefined) return;
    received = received.subarray(answer.length);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  });
  return {
    /** Sends a request (bodies are ASCII); answers `{ status, body }`, the body as a Buffer. */
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        if (socket.destroyed) return fail(new Error('the connection has ended'));
        const content = body === undefined ? '' : `content-type: application/scim+json\r\ncontent-length: ${body.length}\r\n`;
        return socket.write(`${method} ${path} HTTP/1.1\r\n${fixed}${content}\r\n${body ?? ''}`, 'latin1');
      }),
    close: () => socket.destroy(),
  };
}

/** The first whole answer in the bytes; undefined while some of it is missing. */
function readAnswer(bytes) {
  const headEnd = bytes.indexOf(END_OF_HEAD);
  if (headEnd < 0) return undefined;
  const head = bytes.latin1Slice(0, headEnd);
  const status = Number(head.slice(9, 12));
  const bodyStart = headEnd + END_OF_HEAD.length;
  const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? (status === 204 ? 0 : Number.NaN));
  if (Number.isNaN(bodyLength)) throw new Error(`an answer with status ${status} has no content-length`);
  const length = bodyStart + bodyLength;
  return bytes.length < length ? undefined : { status, body: bytes.subarray(bodyStart, length), length };
}
