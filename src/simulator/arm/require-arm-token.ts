import { epochMs } from '../../kernel/index.ts';
import type { GraphContext } from '../graph/graph-context.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { armAudiences } from '../openid/microsoft-audiences.ts';

/** The application that asks. What it may read is said by Azure's roles, not by its token. */
export interface ArmCaller {
  readonly servicePrincipalId: string;
}

/** Throws 401 AuthenticationFailed and InvalidAuthenticationToken: a token for Graph is void here. */
export function requireArmToken({ tenant, key, url }: GraphContext, exchange: Exchange): ArmCaller {
  const token = /^Bearer +(\S+)$/i.exec(exchange.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new GraphError(401, 'AuthenticationFailed', 'Authentication failed. The Authorization header is missing.');
  const verdict = key.verify(token, Math.floor(epochMs(tenant.now()) / 1000));
  if (verdict.kind !== 'valid') throw invalid('The access token is invalid.');
  const { aud, oid } = verdict.claims as { aud?: unknown; oid?: unknown };
  if (!armAudiences(url).includes(String(aud)) || typeof oid !== 'string')
    throw invalid('The access token has been obtained for wrong audience.');
  return { servicePrincipalId: oid };
}

function invalid(message: string): GraphError {
  return new GraphError(401, 'InvalidAuthenticationToken', message);
}
