import { randomBytes } from 'node:crypto';
import type { CreatedResources } from './created-resources.ts';
import type { DeclaredSchemas } from './declared-schemas.ts';
import type { Dialect } from './dialects.ts';
import type { Answer, PeerRequest } from './scim-peer.ts';

/** What a check has to work with. */
export interface Probe {
  readonly dialect: Dialect;
  /** Targets of the operator's own attribute mappings, beside the default ones. */
  readonly extraTargets: readonly string[];
  readonly created: CreatedResources;
  /** What `/Schemas` says, read once; undefined when the server does not say. */
  schemas(): Promise<DeclaredSchemas | undefined>;
  send(request: PeerRequest): Promise<Answer>;
  /** A name nobody else has, by which an administrator recognises what a run may have left. */
  newName(): string;
}

const PREFIX = 'rollcall-check';

/** `rollcall-check-5f0c19a2-1`, `…-2`: the random part is the run's. */
export function runNames(): () => string {
  const run = randomBytes(4).toString('hex');
  let last = 0;
  return () => {
    last += 1;
    return `${PREFIX}-${run}-${last}`;
  };
}
