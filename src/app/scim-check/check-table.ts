import { type Check } from './check.ts';
import { directChecks } from './direct-checks.ts';
import { discoveryChecks } from './discovery-checks.ts';
import { engineGroupChecks } from './engine-group-checks.ts';
import { engineUserChecks } from './engine-user-checks.ts';
import { groupPatchChecks } from './group-patch-checks.ts';
import { protocolChecks } from './protocol-checks.ts';
import { userPatchChecks } from './user-patch-checks.ts';

/** Microsoft's 25 tests in its order, then ours. */
export const checkTable: readonly Check[] = [
  ...engineUserChecks,
  ...engineGroupChecks,
  ...directChecks,
  ...protocolChecks,
  ...userPatchChecks,
  ...groupPatchChecks,
  ...discoveryChecks,
];
