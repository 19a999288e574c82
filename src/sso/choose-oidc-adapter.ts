import type { Config } from '../platform/index.ts';
import type { OidcAdapter, OidcDeps } from './oidc-adapter.ts';
import { openidClientAdapter } from './openid-client-adapter.ts';

/** The adapter that the operator has chosen. passport-azure-ad and what it brings along is loaded only for somebody who wants it. */
export async function chooseOidcAdapter(name: Config['oidcAdapter'], deps: OidcDeps): Promise<OidcAdapter> {
  if (name === 'openid-client') return openidClientAdapter(deps);
  const { azureAdAdapter } = await import('./azure-ad-adapter.ts');
  return azureAdAdapter(deps);
}
