import { parseArgs } from 'node:util';
import type { DiagnosisCheck } from '../../activation/index.ts';
import { askForJson } from './ask-rollcall.ts';
import { type Command, exitCodes } from './command.ts';
import { addressFrom, tokenFrom } from './remote-options.ts';

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

Exit codes: 0 no problem was found, 1 there is one, 2 wrong usage, 3 Rollcall cannot be reached.
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
    const diagnosis = await askForJson<Diagnosis>({ url, token }, { method: 'GET', path: '/scim/diagnosis' }, 'the scope "read"');
    io.out(values.json ? `${JSON.stringify(diagnosis)}\n` : render(diagnosis));
    return diagnosis.firstProblem === null ? exitCodes.done : exitCodes.failed;
  },
};

interface Diagnosis {
  readonly at: string;
  readonly firstProblem: string | null;
  readonly checks: readonly DiagnosisCheck[];
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
