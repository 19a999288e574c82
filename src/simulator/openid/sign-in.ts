import { randomBytes } from 'node:crypto';
import { type Exchange, param, type Reply } from '../http/exchange.ts';
import type { DirectoryUser } from '../tenant/directory-user.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { answerApplication, errorAnswer } from './authorize.ts';
import { type OpenidContext, requireTenant } from './openid-context.ts';
import { deny, SignInError } from './sign-in-error.ts';

/** POST of the sign-in form. The request id works once; nothing is asked but who one is. */
export function signIn(context: OpenidContext, exchange: Exchange): Reply {
  requireTenant(context, param(exchange, 'tenant'));
  const fields = new URLSearchParams(exchange.body);
  const requestId = fields.get('request') ?? '';
  const request = context.requests.get(requestId);
  if (request === undefined) deny(16000, 'The sign-in request is unknown or was used before; start again at the application.');
  context.requests.delete(requestId);
  if (fields.has('cancel')) {
    return answerApplication(request, errorAnswer(new SignInError(65004, 'User declined to consent to access the app.')));
  }
  const user = requireSignedIn(context.tenant, fields.get('username') ?? '');
  const code = `1.A${randomBytes(48).toString('base64url')}`;
  context.codes.set(code, { request, userId: user.id, issuedAt: context.tenant.now() });
  return answerApplication(request, { code });
}

/** Whoever exists is noted with the attempt, whatever came of it. */
export function requireSignedIn(tenant: Tenant, username: string): DirectoryUser {
  const user = tenant.users.get(tenant.userIdByName.get(username.trim().toLowerCase()) ?? '');
  if (user === undefined) deny(50034, `The user account ${username} does not exist in the ${tenant.id} directory.`);
  const last = tenant.now();
  const lastSuccessful = user.accountEnabled ? last : (tenant.signIns.get(user.id)?.lastSuccessful ?? null);
  tenant.signIns.set(user.id, { last, lastSuccessful });
  return requireEnabled(user);
}

export function requireEnabled(user: DirectoryUser): DirectoryUser {
  return user.accountEnabled ? user : deny(50057, 'The user account is disabled.');
}
