import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { errorCode } from '../platform/index.ts';

export interface HttpServer {
  /** `http://host:port` as it listens. */
  readonly url: string;
  /** Takes the requests from now on; until it is called every answer is 503. */
  serve(listener: RequestListener): void;
  /** Takes no new connection, finishes what it has begun, and cuts what is still open after the grace. */
  stop(): Promise<void>;
}

/** How long a request that has begun may take to finish at a shutdown. */
const GRACE_MS = 8_000;
/** Kept-alive connections become idle one by one as their requests end. */
const SWEEP_MS = 50;
/** A client that sends its headers byte by byte is not waited for longer than this. */
const HEADERS_TIMEOUT_MS = 20_000;

/** Listens at once, so that a free port is known before anything that needs the address is made. */
export async function openHttpServer(host: string, port: number): Promise<HttpServer> {
  let handle: RequestListener = (_request, response) => void response.writeHead(503, { 'retry-after': '5' }).end();
  const server = createServer((request, response) => handle(request, response));
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => refuseAddress(error, { host, port }));
  return {
    url: urlOf(server),
    serve: (listener) => {
      handle = listener;
    },
    stop: () => stop(server),
  };
}

function refuseAddress(error: unknown, { host, port }: { readonly host: string; readonly port: number }): never {
  const code = errorCode(error);
  const why = code === 'EADDRINUSE' ? 'another program listens there' : (code ?? 'for an unknown reason');
  throw new Error(`it cannot listen on port ${port} of ${host} (${why}): .env.example says which settings choose another one`, {
    cause: error,
  });
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
