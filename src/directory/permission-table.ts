import type { TokenClaims } from './access-token.ts';
import type { ConnectionKind } from './connection-store.ts';
import { type GraphFailure, type GraphFailureCode, graphFailures } from './graph-failure.ts';

/** One thing that was asked of Graph to see whether it works. */
export interface Probe {
  /** What it reads, in words. */
  readonly reads: string;
  /** Undefined when it was answered. */
  readonly failure: GraphFailure | undefined;
}

type ConnectionVerdict = 'ok' | 'partial' | 'denied-despite-role' | 'delegated-token' | 'application-unknown' | GraphFailureCode;

interface PermissionRow {
  readonly permission: string;
  /** What it lets Rollcall read. */
  readonly gives: string;
  readonly granted: boolean | 'unknown';
  readonly detail: string;
  readonly howToGrant: string;
}

interface ConnectionWarning {
  readonly code: 'more-than-read-only' | 'roles-unreadable';
  readonly detail: string;
}

export interface Diagnosis {
  readonly verdict: ConnectionVerdict;
  readonly detail: string;
  readonly next: string | null;
  readonly permissions: readonly PermissionRow[];
  readonly warnings: readonly ConnectionWarning[];
}

const NEEDED = 'Directory.Read.All';

const howToGrant = (permission: string) =>
  `Entra admin centre → App registrations → the application → API permissions → Add a permission → Microsoft Graph → Application permissions → ${permission} → Add, then Grant admin consent.`;

/** A role of Azure and no permission of Graph, so no token tells of it: what a probe answers decides. */
const reader = {
  permission: 'Reader',
  gives: 'role assignments of the Azure subscriptions',
  howToGrant:
    'Azure portal → Subscriptions → the subscription → Access control (IAM) → Add role assignment → Reader → the application. Once for each subscription.',
} as const;

/** Each degrades by name: what is not granted is not collected, and said so. */
const optionalPermissions = [
  {
    permission: 'AuditLog.Read.All',
    gives: "exact times of disabling and of deletion for good, Entra's provisioning log, and last sign-ins, which take a licence of P1 too",
  },
  { permission: 'Synchronization.Read.All', gives: "how Entra's provisioning job stands, for the diagnosis of SCIM" },
  { permission: 'User-LifeCycleInfo.Read.All', gives: 'when an employee leaves, as the directory itself says it (employeeLeaveDateTime)' },
  { permission: 'Application.Read.All', gives: 'when the client secret ends' },
  { permission: 'Policy.Read.All', gives: 'Conditional Access policies and security defaults' },
  {
    permission: 'RoleManagement.Read.Directory',
    gives: 'for how long directory roles are held, and who may activate one (takes a licence of P2 as well)',
  },
] as const;

/** When Entra issued no token: the reason is all that is known. */
export function diagnoseWithoutToken(failure: GraphFailure, kind: ConnectionKind): Diagnosis {
  return {
    verdict: failure.code,
    detail: failure.message,
    next: graphFailures[failure.code].next,
    permissions: [
      neededRow('unknown', 'Not known: no token was issued.'),
      ...optionalPermissions.map(({ permission, gives }) => ({
        permission,
        gives,
        granted: 'unknown' as const,
        detail: 'Not known: no token was issued.',
        howToGrant: howToGrant(permission),
      })),
      ...(kind === 'subscription' ? [{ ...reader, granted: 'unknown' as const, detail: 'Not known: no token was issued.' }] : []),
    ],
    warnings: [],
  };
}

/**
 * What a fresh token and the probes say (microsoft-graph §1.4). The probes decide, since the token is Graph's to read; its
 * roles only explain. `users` is the probe without which nothing works; `azure` that of a connection to subscriptions.
 */
export function diagnose(claims: TokenClaims, users: Probe, others: readonly Probe[], azure?: Probe): Diagnosis {
  const directory = judge(claims, users, others);
  const { verdict, detail, next } = directory.verdict === 'ok' && azure?.failure !== undefined ? judgeAzure(azure.failure) : directory;
  const works = [users, ...others].every(({ failure }) => failure === undefined || failure.code === 'not-found');
  return {
    verdict,
    detail,
    next,
    permissions: [
      neededRow(grantedTo(users, works)),
      ...optionalPermissions.map((row) => optionalRow(claims, row)),
      ...(azure === undefined ? [] : [readerRow(azure)]),
    ],
    warnings: warningsOf(claims),
  };
}

