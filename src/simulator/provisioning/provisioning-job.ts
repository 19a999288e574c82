import type { Instant } from '../../kernel/index.ts';
import type { Step } from './object-failure.ts';
import type { Dialect } from './patch-dialects.ts';

export interface ProvisioningSettings {
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly dialect: Dialect;
  readonly provisionGroups: boolean;
  /** How many requests are under way at once; Entra's own number is not documented. */
  readonly workers: number;
  readonly skipOutOfScopeDeletions: boolean;
  readonly targetActions: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
}

/** An object that could not be provisioned, until it can: it is tried again in each cycle. */
interface EscrowEntry {
  readonly step: Step;
  readonly status: number;
  readonly body: string;
  readonly firstFailedAt: Instant;
  readonly failures: number;
}

export interface GroupLink {
  readonly targetId: string;
  /** The members that the target is known to hold: object id → id at the target. */
  readonly members: Map<string, string>;
}

/** What the engine remembers between cycles; of what the target holds it remembers ids alone and reads the rest each time. */
export interface ProvisioningJob {
  settings: ProvisioningSettings;
  /** Object id of each managed user → its id at the target. */
  readonly links: Map<string, string>;
  readonly groupLinks: Map<string, GroupLink>;
  /** Users to whom a manager has been sent. */
  readonly managed: Set<string>;
  /** What each object looked like when it was last exported; empty before the initial cycle. */
  readonly watermark: Map<string, string>;
  readonly escrow: Map<string, EscrowEntry>;
  quarantine: { readonly reason: string; readonly since: Instant } | null;
  cycles: number;
  running: boolean;
}

export function createJob(settings: ProvisioningSettings): ProvisioningJob {
  return {
    settings,
    links: new Map(),
    groupLinks: new Map(),
    managed: new Set(),
    watermark: new Map(),
    escrow: new Map(),
    quarantine: null,
    cycles: 0,
    running: false,
  };
}

/** New settings keep the links; a change of what is mapped also makes the next cycle an initial one (entra-scim-client §4.3). */
export function changeSettings(job: ProvisioningJob, settings: ProvisioningSettings): void {
  if (mappingOf(settings) !== mappingOf(job.settings)) job.watermark.clear();
  job.settings = settings;
}

function mappingOf({ provisionGroups, targetActions }: ProvisioningSettings): string {
  return [provisionGroups, targetActions.create, targetActions.update, targetActions.delete].join();
}
