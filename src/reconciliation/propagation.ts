import { MINUTE_MS } from '../kernel/index.ts';

/** Two cycles of Entra's provisioning service, some 40 minutes each: so long may SCIM lag behind the directory. */
export const PROPAGATION_MS = 80 * MINUTE_MS;
