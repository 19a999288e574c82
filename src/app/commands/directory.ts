import { parseArgs } from 'node:util';
import { askForJson, type RemoteWorkspace } from './ask-rollcall.ts';
import { type Command, exitCodes, UsageError } from './command.ts';
import { addressFrom, tokenFrom } from './remote-options.ts';

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'check the connections to Entra: cloud, credentials, permissions, last look',
  help: `usage: rollcall directory check --url URL [--token TOKEN | --token-file FILE] [--json] [--insecure]

Has a running Rollcall try every directory connection of a workspace with a fresh token: whether the tenant
lives in that cloud, whether the credentials work and when they end, which permissions were granted and what
each of them gives and how to grant it, whether the Azure subscriptions of a connection can be read, what the
last look could not read, and whether looks come to their end.

  --url URL           of the workspace: https://rollcall.example.com/api/v1/workspaces/ID
  --token TOKEN       an API token with the scopes "read" and "directory". Better: the variable
                      ROLLCALL_API_TOKEN, or
  --token-file FILE   a file with nothing else in it, so that it stays out of the shell's history
  --json              the answers of the API
  --insecure          allows http to another machine: the token can be read on the way

Exit codes: 0 every connection is well, 1 there is a problem or no connection, 2 wrong usage,
3 Rollcall cannot be reached.
`,
  run: async (args, io) => {
    const [action, ...rest] = args;
    if (action !== 'check') throw new UsageError('the one thing that it does is "directory check"');
    const { values } = parseArgs({
      args: rest,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        'token-file': { type: 'string' },
        json: { type: 'boolean', default: false },
        insecure: { type: 'boolean', default: false },
      },
      strict: true,
    });
    const url = addressFrom('--url', values.url, values.insecure);
    const checked = await checkAll({ url: url.replace(/\/+$/, ''), token: tokenFrom(values, io, 'ROLLCALL_API_TOKEN') });
    io.out(values.json ? `${JSON.stringify(checked)}\n` : render(checked));
    return checked.length > 0 && checked.every(isWell) ? exitCodes.done : exitCodes.failed;
  },
};

interface Credential {
  readonly kind: string;
  readonly expiresAt: string;
  readonly expirySource: string;
  readonly expiresInDays: number;
  readonly warning: 'expiring' | 'expired' | null;
  readonly lastUsedAt: string | null;
}

interface Connection {
  readonly id: string;
  readonly kind: 'tenant' | 'subscription';
  readonly subscriptionIds: readonly string[];
  readonly cloud: string;
  readonly tenantId: string;
  readonly cloudConfirmedAt: string | null;
  readonly lastCompleteRequestedAt: string | null;
  readonly brokenBecause: string | null;
  readonly brokenSince: string | null;
  readonly credentials: readonly Credential[];
}

interface Permission {
  readonly permission: string;
  readonly granted: boolean | 'unknown';
  readonly detail: string;
  readonly howToGrant: string;
}

/** Something that the last look could not read although nothing says that it may not. */
interface Collection {
  readonly connectionId: string;
  readonly facts: string;
  readonly because: string | null;
  readonly detail: string;
}

interface Check {
  readonly verdict: string;
  readonly detail: string;
  readonly next: string | null;
  readonly permissions: readonly Permission[];
  readonly warnings: readonly { readonly detail: string }[];
}

interface Checked {
  readonly connection: Connection;
  readonly check: Check;
  readonly notCollected: readonly Collection[];
}

async function checkAll(place: RemoteWorkspace): Promise<readonly Checked[]> {
  const list = async () => (await ask<{ connections: readonly Connection[] }>(place, 'GET', '/directory/connections')).connections;
  const checks = new Map<string, Check>();
  for (const { id } of await list()) checks.set(id, await ask<Check>(place, 'POST', `/directory/connections/${id}/check`));
  // Once more: a check notes what it learns.
  const connections = await list();
  const { collections } = await ask<{ collections: readonly Collection[] }>(place, 'GET', '/directory/collections');
  return connections.flatMap((connection) => {
    const check = checks.get(connection.id);
    const notCollected = collections.filter(({ because, connectionId }) => connectionId === connection.id && because !== null);
    return check === undefined ? [] : [{ connection, check, notCollected }];
  });
}

function ask<Body>(place: RemoteWorkspace, method: 'GET' | 'POST', path: string): Promise<Body> {
  return askForJson<Body>(place, { method, path }, 'one of the scopes "read" and "directory"');
}

function isWell({ connection, check }: Checked): boolean {
  return check.verdict === 'ok' && connection.brokenBecause === null && connection.credentials.some(({ warning }) => warning !== 'expired');
}

function render(checked: readonly Checked[]): string {
  if (checked.length === 0) return 'No directory is connected. POST directory/connections connects one: docs/entra-setup.md.\n';
  return checked.map((one) => `${lines(one).join('\n')}\n`).join('\n');
}

const GRANTED = { true: 'granted', false: 'NOT    ', unknown: '?      ' } as const;

function lines({ connection, check, notCollected }: Checked): readonly string[] {
  const confirmed = connection.cloudConfirmedAt === null ? 'the tenant could not be asked' : 'as the tenant itself says';
  return [
    `tenant ${connection.tenantId}`,
    ...connection.subscriptionIds.map((id) => `  subscription ${id}`),
    `  cloud       ${connection.cloud}, ${confirmed}`,
    `  verdict     ${check.verdict}: ${check.detail}`,
    ...(check.next === null ? [] : [`              → ${check.next}`]),
    ...connection.credentials.map((credential) => `  credential  ${credentialLine(credential)}`),
    ...check.permissions.map(({ permission, granted, detail }) => `  ${GRANTED[`${granted}`]}     ${permission}: ${detail}`),
    ...howToGrant(check.permissions).map((how) => `  to grant    ${how}`),
    ...check.warnings.map(({ detail }) => `  WARNING     ${detail}`),
    `  last look   ${connection.lastCompleteRequestedAt ?? 'none was complete yet'}`,
    ...unread(notCollected).map(({ facts, detail }) => `  not read    ${facts}: ${detail}`),
    ...(connection.brokenBecause === null ? [] : [`  BROKEN      ${connection.brokenBecause}, since ${connection.brokenSince}`]),
  ];
}

/** Once for all that is missing: what to click is the same but for the name. */
function howToGrant(permissions: readonly Permission[]): readonly string[] {
  const missing = permissions.filter(({ granted }) => granted === false);
  return [...new Set(missing.map(({ howToGrant: how, permission }) => how.replaceAll(`${permission} →`, 'the permission →')))];
}

/** What was never granted is told by the table of permissions. */
function unread(notCollected: readonly Collection[]): readonly Collection[] {
  return notCollected.filter(({ because }) => because !== 'permission-missing');
}

const sources: Readonly<Record<string, string>> = {
  assumed: 'assumed: a year after it was added',
  entered: 'as entered',
  entra: 'as Entra says',
  certificate: 'as the certificate says',
};

function credentialLine({ kind, expiresAt, expirySource, expiresInDays, warning, lastUsedAt }: Credential): string {
  const left = warning === 'expired' ? 'EXPIRED' : `${expiresInDays} days left`;
  const used = lastUsedAt === null ? 'never used' : `used ${lastUsedAt}`;
  return `${kind}, ends ${expiresAt} (${sources[expirySource] ?? expirySource}), ${left}, ${used}`;
}
