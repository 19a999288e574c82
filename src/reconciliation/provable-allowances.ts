import type { WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import { lookingFacts } from './policy-store.ts';
import { type ProvableSla, provableSla } from './provable-sla.ts';

/** The shortest allowance that each connected directory can be proven to keep, as it is looked at now. */
export async function provableAllowances(q: Queryable, workspaceId: WorkspaceId): Promise<readonly ProvableSla[]> {
  return (await lookingFacts(q, workspaceId)).map(provableSla);
}
