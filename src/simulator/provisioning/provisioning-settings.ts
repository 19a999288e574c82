import type { MatchingAttribute, RoleTarget } from './attribute-mappings.ts';
import type { Dialect } from './patch-dialects.ts';
import type { QuarantineThresholds } from './quarantine.ts';

export interface ProvisioningSettings {
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly dialect: Dialect;
  readonly roleTarget: RoleTarget;
  /** Tried in this order until one hits. */
  readonly matchingAttributes: readonly MatchingAttribute[];
  readonly provisionGroups: boolean;
  /** How many requests are under way at once; Entra's own number is not documented. */
  readonly workers: number;
  /** How many members go into one PATCH; Entra's own number is not documented either. */
  readonly membersPerPatch: number;
  /** How long the engine waits for an answer; Entra's own limit is not documented. */
  readonly timeoutSeconds: number;
  /** Whether reference checks name the reference before the id. */
  readonly referenceFirst: boolean;
  /** Whether the target takes `active`; where it does not, a leaver is deleted. */
  readonly softDelete: boolean;
  /** Further attributes with a constant value for everybody, by what an administrator typed as the target. */
  readonly constants: Readonly<Record<string, string>>;
  readonly skipOutOfScopeDeletions: boolean;
  readonly targetActions: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
  /** The most users that one cycle may disable and delete; null for no limit. */
  readonly deletesThreshold: number | null;
  readonly quarantineThresholds: QuarantineThresholds;
}

/** What is mapped and exported: its change makes the next cycle an initial one (entra-scim-client §4.3). */
export function mappingOf(settings: ProvisioningSettings): string {
  const { provisionGroups, targetActions, roleTarget, softDelete, matchingAttributes, constants } = settings;
  const { create, update, delete: remove } = targetActions;
  return JSON.stringify([provisionGroups, create, update, remove, roleTarget, softDelete, matchingAttributes, constants]);
}
