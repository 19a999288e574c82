import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doctorCommand } from '../../src/app/commands/doctor.ts';
import { type LoopbackServer, serve } from '../support/loopback.ts';

const TOKEN = 'rca_a-token';
const problem = {
  check: 'requests-arrive',
  state: 'problem',
  detail: 'No request with a valid credential has come.',
  evidence: {},
  remedy: 'Press Test Connection.',
  permission: null,
};
const fine = { ...problem, check: 'switch-is-on', state: 'ok', detail: 'It is on.', remedy: null };
const unseen = { ...problem, check: 'job-is-active', state: 'unseen', detail: 'Not to be seen.', permission: 'Synchronization.Read.All' };

let server: LoopbackServer;
let checks: readonly object[] = [];

beforeAll(async () => {
  server = await serve((request, response) => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return response.writeHead(401).end('{}');
    if (request.url === '/api/v1/workspaces/away/scim/diagnosis')
      return response
        .writeHead(503, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ detail: 'The database cannot be reached.', next: 'Try again shortly.' }));
    if (request.url !== '/api/v1/workspaces/w/scim/diagnosis') return response.writeHead(404).end('{}');
    const firstProblem = checks.includes(problem) ? problem.check : null;
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ at: '2026-03-03T09:00:00.000Z', firstProblem, checks }));
  });
});
afterAll(() => server.close());

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = { ROLLCALL_API_TOKEN: TOKEN }) {
  const out: string[] = [];
  const io = {
    out: (text: string) => out.push(text),
    complain: () => undefined,
    environment,
    isTerminal: false,
    asked: new Promise<void>(() => undefined),
  };
  const code = await doctorCommand.run(args, io);
  return { code, out: out.join('') };
}

const url = () => `${server.url}/api/v1/workspaces/w`;

describe('rollcall doctor', () => {
  it('says what is wrong, what to do, and what it cannot see; 1 is its exit code then', async () => {
    checks = [fine, problem, unseen];
    const { code, out } = await run(['--url', url()]);
    expect(code).toBe(1);
    expect(out).toBe(`As of 2026-03-03T09:00:00.000Z

ok       switch-is-on
PROBLEM  requests-arrive
           No request with a valid credential has come.
           → Press Test Connection.
?        job-is-active
           Not to be seen.
           → Press Test Connection.
           Synchronization.Read.All would let us see.

Begin with requests-arrive.
`);
  });

  it('exits with 0 where no problem was found, and prints JSON where it is asked for', async () => {
    checks = [fine, unseen];
    expect((await run(['--url', `${url()}/`])).out).toContain('No problem was found.');
    const { code, out } = await run(['--url', url(), '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { at: '2026-03-03T09:00:00.000Z', firstProblem: null, checks }]);
  });

  it.each([
    { name: 'no address', args: () => [], because: /--url is needed/ },
    { name: 'no token', args: () => ['--url', url()], environment: {}, because: /ROLLCALL_API_TOKEN/ },
    { name: 'a token of nobody', args: () => ['--url', url(), '--token', 'x'], because: /not one of that workspace/ },
    { name: 'an address that is no workspace', args: () => ['--url', server.url], because: /answered 404/ },
    { name: 'an address of another kind', args: () => ['--url', 'ftp://x'], because: /such as https:\/\/\S+\/api\/v1\/workspaces\/ID, / },
    { name: 'http to another machine', args: () => ['--url', 'http://rollcall.example'], because: /must be https/ },
  ])('refuses $name in words', async ({ args, because, environment }) => {
    await expect(run(args(), environment ?? { ROLLCALL_API_TOKEN: TOKEN })).rejects.toThrow(because);
  });

  it.each([
    {
      name: 'where nobody answers, which is nothing that was typed wrongly',
      at: 'http://127.0.0.1:1/api/v1/workspaces/w',
      because: /^Rollcall cannot be reached at http:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*\): see that it runs/,
    },
    { name: 'what the server says where it cannot answer', at: 'away', because: /^The database cannot be reached\. Try again shortly\.$/ },
  ])('says $name', async ({ at, because }) => {
    const address = at.startsWith('http') ? at : `${server.url}/api/v1/workspaces/${at}`;
    const failed = run(['--url', address]);
    await expect(failed).rejects.toThrow(because);
    await expect(failed).rejects.not.toMatchObject({ name: 'UsageError' });
  });
});
