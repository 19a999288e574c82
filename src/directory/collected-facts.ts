import type { GraphFailureCode } from './graph-failure.ts';

/** What a look collects only where a permission, a role or a licence lets it. Nothing else depends on it, and what is missing is said by name. */
export const collectedFacts = {
  'audit-log': { gives: 'exact times of disabling and of deletion for good', needs: 'AuditLog.Read.All' },
  'provisioning-log': { gives: "what Entra's provisioning service says that it did", needs: 'AuditLog.Read.All' },
  'leave-dates': { gives: 'when each employee leaves, as the directory itself says it', needs: 'User-LifeCycleInfo.Read.All' },
  'sign-ins': { gives: 'when each account was last signed in with', needs: 'AuditLog.Read.All and a licence of Microsoft Entra ID P1' },
  'azure-roles': { gives: 'who has which role in the Azure subscriptions', needs: 'Reader on each subscription' },
} as const satisfies Record<string, { gives: string; needs: string }>;

export type CollectedFacts = keyof typeof collectedFacts;

/** How collecting ended: null when it was collected. */
export type CollectionOutcomes = Partial<Record<CollectedFacts, GraphFailureCode | null>>;
