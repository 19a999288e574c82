import type { Instant } from '../../kernel/index.ts';
import type { SigningKey } from '../openid/signing-key.ts';
import type { GraphFaults } from './graph-faults.ts';
import type { Replicas } from './lagging-replica.ts';
import type { ProvisioningJob } from '../provisioning/provisioning-job.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** A request that would have changed the directory. */
export interface ReadOnlyViolation {
  readonly at: Instant;
  readonly method: string;
  readonly path: string;
}

export interface GraphContext {
  readonly tenant: Tenant;
  readonly key: SigningKey;
  /** Where the simulator listens, without trailing slash. */
  readonly url: string;
  readonly violations: ReadOnlyViolation[];
  readonly faults: GraphFaults;
  readonly replicas: Replicas;
  /** Provisioning jobs by the appId of their application. */
  readonly jobs: ReadonlyMap<string, ProvisioningJob>;
}
