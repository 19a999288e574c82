import { epochMs } from '../../kernel/index.ts';
import type { Exchange } from '../http/exchange.ts';
import { graphAudiences } from '../openid/microsoft-audiences.ts';
import type { GraphContext } from './graph-context.ts';
import { GraphError } from './graph-error.ts';

/** The application permissions in the caller's token: what was consented when it was issued. Throws 401 InvalidAuthenticationToken. */
export function requireGraphToken({ tenant, key, url }: GraphContext, exchange: Exchange): ReadonlySet<string> {
  const token = /^Bearer +(\S+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
  if (token === undefined) throw invalidToken('Access token is empty.');
  const verdict = key.verify(token, Math.floor(epochMs(tenant.now()) / 1000));
  if (verdict.kind === 'expired') throw invalidToken('Lifetime validation failed, the token is expired.');
  if (verdict.kind === 'invalid') throw invalidToken('Access token validation failure.');
  const { aud, roles } = verdict.claims as { aud?: unknown; roles?: unknown };
  if (!graphAudiences(url).includes(String(aud))) throw invalidToken('Access token validation failure. Invalid audience.');
  return new Set(Array.isArray(roles) ? roles.map(String) : []);
}

function invalidToken(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message);
}
