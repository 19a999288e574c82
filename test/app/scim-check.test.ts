import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTable } from '../../src/app/scim-check/check-table.ts';
import { dialectNames } from '../../src/app/scim-check/dialects.ts';
import { type CheckReport, runChecks } from '../../src/app/scim-check/run-checks.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { type ScimClient, type ScimServer, startScim } from '../scim/scim-server.ts';

const ROLE_TARGET = 'urn:ietf:params:scim:schemas:extension:rollcall:2.0:User:rbac_role_id';
const FOLDER = 'src/app/scim-check';

describe('this very server', () => {
  let server: ScimServer;
  let client: ScimClient;
  let report: CheckReport;

  beforeAll(async () => {
    server = await startScim();
    client = await server.client();
    await client.addUser('own@acme.example');
    report = await runChecks({
      baseUrl: `${server.url}/workspaces/${client.workspaceId}/scim/v2`,
      token: client.token,
      checks: checkTable,
      dialects: dialectNames,
      extraTargets: [ROLE_TARGET],
      http: createOutboundHttp({ allowedOrigins: [server.url] }),
      timeoutMs: 30_000,
      stopping: new AbortController().signal,
    });
  });
  afterAll(() => server.close());

  it('passes every test of the validator and every check beyond, in both dialects', () => {
    expect(report.results.filter(({ outcome }) => outcome === 'FAILED')).toEqual([]);
    expect(report).toMatchObject({ passed: true, stopped: null });
    expect(report.results.filter(({ outcome }) => outcome === 'SKIPPED').map(({ id }) => id)).toEqual(['22']);
  });

  it('is left with nothing but what was its own', async () => {
    expect(report.left).toEqual([]);
    const { body } = await client.send('GET', '/Users');
    expect(body.Resources.map(({ userName }: { userName: string }) => userName)).toEqual(['own@acme.example']);
    expect((await client.send('GET', '/Groups')).body.totalResults).toBe(0);
  });
});

/** The import that would make the check share a mistake with what it checks. */
function forbiddenImports(source: string): readonly string[] {
  const imports = [...source.matchAll(/from '([^']+)'/g)].map(([, from]) => String(from));
  return imports.filter((from) => !from.startsWith('./') && !/^(node:.+|\.\.\/\.\.\/(kernel|platform)\/index\.ts)$/.test(from));
}

describe('the check', () => {
  it('shares no code with the server', () => {
    const files = readdirSync(FOLDER);
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((file) => forbiddenImports(readFileSync(join(FOLDER, file), 'utf8')))).toEqual([]);
  });

  it('would be seen to import from the server', () => {
    expect(forbiddenImports("import { parseFilter } from '../../scim-protocol/index.ts';")).toEqual(['../../scim-protocol/index.ts']);
  });

  it('numbers each of its rows once, and the first 25 as Microsoft does', () => {
    const ids = checkTable.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(0, 25)).toEqual(Array.from({ length: 25 }, (_none, at) => String(at + 1)));
  });
});
