import { once } from 'node:events';
import { connect } from 'node:net';

/** An answer as it stood on the wire, interim ones (1xx) included. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * Sends bytes that no HTTP client would and answers what came back until the server ended the connection. So the last request
 * needs `Connection: close`, or a fault for which the server closes; `isCut` ends our side first, as a client does that goes away.
 */
export async function sendRaw(url: string, bytes: string | Buffer, isCut = false): Promise<readonly RawAnswer[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that refuses a body may reset the connection under the rest of it; what it had answered counts.
  socket.on('error', () => socket.destroy());
  const closed = once(socket, 'close');
  socket.once('end', () => socket.end());
  socket.write(bytes);
  if (isCut) socket.end();
  await closed;
  return answersIn(Buffer.concat(chunks).toString('latin1'));
}

function answersIn(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`no whole head: ${rest.slice(0, 200)}`);
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
    const [body, length] = bodyAt(rest.slice(end + 4), headers);
    answers.push({ status, headers, body });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

/** The body at the beginning of a text and how much of the text it takes; an answer to HEAD has none, whatever its head says. */
function bodyAt(text: string, headers: ReadonlyMap<string, string>): readonly [body: string, length: number] {
  if (text === '' || text.startsWith('HTTP/1.1')) return ['', 0];
  if (headers.get('transfer-encoding') !== 'chunked') {
    const body = text.slice(0, Number(headers.get('content-length') ?? 0));
    return [body, body.length];
  }
  let body = '';
  for (let at = 0; ; ) {
    const lineEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (!(size > 0)) return [body, lineEnd + 4];
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}
