import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditorLinkCommand } from '../../src/app/commands/auditor-link.ts';
import { auditorLinkRoutes } from '../../src/evidence/index.ts';
import { DAY_MS, newId, plusMs } from '../../src/kernel/index.ts';
import type { Principal } from '../../src/platform/index.ts';
import { type SealedSample, sealedSample } from '../evidence/sealed-sample.ts';
import { administrationServer, type LoopbackServer, serve } from '../support/loopback.ts';

let sample: SealedSample;
let server: LoopbackServer;
let reader: LoopbackServer;

beforeAll(async () => {
  sample = await sealedSample();
  server = await serverFor();
  reader = await serverFor({ kind: 'owner', id: newId(sample.clock.now()), actor: 'owner:reader', scopes: ['read'] });
});
afterAll(async () => {
  await server.close();
  await reader.close();
  await sample.drop();
});

async function serverFor(principal?: Principal): Promise<LoopbackServer> {
  const { clock, database, integrator, workspaceId } = sample;
  const routers = [auditorLinkRoutes({ database, integrator, publicUrl: 'https://rollcall.example.com' })];
  return await administrationServer({ clock, workspaceId, routers, ...(principal && { principal }) });
}

async function run(
  args: readonly string[],
  url = server.url,
  environment: Readonly<Record<string, string>> = { ROLLCALL_API_TOKEN: 'rca_x' },
) {
  const [out, complained]: [string[], string[]] = [[], []];
  const io = {
    out: (text: string) => out.push(text),
    complain: (text: string) => complained.push(text),
    environment,
    isTerminal: false,
    asked: new Promise<void>(() => undefined),
  };
  const code = await auditorLinkCommand.run([...args, '--url', url], io);
  return { code, out: out.join(''), complained: complained.join('') };
}

const create = (...more: readonly string[]) => run(['create', sample.report.id, '--recipient', 'Anna Auditor', ...more]);
const idIn = (out: string) => /\/auditor\/([0-9a-f-]{36})#/.exec(out)?.[1] ?? '';

describe('rollcall auditor-link', () => {
  it('creates a link, which it shows this once, lists it with its use, and revokes it', async () => {
    const expiresAt = plusMs(sample.clock.now(), 5 * DAY_MS);
    const created = await create('--expires-at', expiresAt);
    expect(created).toEqual({
      code: 0,
      complained: '',
      out: expect.stringMatching(
        new RegExp(
          `^https://rollcall\\.example\\.com/workspaces/${sample.workspaceId}/auditor/[0-9a-f-]{36}#rcr_\\S+\n\nFor Anna Auditor, until ${expiresAt}\\.`,
        ),
      ),
    });
    const id = idIn(created.out);
    const listed = await run(['list', sample.report.id]);
    expect(listed.out).toContain(`${id}  until ${expiresAt}, never opened: Anna Auditor\n`);
    expect(listed.out).not.toContain('rcr_');
    expect((await run(['revoke', sample.report.id, id])).code).toBe(0);
    expect((await run(['list', sample.report.id])).out).toContain(`${id}  revoked ${sample.clock.now()}, never opened`);
    const { rows } = await sample.database.query<{ type: string }>(
      `select type from ledger_record where workspace_id = $1 and subject_id = $2 order by id`,
      [sample.workspaceId, id],
    );
    expect(rows.map(({ type }) => type).sort()).toEqual(['auditor-link.issued', 'auditor-link.revoked']);
  });

  it('prints the answers of the API where JSON is asked for', async () => {
    const { out } = await create('--json');
    expect(JSON.parse(out)).toMatchObject({ recipient: 'Anna Auditor', url: expect.stringMatching(/#rcr_/) });
    expect(JSON.parse((await run(['list', sample.report.id, '--json'])).out)).toMatchObject({ links: expect.any(Array), next: null });
  });

  it('lets nothing that a recipient is called steer a terminal', async () => {
    await run(['create', sample.report.id, '--recipient', 'Eve \u001b[2J\u202eevil']);
    expect((await run(['list', sample.report.id])).out).toContain('Eve ?[2J?evil');
  });

  it.each([
    {
      name: 'a link that was revoked before',
      args: () => ['revoke', sample.report.id, newId(sample.clock.now())],
      says: /no such link, or it was revoked/,
    },
    { name: 'a report that is not there', args: () => ['list', newId(sample.clock.now())], says: /report/ },
    {
      name: 'an end too far away',
      args: () => ['create', sample.report.id, '--recipient', 'x', '--expires-at', plusMs(sample.clock.now(), 91 * DAY_MS)],
      says: /within 90 days/,
    },
  ])('fails for $name, in the server’s own words', async ({ args, says }) => {
    expect(await run(args())).toEqual({ code: 1, out: '', complained: expect.stringMatching(says) });
  });

  it('fails for a token that may only read, but lists', async () => {
    const refused = await run(['create', sample.report.id, '--recipient', 'x'], reader.url);
    expect(refused).toMatchObject({ code: 1, complained: expect.stringMatching(/evidence/) });
    expect((await run(['list', sample.report.id], reader.url)).code).toBe(0);
  });

  it.each([
    { name: 'nothing to do', args: [], because: /auditor-link create/ },
    { name: 'another verb', args: ['break'], because: /auditor-link create/ },
    { name: 'no report', args: ['list'], because: /REPORT-ID/ },
    { name: 'a report that is no id', args: ['list', '../owners'], because: /REPORT-ID/ },
    { name: 'no link', args: ['revoke', '019cb2ec-f680-7c58-882f-325cb2e45768'], because: /LINK-ID/ },
    { name: 'nobody', args: ['create', '019cb2ec-f680-7c58-882f-325cb2e45768'], because: /--recipient/ },
    {
      name: 'no instant',
      args: ['create', '019cb2ec-f680-7c58-882f-325cb2e45768', '--recipient', 'x', '--expires-at', 'soon'],
      because: /--expires-at wants/,
    },
  ])('refuses $name in words', async ({ args, because }) => {
    await expect(run(args)).rejects.toThrow(because);
  });

  it('refuses to ask without a token, at an address that is no workspace, and says where nobody answers', async () => {
    await expect(run(['list', sample.report.id], server.url, {})).rejects.toThrow(/ROLLCALL_API_TOKEN/);
    const page = await serve((_request, response) => response.writeHead(404).end('<html>'));
    await expect(run(['list', sample.report.id], page.url)).rejects.toThrow(/answered 404; --url takes/);
    await page.close();
    await expect(run(['list', sample.report.id], page.url)).rejects.toThrow(/Rollcall cannot be reached at/);
  });
});
