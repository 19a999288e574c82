import type { WorkspaceId } from '../../kernel/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { AdministrationClient } from './administration-client.ts';
import type { Role } from './cast.ts';
import type { Narrator } from './narrator.ts';
import type { ScriptedBrowser } from './scripted-browser.ts';
import type { SimulatorControl, TenantApplication } from './simulator-control.ts';

/** Where a workspace comes to life: what the sandbox needs, too. */
export interface Opening {
  readonly clock: Clock;
  readonly narrator: Narrator;
  readonly publicUrl: string;
  readonly tenant: { readonly url: string; readonly tenantId: string; readonly control: SimulatorControl };
  /** Makes the workspace, as `rollcall owner` does. */
  readonly createWorkspace: (
    slug: string,
    timeZone: string,
  ) => Promise<{ readonly workspaceId: WorkspaceId; readonly ownerCredential: string }>;
  readonly browser: ScriptedBrowser;
}

/** Where the whole story plays. */
export interface Stage extends Opening {
  /** Whether every rule of the decision table is to befall somebody. */
  readonly isFull: boolean;
  /** Who has a part. */
  readonly cast: readonly Role[];
  /** How many people beside the cast. */
  readonly colleagues: number;
  /** Where the bundles are put. */
  readonly folder: string;
  /** Runs the offline verifier on a bundle as a program of its own. */
  readonly verify: (bundle: string, ...options: readonly string[]) => { readonly status: number; readonly output: string };
}

/** What earlier chapters left for later ones. Each chapter takes what it needs and returns what it made. */
export interface WorkspaceMade {
  readonly workspaceId: WorkspaceId;
  readonly timeZone: string;
  readonly ownerCredential: string;
  readonly owner: AdministrationClient;
  readonly administrator: AdministrationClient;
}

export interface TenantMade {
  readonly application: TenantApplication;
  /** Object ids, by the key of their part. */
  readonly people: ReadonlyMap<string, string>;
  readonly groups: { readonly engineering: string; readonly sales: string; readonly employees: string };
  /** Direct app role assignments, by the person they were made for. */
  readonly assignments: ReadonlyMap<string, string>;
}

export interface DirectoryConnected {
  readonly connectionId: string;
}

/** What Entra was given to call SCIM with. */
export interface ScimAccess {
  readonly tenantUrl: string;
  readonly token: string;
}
