import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { scimCheckCommand } from '../../src/app/commands/scim-check.ts';
import { checkTable } from '../../src/app/scim-check/check-table.ts';
import { type CheckRun, runChecks } from '../../src/app/scim-check/run-checks.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { type Fault, type ScimCheckDouble, startDouble } from './scim-check-double.ts';
import { refusal } from './scim-check-double-answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollcall-scim-check-'));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, 'the-token\n', { mode: 0o600 });
const spacedFile = join(folder, 'spaced');
writeFileSync(spacedFile, 'the token');

let double: ScimCheckDouble | undefined;

afterEach(async () => {
  await double?.close();
  double = undefined;
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly asked?: Promise<void>;
}

async function command(args: readonly string[], { environment = {}, asked = new Promise(() => undefined) }: Surroundings = {}) {
  let output = '';
  const out = (text: string) => {
    output += text;
  };
  const code = await scimCheckCommand.run(args, { out, complain: out, environment, isTerminal: false, asked });
  return { code, output };
}

async function against(args: readonly string[], fault?: Fault, surroundings?: Surroundings) {
  const server = await startDouble(fault);
  double = server;
  return { server, ...(await command(['--base-url', server.url, '--token', server.token, ...args], surroundings)) };
}

/** Tests 1 and 8, in one dialect. */
function runAgainst({ url, token }: ScimCheckDouble): CheckRun {
  return {
    baseUrl: url,
    token,
    checks: checkTable.filter(({ id }) => ['1', '8'].includes(id)),
    dialects: ['verbose'],
    extraTargets: [],
    http: createOutboundHttp({ allowedOrigins: [url] }),
    timeoutMs: 10_000,
    stopping: new AbortController().signal,
  };
}

describe('rollcall scim-check', () => {
  it.each([
    { name: 'no address', args: [], says: '--base-url is needed' },
    { name: 'an address that is none', args: ['--base-url', 'scim.example'], says: '--base-url takes an address' },
    { name: 'another protocol', args: ['--base-url', 'ftp://scim.example'], says: '--base-url takes an address' },
    { name: 'a user in the address', args: ['--base-url', 'https://a:b@scim.example'], says: 'without a user in it' },
    { name: 'http to another machine', args: ['--base-url', 'http://scim.example/scim'], says: 'must be https' },
    { name: 'http to a name that only begins like loopback', args: ['--base-url', 'http://127.0.0.1.example'], says: 'must be https' },
    { name: 'no token', args: ['--base-url', 'https://scim.example'], says: 'a token is needed' },
    { name: 'no token in the file', args: ['--base-url', 'https://scim.example', '--token-file', folder], says: 'cannot be read' },
    { name: 'a token of two words', args: ['--base-url', 'https://scim.example', '--token-file', spacedFile], says: 'no header can carry' },
    {
      name: 'an unknown dialect',
      args: ['--base-url', 'https://scim.example', '--token', 'x', '--dialect', 'old'],
      says: '--dialect takes',
    },
    { name: 'an unknown test', args: ['--only', '3,99'], says: 'there is no test "99"' },
    {
      name: 'no time',
      args: ['--base-url', 'https://scim.example', '--token', 'x', '--timeout', '0'],
      says: '--timeout takes a whole number',
    },
  ])('refuses $name as wrong usage', async ({ args, says }) => {
    await expect(command(args)).rejects.toThrow(says);
    await expect(command(args)).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('lists its tests without calling anybody', async () => {
    const { code, output } = await command(['--list']);
    expect(code).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(checkTable.length);
    expect(output).toContain('3    Disable_User                 mandatory  verbose, optimized\n');
  });

  it.each([
    { name: 'the option', args: ['--token', 'the-token'], environment: { ROLLCALL_SCIM_TOKEN: 'another' } },
    { name: 'a file', args: ['--token-file', tokenFile], environment: { ROLLCALL_SCIM_TOKEN: 'another' } },
    { name: 'the environment', args: [], environment: { ROLLCALL_SCIM_TOKEN: 'the-token' } },
  ])('takes the token from $name', async ({ args, environment }) => {
    double = await startDouble();
    const { code } = await command(['--base-url', double.url, '--only', '21', ...args], { environment });
    expect(code).toBe(0);
    expect(double.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer the-token', 'Bearer the-token']);
  });

  it('keeps the flag of the address in each request, and asks for no media type', async () => {
    double = await startDouble();
    await command(['--base-url', `${double.url}/?aadOptscim062020`, '--token', double.token, '--only', 'create_user']);
    expect(double.seen.every(({ query }) => query.has('aadOptscim062020'))).toBe(true);
    expect(double.seen.map(({ path }) => path)).not.toContain('//Users');
    expect(double.seen.find(({ method }) => method === 'GET')?.headers).not.toHaveProperty('accept');
  });

  it('says what was expected, what came and what it means, and ends with 1', async () => {
    const { code, output } = await against(['--only', '3', '--dialect', 'optimized'], () => refusal(500));
    expect(code).toBe(1);
    expect(output).toContain('Not everything was checked: there is no SCIM service at this address (GET /Users?startIndex=1&count=1: 500');
    const refusesPatch: Fault = (request, next) => (request.method === 'PATCH' ? refusal(400, 'invalidPath') : next(request));
    await double?.close();
    const second = await against(['--only', '3', '--dialect', 'optimized'], refusesPatch);
    expect(second.output).toMatch(/^3 {4}Disable_User {17}optimized {2}FAILED$/m);
    expect(second.output).toMatch(/^ {6}expected {2}200 or 204 for \[\{"op":"replace","path":"active","value":false\}\]$/m);
    expect(second.output).toMatch(/^ {6}came {6}PATCH \/Users\/id-\d+: 400 invalidPath "The double refuses\."$/m);
    expect(second.output).toMatch(/^ {6}means {5}Entra reports a leaver as disabled while they can still sign in\.$/m);
    expect(second.output).toContain('0 passed, 1 failed (1 mandatory), 0 skipped\nThis server is not ready for Entra.\n');
  });

  it('ends with 0 when only an optional test failed', async () => {
    const wantsOperations: Fault = (request, next) => (String(request.body['Operations']) === '' ? refusal(400) : next(request));
    const { code, output } = await against(['--only', '3,E14'], wantsOperations);
    expect(output).toContain('FAILED (optional)');
    expect(output).toContain('2 passed, 1 failed (0 mandatory), 0 skipped\nEvery mandatory test passed.\n');
    expect(code).toBe(0);
  });

  it.each([
    { name: 'is made in the dialect', args: ['--only', 'E11', '--dialect', 'verbose'] },
    { name: 'can be made', args: ['--only', '22'] },
  ])('ends with 1 when none of the tests $name', async ({ args }) => {
    const { code, output } = await against(args);
    expect(output).toContain('It is not proven that this server is ready for Entra.');
    expect(code).toBe(1);
  });

  it('writes one JSON document for machines', async () => {
    const { output, server } = await against(['--only', '3,22', '--json']);
    expect(JSON.parse(output)).toEqual({
      baseUrl: server.url,
      results: [
        { id: '3', name: 'Disable_User', dialect: 'verbose', mandatory: true, outcome: 'PASSED' },
        { id: '3', name: 'Disable_User', dialect: 'optimized', mandatory: true, outcome: 'PASSED' },
        expect.objectContaining({ id: '22', dialect: null, outcome: 'SKIPPED' }),
      ],
      passed: true,
      stopped: null,
      left: [],
    });
  });

  it('does not show the token, not even where the server does', async () => {
    const quoting: Fault = ({ headers }) => ({ status: 401, body: { detail: `unknown: ${headers.authorization}` } });
    const { code, output } = await against([], quoting);
    expect(code).toBe(1);
    expect(output).toContain('the token is not accepted (GET /Users?startIndex=1&count=1: 401 "unknown: Bearer [token]")');
  });
});

describe('a run whose time is over', () => {
  it('asks the server nothing more', async () => {
    double = await startDouble();
    const { stopped, passed } = await runChecks({ ...runAgainst(double), stopping: AbortSignal.abort('the time limit was reached') });
    expect({ stopped, passed }).toEqual({ stopped: 'the time limit was reached', passed: false });
    expect(double.seen).toEqual([]);
  });
});

describe('what a check has created', () => {
  const ownOnly = (server: ScimCheckDouble) => [[...server.resources.Users.keys()], [...server.resources.Groups.keys()]];

  it('is removed when the operator ends the run in the middle of it', async () => {
    let end: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      end = resolve;
    });
    const endAtFirstMember: Fault = (request, next) => {
      if (request.method === 'PATCH' && request.path.startsWith('/Groups/')) end();
      return next(request);
    };
    const { code, output, server } = await against(['--only', '11,12'], endAtFirstMember, { asked });
    expect(code).toBe(1);
    expect(output).toContain('Not everything was checked: it was ended by the operator.');
    expect(output).toContain('0 passed, 0 failed (0 mandatory), 4 skipped');
    expect(output).toContain('It is not proven that this server is ready for Entra.');
    expect(ownOnly(server)).toEqual([['own-user'], ['own-group']]);
  });

  it('is found by its name and removed when the answer to its POST was lost', async () => {
    const losesAnswers: Fault = (request, next) => {
      const answer = next(request);
      return request.method === 'POST' ? new Promise(() => undefined) : answer;
    };
    double = await startDouble(losesAnswers);
    const report = await runChecks({ ...runAgainst(double), timeoutMs: 2_000 });
    expect(report.results.map(({ came }) => came)).toEqual(['POST /Users: no answer within 2 s', 'POST /Groups: no answer within 2 s']);
    expect(ownOnly(double)).toEqual([['own-user'], ['own-group']]);
  });

  it('is named when the server does not let it be removed', async () => {
    const keeps: Fault = (request, next) => (request.method === 'DELETE' ? refusal(405) : next(request));
    const { output } = await against(['--only', '1'], keeps);
    expect(output).toMatch(/Could not be removed again .*\n {2}DELETE \/Users\/id-\d+: 405 "The double refuses\."/);
  });

  it('bears a name that says whose it is, and another in every run', async () => {
    const names = new Set<string>();
    for (let run = 0; run < 2; run += 1) {
      const { server } = await against(['--only', '1']);
      const created = server.seen.find(({ method }) => method === 'POST');
      expect(String(created?.body['userName'])).toMatch(/^rollcall-check-[0-9a-f]{8}-\d+@scim-check\.example$/);
      names.add(String(created?.body['userName']));
      await server.close();
    }
    expect(names.size).toBe(2);
  });
});

describe('a server that', () => {
  it('limits the rate of requests is asked again after the time it names', async () => {
    let refused = 0;
    const limits: Fault = (request, next, { seen }) => {
      if (seen.length % 2 === 0) return next(request);
      refused += 1;
      return { ...refusal(429), headers: { 'retry-after': '0' } };
    };
    const { code } = await against(['--only', '1'], limits);
    expect(code).toBe(0);
    expect(refused).toBeGreaterThan(3);
  });

  it('does not stop limiting is taken at its word', async () => {
    const { code, output } = await against(['--only', '1'], () => ({ ...refusal(429), headers: { 'retry-after': '0' } }));
    expect(code).toBe(1);
    expect(output).toContain(': 429 ');
  });

  it('is not there is said to be so', async () => {
    double = await startDouble();
    await double.close();
    const { code, output } = await command(['--base-url', double.url, '--token', 'x']);
    double = undefined;
    expect(code).toBe(1);
    expect(output).toContain('Not everything was checked: the address does not answer (GET /Users?startIndex=1&count=1: no answer (');
  });
});
