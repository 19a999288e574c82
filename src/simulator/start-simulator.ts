import { setTimeout as delay } from 'node:timers/promises';
import type { Instant } from '../kernel/index.ts';
import { arm } from './arm/arm.ts';
import { controlApi } from './control/control-api.ts';
import type { ProvisioningJobs } from './control/control-provisioning.ts';
import { graph } from './graph/graph.ts';
import type { ReadOnlyViolation } from './graph/graph-context.ts';
import { createGraphFaults } from './graph/graph-faults.ts';
import { createReplicas } from './graph/lagging-replica.ts';
import { type Exchange, json, type Reply } from './http/exchange.ts';
import { listen } from './http/listen.ts';
import { openidProvider } from './openid/openid-provider.ts';
import { createSigningKey } from './openid/signing-key.ts';
import { createSamlKey } from './saml/saml-key.ts';
import { samlProvider } from './saml/saml-provider.ts';
import type { Pause } from './provisioning/scim-client.ts';
import { createTenant } from './tenant/tenant.ts';

export interface Simulator {
  /** Login, Graph and control API in one: an origin without trailing slash. */
  readonly url: string;
  /** Azure Resource Manager, at an origin of its own. */
  readonly armUrl: string;
  readonly tenantId: string;
  close(): Promise<void>;
}

/**
 * Starts an empty tenant on the loopback interface, at a free port unless one is given. `now` is the tenant's clock: it
 * dates tokens, deletions and assignments. `pause` is how provisioning waits when a server asks it to; real time unless given.
 */
export async function startSimulator(options: { port?: number; now: () => Instant; pause?: Pause }): Promise<Simulator> {
  const tenant = createTenant(options.now);
  const key = createSigningKey();
  const violations: ReadOnlyViolation[] = [];
  const jobs: ProvisioningJobs = new Map();
  const faults = createGraphFaults();
  const replicas = createReplicas(tenant);
  const control = controlApi({ tenant, jobs, violations, faults, replicas, pause: options.pause ?? delay });
  const azure = await listen(0, (origin) => guarded(arm({ tenant, key, url: origin, violations, jobs, faults, replicas })));
  const directory = await listen(options.port ?? 0, (origin) => {
    const openid = openidProvider({
      tenant,
      key,
      url: origin,
      armUrl: azure.url,
      requests: new Map(),
      codes: new Map(),
      redeemedCodes: new Set(),
    });
    const saml = samlProvider({ tenant, key: createSamlKey(options.now), url: origin, requests: new Map() });
    const provider = (exchange: Exchange) => openid(exchange) ?? saml(exchange);
    const api = graph({ tenant, key, url: origin, violations, jobs, faults, replicas });
    return guarded((exchange) => answerFrom({ control, api, provider }, exchange));
  });
  const close = async () => {
    await directory.close();
    await azure.close();
  };
  return { url: directory.url, armUrl: azure.url, tenantId: tenant.id, close };
}

interface Areas {
  readonly control: (exchange: Exchange) => Promise<Reply>;
  readonly api: (exchange: Exchange) => Promise<Reply>;
  readonly provider: (exchange: Exchange) => Promise<Reply> | undefined;
}

async function answerFrom({ control, api, provider }: Areas, exchange: Exchange): Promise<Reply> {
  const { pathname } = exchange.url;
  if (pathname.startsWith('/control/')) return control(exchange);
  if (pathname.startsWith('/v1.0/')) return api(exchange);
  return (await provider(exchange)) ?? json(404, { error: `there is no ${exchange.method} ${pathname}` });
}

/** An error that no area knows is a defect of the simulator: it says so rather than hang up. */
function guarded(answer: (exchange: Exchange) => Promise<Reply>): (exchange: Exchange) => Promise<Reply> {
  return (exchange) =>
    answer(exchange).catch((error: unknown) => json(500, { error: error instanceof Error ? error.message : String(error) }));
}
