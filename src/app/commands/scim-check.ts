import { parseArgs } from 'node:util';
import { MINUTE_MS, SECOND_MS } from '../../kernel/index.ts';
import { createOutboundHttp } from '../../platform/index.ts';
import { type Check } from '../scim-check/check.ts';
import { checkTable } from '../scim-check/check-table.ts';
import { type DialectName, dialectNames } from '../scim-check/dialects.ts';
import { renderHeading, renderJson, renderList, renderResult, renderSummary } from '../scim-check/render-report.ts';
import { type CheckReport, type CheckResult, runChecks } from '../scim-check/run-checks.ts';
import { type Command, type CommandIo, exitCodes, UsageError } from './command.ts';
import { addressFrom, tokenFrom } from './remote-options.ts';

/** Entra's own limit is not documented; an answer that takes longer is not one to rely on. */
const DEFAULT_TIMEOUT_SECONDS = 10;
const DEFAULT_TIME_LIMIT_MINUTES = 15;
const MAX_NUMBER = 3600;

const options = {
  'base-url': { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  dialect: { type: 'string', default: 'both' },
  only: { type: 'string', multiple: true },
  target: { type: 'string', multiple: true },
  timeout: { type: 'string', default: String(DEFAULT_TIMEOUT_SECONDS) },
  'time-limit': { type: 'string', default: String(DEFAULT_TIME_LIMIT_MINUTES) },
  json: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  insecure: { type: 'boolean', default: false },
} as const;

export const scimCheckCommand: Command = {
  name: 'scim-check',
  summary: 'try any SCIM server as Entra and its validator do',
  help: `usage: rollcall scim-check --base-url URL [--token TOKEN | --token-file FILE] [OPTIONS]
       rollcall scim-check --list

Makes the requests of Microsoft's 25 provisioning tests, and those on which servers are known to
fail, against any SCIM 2.0 server, in both dialects of Entra, and says what came and what it means.
It creates users and groups whose names begin with rollcall-check- and removes them again.
Use a test tenant where there is one.

  --base-url URL      what Entra calls the Tenant URL
  --token TOKEN       the secret token. Better: the variable ROLLCALL_SCIM_TOKEN, or
  --token-file FILE   a file with nothing else in it, so that it stays out of the shell's history
  --dialect DIALECT   verbose (without Entra's flag aadOptscim062020), optimized (with it), or both (default)
  --only TEST[,TEST]  only these, by number or name; --list shows them
  --target TARGET     an attribute that your mappings write beside the default ones, such as
                      urn:ietf:params:scim:schemas:extension:rollcall:2.0:User:rbac_role_id (repeatable)
  --timeout SECONDS   for one answer (default ${DEFAULT_TIMEOUT_SECONDS})
  --time-limit MIN    for the whole (default ${DEFAULT_TIME_LIMIT_MINUTES})
  --json              for machines
  --insecure          allows http to another machine: the token can be read on the way

Exit codes: 0 every mandatory test passed, 1 not so, 2 wrong usage.
`,
  run: async (args, io) => {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const checks = chosenChecks(values.only ?? []);
    if (values.list) {
      io.out(renderList(checks));
      return exitCodes.done;
    }
    const baseUrl = addressFrom('--base-url', values['base-url'], values.insecure);
    const wanted = {
      baseUrl,
      token: tokenFrom(values, io, 'ROLLCALL_SCIM_TOKEN'),
      checks,
      dialects: dialectsFrom(values.dialect),
      extraTargets: values.target ?? [],
      timeoutMs: numberFrom('timeout', values.timeout) * SECOND_MS,
      http: createOutboundHttp({ allowedOrigins: [baseUrl] }),
      ...(values.json ? {} : { onResult: (result: CheckResult) => io.out(renderResult(result)) }),
    };
    const minutes = numberFrom('time-limit', values['time-limit']);
    if (!values.json) io.out(renderHeading(baseUrl));
    const report = await untilEnded(io, minutes, (stopping) => runChecks({ ...wanted, stopping }));
    io.out(values.json ? renderJson(baseUrl, report) : renderSummary(report));
    return report.passed ? exitCodes.done : exitCodes.failed;
  },
};

/** Runs with a signal that says why, once the time is over or the operator has had enough. */
async function untilEnded(io: CommandIo, minutes: number, run: (stopping: AbortSignal) => Promise<CheckReport>): Promise<CheckReport> {
  const ending = new AbortController();
  const limit = setTimeout(() => ending.abort(`the time limit of ${minutes} min was reached`), minutes * MINUTE_MS);
  void io.asked.then(() => ending.abort('it was ended by the operator'));
  return run(ending.signal).finally(() => clearTimeout(limit));
}

function chosenChecks(only: readonly string[]): readonly Check[] {
  const wanted = only.flatMap((list) => list.split(',')).map((word) => word.trim().toLowerCase());
  if (wanted.length === 0) return checkTable;
  const isWanted = ({ id, name }: Check) => wanted.includes(id.toLowerCase()) || wanted.includes(name.toLowerCase());
  const unknown = wanted.find((word) => !checkTable.some(({ id, name }) => [id, name].some((known) => known.toLowerCase() === word)));
  if (unknown !== undefined) throw new UsageError(`there is no test "${unknown}"; --list shows them`);
  return checkTable.filter(isWanted);
}

function dialectsFrom(text: string): readonly DialectName[] {
  const chosen = dialectNames.filter((name) => text === 'both' || text === name);
  if (chosen.length === 0) throw new UsageError('--dialect takes verbose, optimized or both');
  return chosen;
}

function numberFrom(name: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_NUMBER) throw new UsageError(`--${name} takes a whole number up to ${MAX_NUMBER}`);
  return number;
}
