import { once } from 'node:events';
import { connect } from 'node:net';
import { createAnswerReader } from './answer-reader.mjs';

/** How long a server may be silent before the run is given up, in milliseconds. */
const SILENCE_TIMEOUT_MS = 60_000;

/** Opens that many connections, hands them to `use`, and closes them after it or as soon as the signal says so. */
export async function withConnections({ subject, count, signal }, use) {
  signal.throwIfAborted();
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(subject)));
  const close = () => connections.forEach((connection) => connection.close());
  signal.addEventListener('abort', close, { once: true });
  try {
    return await use(connections);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/**
 * One HTTP/1.1 connection that is kept alive and has one request under way at a time. On two cores a full client would cost
 * more than the servers that it measures.
 */
async function openConnection({ host, port, headers }) {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, 'connect');
  socket.setTimeout(SILENCE_TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${SILENCE_TIMEOUT_MS} ms`)));
  const fixed = `host: ${host}:${port}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  const readAnswer = createAnswerReader();
  let waiting;
  const fail = (error) => {
    waiting?.reject(error);
    waiting = undefined;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.on('data', (bytes) => {
    let answer;
    try {
      answer = readAnswer(bytes);
    } catch (error) {
      socket.destroy(error);
      return;
    }
    if (answer === undefined) return;
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