interface Judgement {
  readonly verdict: ConnectionVerdict;
  readonly detail: string;
  readonly next: string | null;
}

function judge({ roles, isDelegated }: TokenClaims, users: Probe, others: readonly Probe[]): Judgement {
  if (isDelegated) {
    const detail = 'Entra issued a token of a user, not of the application.';
    return { verdict: 'delegated-token', detail, next: 'Check that the client id names an application with a secret of its own.' };
  }
  if (users.failure !== undefined) return judgeRefusal(users.failure, roles?.includes(NEEDED) === true);
  const unknown = others.find(({ failure }) => failure?.code === 'not-found');
  if (unknown !== undefined) {
    const detail = `Microsoft Graph does not know ${unknown.reads}.`;
    return {
      verdict: 'application-unknown',
      detail,
      next: 'Check the client id of the enterprise application that provisions to this workspace.',
    };
  }
  const refused = others.filter(({ failure }) => failure !== undefined);
  if (refused.length === 0) return { verdict: 'ok', detail: 'Everything that a run must read can be read.', next: null };
  const detail = `Users can be read, but not: ${refused.map(({ reads }) => reads).join(', ')}.`;
  return { verdict: 'partial', detail, next: graphFailures['permission-missing'].next };
}

function judgeRefusal(failure: GraphFailure, hasRole: boolean): Judgement {
  const isRefused = failure.code === 'permission-missing' || failure.code === 'access-denied';
  if (!isRefused || !hasRole) return { verdict: failure.code, detail: failure.message, next: graphFailures[failure.code].next };
  return {
    verdict: 'denied-despite-role',
    detail: `The token carries ${NEEDED}, and Microsoft Graph denies access all the same. ${failure.message}`,
    next: 'Consent may just have been withdrawn, or a policy for workload identities blocks the application.',
  };
}

function judgeAzure({ code, message }: GraphFailure): Judgement {
  return { verdict: code, detail: `The directory can be read. ${message}`, next: graphFailures[code].next };
}

const readerRefusals: readonly GraphFailureCode[] = ['azure-reader-missing', 'azure-subscription-hidden', 'azure-authorization-failed'];

function readerRow({ failure }: Probe): PermissionRow {
  if (failure === undefined) return { ...reader, granted: true, detail: `Granted. Collected: ${reader.gives}.` };
  const granted = readerRefusals.includes(failure.code) ? false : 'unknown';
  return { ...reader, granted, detail: `${failure.message} Not collected: ${reader.gives}.` };
}

function grantedTo(users: Probe, works: boolean): boolean | 'unknown' {
  if (works) return true;
  const isRefusal = users.failure === undefined || users.failure.code === 'permission-missing';
  return isRefusal ? false : 'unknown';
}

/** Graph does not tell missing from delegated, so neither does the row. */
function neededRow(granted: boolean | 'unknown', because?: string): PermissionRow {
  const gives =
    'users, deleted users, groups and their members, assignments of the enterprise application, directory roles and who holds them, applications with their granted permissions, licences';
  const said = {
    true: `Granted. Collected: ${gives}.`,
    false: `Missing, not consented to, or granted as Delegated. Not collected: ${gives}.`,
    unknown: `Not known whether granted. Not collected: ${gives}.`,
  }[String(granted)];
  const detail = because ?? said ?? '';
  return { permission: NEEDED, gives, granted, detail, howToGrant: howToGrant(NEEDED) };
}

function optionalRow({ roles }: TokenClaims, { permission, gives }: (typeof optionalPermissions)[number]): PermissionRow {
  const granted = roles === undefined ? 'unknown' : roles.includes(permission);
  const said = { true: 'Granted', false: 'Not granted', unknown: 'Not known whether granted' }[String(granted)];
  const collected = granted === true ? `Collected: ${gives}.` : `Not collected: ${gives}.`;
  return {
    permission,
    gives,
    granted,
    detail: `${said}. ${collected}`,
    howToGrant: howToGrant(permission),
  };
}

function warningsOf({ roles }: TokenClaims): readonly ConnectionWarning[] {
  if (roles === undefined) return [{ code: 'roles-unreadable', detail: 'The token does not say which permissions it carries.' }];
  const excessive = roles.filter((role) => !/\.Read(Basic|Hidden)?(\.|$)/.test(role));
  if (excessive.length === 0) return [];
  return [
    { code: 'more-than-read-only', detail: `More than reading was granted: ${excessive.join(', ')}. Rollcall never writes; remove them.` },
  ];
}
