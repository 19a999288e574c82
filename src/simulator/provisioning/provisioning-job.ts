import type { EscrowEntry } from './escrow.ts';
import type { ArmedFault } from './faults.ts';
import { mappingOf, type ProvisioningSettings } from './provisioning-settings.ts';
import type { QuarantineState } from './quarantine.ts';

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
  /** Linked users that were last exported as inactive. */
  readonly inactive: Set<string>;
  /** What each object looked like when it was last exported; empty before the initial cycle. */
  readonly watermark: Map<string, string>;
  readonly escrow: Map<string, EscrowEntry>;
  quarantine: QuarantineState | null;
  /** Set when an administrator has let one cycle pass the accidental-deletions threshold. */
  deletesAllowed: boolean;
  /** What goes wrong between the engine and the server, until it is switched off. */
  faults: readonly ArmedFault[];
  /** What an administrator got wrong, as Graph shows it. */
  mistakes: JobMistakes;
  cycles: number;
  running: boolean;
}

/** Mistakes of a job's set-up that only Graph can show; what the engine does not know it goes on doing rightly. */
export interface JobMistakes {
  readonly paused?: boolean | undefined;
  readonly baseAddress?: string | undefined;
  readonly externalIdFrom?: string | undefined;
  readonly activeFrom?: string | undefined;
  readonly withoutMatching?: boolean | undefined;
  readonly withoutRole?: boolean | undefined;
}

export function createJob(settings: ProvisioningSettings): ProvisioningJob {
  return {
    settings,
    links: new Map(),
    groupLinks: new Map(),
    managed: new Set(),
    inactive: new Set(),
    watermark: new Map(),
    escrow: new Map(),
    quarantine: null,
    deletesAllowed: false,
    faults: [],
    mistakes: {},
    cycles: 0,
    running: false,
  };
}

/** New settings keep the links; a change of what is mapped also makes the next cycle an initial one (entra-scim-client §4.3). */
export function changeSettings(job: ProvisioningJob, settings: ProvisioningSettings): void {
  if (mappingOf(settings) !== mappingOf(job.settings)) startOver(job);
  job.settings = settings;
}

/** Graph's `restart`: everything is read again, escrow and quarantine end. A full reset also forgets what is linked to what. */
export function restartJob(job: ProvisioningJob, reset: { readonly links: boolean }): void {
  startOver(job);
  job.quarantine = null;
  if (!reset.links) return;
  job.links.clear();
  job.groupLinks.clear();
  job.managed.clear();
  job.inactive.clear();
}

/** The administrator's "Allow deletes": what was staged goes out in the next cycle, which comes at once. */
export function allowDeletes(job: ProvisioningJob): void {
  job.deletesAllowed = true;
  if (job.quarantine?.reason === 'TooManyDeletes') job.quarantine = null;
}

function startOver(job: ProvisioningJob): void {
  job.watermark.clear();
  job.escrow.clear();
}
