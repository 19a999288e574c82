import { parseArgs } from 'node:util';
import { parseInstant } from '../../kernel/index.ts';
import { askRollcall, notRollcall, problemIn, type RemoteRequest, type RemoteWorkspace, visible } from './ask-rollcall.ts';
import { type Command, type CommandIo, type ExitCode, exitCodes, UsageError } from './command.ts';
import { addressFrom, tokenFrom } from './remote-options.ts';

export const auditorLinkCommand: Command = {
  name: 'auditor-link',
  summary: 'give an auditor a link to one sealed report, list such links, revoke one',
  help: `usage: rollcall auditor-link create REPORT-ID --recipient TEXT [--expires-at INSTANT] SERVER
       rollcall auditor-link list REPORT-ID SERVER
       rollcall auditor-link revoke REPORT-ID LINK-ID SERVER

create prints an address that opens that sealed report alone, in a browser, without an account. It is shown
this once; whoever has all of it has the report, so send it to the auditor alone, and the verifier key in
another way. list says who got a link, how often it was opened and when it ends. revoke ends one, and what
is open by it, at once. All three are records of the ledger under the token's name.

  --recipient TEXT       whom it is for, in words
  --expires-at INSTANT   such as 2026-04-01T00:00:00Z, 90 days away at most; otherwise in 14 days

SERVER says which workspace of which Rollcall, and who asks:

  --url URL              of the workspace: https://rollcall.example.com/api/v1/workspaces/ID
  --token TOKEN          an API token with the scope "evidence" ("read" is enough to list). Better: the
                         variable ROLLCALL_API_TOKEN, or
  --token-file FILE      a file with nothing else in it, so that it stays out of the shell's history
  --json                 the answer of the API
  --insecure             allows http to another machine: token and link can be read on the way

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 Rollcall cannot be reached.
`,
  run: async (args, io) => {
    const [verb, ...rest] = args;
    const action = actions.get(verb ?? '');
    if (action === undefined) throw new UsageError('it does "auditor-link create", "auditor-link list" and "auditor-link revoke"');
    return await action(rest, io);
  },
};

const serverOptions = {
  url: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean', default: false },
  insecure: { type: 'boolean', default: false },
} as const;

const actions: ReadonlyMap<string, (args: readonly string[], io: CommandIo) => Promise<ExitCode>> = new Map([
  ['create', create],
  ['list', list],
  ['revoke', revoke],
]);

interface Link {
  readonly id: string;
  readonly recipient: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

async function create(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const options = { ...serverOptions, recipient: { type: 'string' }, 'expires-at': { type: 'string' } } as const;
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  const [reportId] = idsIn(positionals, ['REPORT-ID']);
  const { recipient } = values;
  if (recipient === undefined) throw new UsageError('--recipient is needed: whom the link is for');
  const end = values['expires-at'];
  const expiresAt = end === undefined ? undefined : (parseInstant(end) ?? badInstant());
  const asked = {
    method: 'POST',
    path: `/reports/${reportId}/auditor-links`,
    body: { recipient, ...(expiresAt && { expiresAt }) },
  } as const;
  return await answered(serverFrom(values, io), asked, io, async (response) => {
    const link = (await response.json()) as Link & { readonly url: string };
    io.out(
      values.json
        ? `${JSON.stringify(link)}\n`
        : `${link.url}\n\nFor ${visible(link.recipient)}, until ${link.expiresAt}. It is shown this once.\n`,
    );
  });
}

/** More links than a report has; they come newest first. */
const MANY = 500;

async function list(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { positionals, values } = parseArgs({ args: [...args], options: serverOptions, allowPositionals: true, strict: true });
  const [reportId] = idsIn(positionals, ['REPORT-ID']);
  const asked = { method: 'GET', path: `/reports/${reportId}/auditor-links?limit=${MANY}` } as const;
  return await answered(serverFrom(values, io), asked, io, async (response) => {
    const body = (await response.json()) as { readonly links: readonly UsedLink[]; readonly next: string | null };
    io.out(values.json ? `${JSON.stringify(body)}\n` : rendered(body));
  });
}

async function revoke(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const { positionals, values } = parseArgs({ args: [...args], options: serverOptions, allowPositionals: true, strict: true });
  const [reportId, linkId] = idsIn(positionals, ['REPORT-ID', 'LINK-ID']);
  const asked = { method: 'DELETE', path: `/reports/${reportId}/auditor-links/${linkId}` } as const;
  return await answered(serverFrom(values, io), asked, io, () => {
    io.out('It opens nothing any more, and what was open by it is closed.\n');
    return Promise.resolve();
  });
}

interface UsedLink extends Omit<Link, 'recipient'> {
  /** Null once it was erased. */
  readonly recipient: string | null;
  readonly opened: number;
  readonly lastOpenedAt: string | null;
}

function rendered({ links, next }: { readonly links: readonly UsedLink[]; readonly next: string | null }): string {
  if (links.length === 0) return 'The report has no links.\n';
  const lines = links.map(({ expiresAt, id, lastOpenedAt, opened, recipient, revokedAt }) => {
    const end = revokedAt === null ? `until ${expiresAt}` : `revoked ${revokedAt}`;
    const use = lastOpenedAt === null ? 'never opened' : `opened ${opened} times, last ${lastOpenedAt}`;
    return `${id}  ${end}, ${use}: ${recipient === null ? '(erased)' : visible(recipient)}\n`;
  });
  return lines.join('') + (next === null ? '' : `There are more than ${MANY}: the API has them by pages.\n`);
}

/** An answer of success is told; a refusal is said in the server's own words. */
async function answered(
  server: RemoteWorkspace,
  asked: RemoteRequest,
  io: CommandIo,
  tell: (response: Response) => Promise<void>,
): Promise<ExitCode> {
  const response = await askRollcall(server, asked);
  if (response.ok) {
    await tell(response);
    return exitCodes.done;
  }
  if (response.status === 401) throw new UsageError('the token is not one of that workspace, or has ended');
  const problem = await problemIn(response);
  if (problem === undefined) throw notRollcall(server, response.status);
  io.complain(`${problem}\n`);
  return exitCodes.failed;
}

interface ServerValues {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly 'token-file'?: string | undefined;
  readonly insecure: boolean;
}

function serverFrom(values: ServerValues, io: CommandIo): RemoteWorkspace {
  return { url: addressFrom('--url', values.url, values.insecure), token: tokenFrom(values, io, 'ROLLCALL_API_TOKEN') };
}

/** They go into an address. */
function idsIn(given: readonly string[], names: readonly string[]): readonly string[] {
  const isFit = given.length === names.length && given.every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id));
  if (!isFit) throw new UsageError(`it takes ${names.join(' and ')}, ${names.length === 1 ? '' : 'each '}as the API shows it`);
  return given;
}

function badInstant(): never {
  throw new UsageError('--expires-at wants an instant, such as 2026-04-01T00:00:00Z');
}
