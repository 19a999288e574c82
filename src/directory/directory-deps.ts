import type { Clock, Database, Log, MicrosoftCloud, MicrosoftHosts, OutboundHttp, SecretBox } from '../platform/index.ts';
import type { Delay } from './patience.ts';
import type { WorkloadQueues } from './workload-queues.ts';

export interface DirectoryDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbound: OutboundHttp;
  readonly secretBox: SecretBox;
  /** Microsoft's hosts of a cloud, or their stand-ins. */
  readonly hostsOf: (cloud: MicrosoftCloud) => MicrosoftHosts;
  /** One queue for each tenant and workload, the same for everything that this process asks of Graph. */
  readonly queues: WorkloadQueues;
  /** How to wait between tries; left out: by waiting. */
  readonly delay?: Delay;
}
