import type { Clock, Database, Log, MicrosoftCloud, MicrosoftHosts, OutboundHttp, SecretBox } from '../platform/index.ts';
import type { Delay } from './patience.ts';

export interface DirectoryDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbound: OutboundHttp;
  readonly secretBox: SecretBox;
  /** Microsoft's hosts of a cloud, or their stand-ins. */
  readonly hostsOf: (cloud: MicrosoftCloud) => MicrosoftHosts;
  /** How to wait between tries; left out: by waiting. */
  readonly delay?: Delay;
}
