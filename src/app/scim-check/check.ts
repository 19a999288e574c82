import type { DialectName } from './dialects.ts';
import type { Probe } from './probe.ts';

/** A row of the table of checks: one thing that Entra needs of a server, and what befalls a customer where it is missing. */
export interface Check {
  /** Microsoft's number of the test (entra-scim-client §6.2), or E and a number for those beyond its 25. */
  readonly id: string;
  readonly name: string;
  /** An optional one that fails does not fail the whole. */
  readonly mandatory: boolean;
  /** `each`: in every dialect asked for; a dialect's name: only when that one is asked for; `once`: the same in both. */
  readonly dialects: 'each' | 'once' | DialectName;
  /** What happens at a customer whose server fails it. */
  readonly otherwise: string;
  /** Returns when it passed; throws a CheckFailure or a CheckSkipped otherwise. */
  run(probe: Probe): Promise<unknown>;
}
