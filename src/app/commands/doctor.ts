import { parseArgs } from 'node:util';
import type { DiagnosisCheck } from '../../activation/index.ts';
import { createOutboundHttp } from '../../platform/index.ts';
import { type Command, exitCodes, UsageError } from './command.ts';
import { addressFrom, tokenFrom } from './remote-options.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 1024 * 1024;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'say why nobody, or somebody, is not provisioned',
  help: `usage: rollcall doctor --url URL [--token TOKEN | --token-file FILE] [--json] [--insecure]

Asks a running Rollcall for its diagnosis of a workspace: whether Entra calls, what it does, what is refused,
who is assigned and not provisioned, who left and is still active, and what cannot be seen from here.

  --url URL           of the workspace: https://rollcall.example.com/api/v1/workspaces/ID
  --token TOKEN       an API token with the scope "read". Better: the variable ROLLCALL_API_TOKEN, or
  --token-file FILE   a file with nothing else in it, so that it stays out of the shell's history
  --json              the diagnosis as the API answers it
  --insecure          allows http to another machine: the token can be read on the way

Exit codes: 0 no problem was found, 1 there is one, 2 wrong usage.
`,
  run: async (args, io) => {
    const { values } = parseArgs({
      args: [...args],
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
    const token = tokenFrom(values, io, 'ROLLCALL_API_TOKEN');
    const diagnosis = await ask(url, token);
    io.out(values.json ? `${JSON.stringify(diagnosis)}\n` : render(diagnosis));
    return diagnosis.firstProblem === null ? exitCodes.done : exitCodes.failed;
  },
};

interface Diagnosis {
  readonly at: string;
  readonly firstProblem: string | null;
  readonly checks: readonly DiagnosisCheck[];
}

async function ask(url: string, token: string): Promise<Diagnosis> {
  const http = createOutboundHttp({ allowedOrigins: [url] });
  const response = await http.fetch(`${url.replace(/\/+$/, '')}/scim/diagnosis`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  });
  const { status } = response;
  if (status === 200) return (await response.json()) as Diagnosis;
  if (status === 401 || status === 403) throw new UsageError('the token is not one of that workspace, or lacks the scope "read"');
  throw new UsageError(`${url} answered ${status}; --url takes an address that ends in /api/v1/workspaces/ID`);
}

const MARKS = { ok: 'ok     ', problem: 'PROBLEM', unseen: '?      ' } as const;

function render({ at, checks, firstProblem }: Diagnosis): string {
  const lines = checks.flatMap(({ check, detail, permission, remedy, state }) => [
    `${MARKS[state]}  ${check}`,
    ...(state === 'ok' ? [] : [`           ${detail}`]),
    ...(state === 'ok' || remedy === null ? [] : [`           → ${remedy}`]),
    ...(permission === null ? [] : [`           ${permission} would let us see.`]),
  ]);
  const conclusion = firstProblem === null ? 'No problem was found.' : `Begin with ${firstProblem}.`;
  return `As of ${at}\n\n${lines.join('\n')}\n\n${conclusion}\n`;
}
