import type { JobLook } from '../directory/index.ts';
import type { Instant } from '../kernel/index.ts';
import type { ProvisioningSign } from '../scim/index.ts';
import type { MappingFinding } from './review-mapping.ts';

/** A reason why nobody, or somebody, is not provisioned, looked for (entra-scim-client §7). */
export type CheckId =
  | 'switch-is-on'
  | 'credential-is-live'
  | 'requests-arrive'
  | 'users-are-sent'
  | 'users-are-taken'
  | 'no-silence'
  | 'assignments-exist'
  | 'no-nested-groups'
  | 'assigned-are-enabled'
  | 'assigned-are-provisioned'
  | 'unassigned-are-inactive'
  | 'leavers-are-inactive'
  | 'external-id-is-object-id'
  | 'roles-are-known'
  | 'job-is-active'
  | 'job-is-not-in-quarantine'
  | 'deletions-are-not-held-back'
  | 'mappings-are-right'
  | 'tenant-url-is-ours'
  | 'out-of-scope-is-deactivated'
  | 'entra-says-the-same';

/** `unseen`: it cannot be known from here; `permission` or `remedy` says what would show it. A check that does not apply is `ok`. */
export type CheckState = 'ok' | 'problem' | 'unseen';

export interface DiagnosisCheck {
  readonly check: CheckId;
  readonly state: CheckState;
  /** What was found, in a sentence. */
  readonly detail: string;
  /** The figures and instants that the sentence rests on. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
  /** The permission of Microsoft Graph that would let us see; null where none is missing. */
  readonly permission: string | null;
}

/** What several refusals of requests have in common. */
export interface Rejection {
  readonly method: string;
  readonly status: number;
  readonly scimType: string | null;
  /** As it was answered, without values. */
  readonly detail: string | null;
  readonly count: number;
  readonly lastAt: Instant;
}

/** What the directories say of those who are assigned to the enterprise application; undefined where none is known. */
export interface AssignmentFacts {
  readonly assignments: number;
  /** People who are assigned themselves or as direct members of an assigned group. */
  readonly people: number;
  /** People who are members of an assigned group through another group alone: Entra does not provision them. */
  readonly nestedOnly: number;
  readonly disabled: number;
  /** Enabled and assigned, but no active SCIM user. */
  readonly notProvisioned: number;
  /** Active SCIM users who are known to the directory and not assigned any more. */
  readonly notAssigned: number;
}

/** How Entra's provisioning log and our wire log fit together of late; undefined where the log was never read. */
export interface WitnessFacts {
  readonly entries: number;
  readonly successesWithoutRequest: number;
  readonly requestsDespiteFailure: number;
}

export interface DiagnosisFacts {
  readonly witness: WitnessFacts | undefined;
  readonly at: Instant;
  readonly switchState: 'off' | 'on';
  readonly since: Instant;
  readonly liveCredentials: number;
  /** When the last of the live credentials ends; null where one never does. */
  readonly credentialsEndAt: Instant | null;
  readonly sign: ProvisioningSign;
  readonly lastRequestAt: Instant | null;
  readonly rejections: readonly Rejection[];
  readonly users: { readonly live: number; readonly active: number; readonly withoutObjectId: number; readonly withoutKnownRole: number };
  readonly assignments: AssignmentFacts | undefined;
  /** Active SCIM users whose account a directory has disabled or deleted; undefined where no directory was read. */
  readonly leaversActive: number | undefined;
  /** Entra's provisioning job, as Graph shows it now. */
  readonly job: JobLook;
  /** What a review of the job's synchronisation schema found; undefined where it was not seen. */
  readonly mappings: readonly MappingFinding[] | undefined;
  /** Where Entra should provision to. */
  readonly tenantUrl: string;
}
