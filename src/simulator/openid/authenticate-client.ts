import { timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../http/exchange.ts';
import type { Application } from '../tenant/application.ts';
import { requireAssertion } from './client-assertion.ts';
import { type OpenidContext, requireClient, requireField } from './openid-context.ts';
import { deny } from './sign-in-error.ts';

/** Who calls the token endpoint: a client assertion (RFC 7523 §2.2), `client_secret` in the form, or HTTP Basic (RFC 6749 §2.3.1). */
export function authenticateClient(context: OpenidContext, exchange: Exchange, form: URLSearchParams): AuthenticatedClient {
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    const application = requireClient(context, requireField(form, 'client_id'));
    requireAssertion(context, application, assertion);
    return { application, by: 'certificate' };
  }
  const { clientId, secret } = basicCredential(exchange.headers.authorization) ?? formCredential(form);
  const application = requireClient(context, clientId);
  requireSecret(context, application, secret);
  return { application, by: 'secret' };
}

export interface AuthenticatedClient {
  readonly application: Application;
  readonly by: 'secret' | 'certificate';
}

function requireSecret(context: OpenidContext, application: Application, secret: string | null): void {
  if (secret === null) {
    deny(7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");
  }
  const known = application.secrets.find(({ text }) => sameText(secret, text));
  if (known === undefined) {
    deny(
      7000215,
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${application.appId}'.`,
    );
  }
  if (known.endDateTime <= context.tenant.now()) {
    deny(
      7000222,
      `The provided client secret keys for app '${application.appId}' are expired. Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.`,
    );
  }
}

interface ClientCredential {
  readonly clientId: string;
  readonly secret: string | null;
}

function formCredential(form: URLSearchParams): ClientCredential {
  return { clientId: requireField(form, 'client_id'), secret: form.get('client_secret') };
}

/** Both halves are form-encoded before they are joined by a colon. */
function basicCredential(header: string | undefined): ClientCredential | undefined {
  const encoded = /^Basic +(.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [clientId, secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 2).map(formDecoded);
  return { clientId: clientId ?? '', secret: secret ?? null };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? '';
}

function sameText(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}
