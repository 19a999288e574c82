import { refuse } from '../kernel/index.ts';
import type { MicrosoftHosts, OutboundHttp } from '../platform/index.ts';

/** A request of one tenant's reader. */
interface Sending {
  readonly method: string;
  readonly url: URL;
}

/**
 * Whether a request can be sent without changing anything in the tenant (I7): GET to Graph, Azure Resource Manager or the login host, and a
 * POST for a token.
 * The two POST of Graph that only read, `$batch` and `getByIds`, are not needed, so they are not sent either.
 */
export function isAllowedRead({ method, url }: Sending, hosts: MicrosoftHosts): boolean {
  const isRead = [hosts.graph, hosts.arm].some((host) => url.origin === new URL(host).origin);
  const isLogin = url.origin === new URL(hosts.login).origin;
  if (method === 'GET') return isRead || isLogin;
  return method === 'POST' && isLogin && /^\/[^/]+\/oauth2\/v2\.0\/token$/.test(url.pathname);
}

/** The way out for this room: whatever could write, or goes to another host, is refused before anything leaves (I7). */
export function readOnly(outbound: OutboundHttp, hosts: MicrosoftHosts): OutboundHttp {
  return {
    fetch: async (input, request = {}) => {
      const url = new URL(input);
      const method = request.method ?? 'GET';
      if (!isAllowedRead({ method, url }, hosts)) {
        refuse('outbound-refused', { detail: `${method} ${url.origin} is no read of the directory, and nothing else is sent.` });
      }
      return outbound.fetch(url, request);
    },
  };
}
