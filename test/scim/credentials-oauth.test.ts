import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS, MINUTE_MS, plusMs, SECOND_MS, type WorkspaceId } from '../../src/kernel/index.ts';
import { createFailedAttempts, MAX_FAILED_ATTEMPTS } from '../../src/scim/failed-attempts.ts';
import { ADMITTED, type CredentialServers, type ServerProcess, startCredentialServers, TURNED_AWAY } from './credential-servers.ts';
import { untilBlocked } from '../support/until-blocked.ts';

let servers: CredentialServers;
let workspaceId: WorkspaceId;
let one: ServerProcess;
let other: ServerProcess;

interface Client {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

beforeAll(async () => {
  servers = await startCredentialServers();
  workspaceId = await servers.workspace();
  [one, other] = servers.processes;
});
afterAll(() => servers.close());

const issue = (body: Readonly<Record<string, unknown>> = {}) =>
  one.administer(workspaceId, 'POST', '/scim/credentials', { kind: 'oauth-client', label: 'Entra', ...body });
const newClient = async (body: Readonly<Record<string, unknown>> = {}): Promise<Client> => (await issue(body)).body;
const grant = ({ clientId, clientSecret }: Client) => ({
  grant_type: 'client_credentials',
  client_id: clientId,
  client_secret: clientSecret,
});
const tokenOf = async (client: Client): Promise<string> => (await one.requestToken(workspaceId, grant(client))).body.access_token;
const basic = (client: Client) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(client.clientId)}:${encodeURIComponent(client.clientSecret)}`).toString('base64')}`,
});
const expectBothToAnswer = async (token: string, expected: typeof ADMITTED) => {
  for (const process of servers.processes) expect(await process.knock(workspaceId, token)).toEqual(expected);
};

describe('an OAuth client', () => {
  it('is shown its id, its secret and where to get tokens, once', async () => {
    const { status, body } = await issue({ label: 'Gallery application' });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        kind: 'oauth-client',
        token: null,
        clientId: body.id,
        clientSecret: expect.stringMatching(/^rcc_[A-Za-z0-9_-]{43}$/),
        tokenUrl: `https://rollcall.example/workspaces/${workspaceId}/scim/oauth/token`,
      },
    });
    const { rows } = await servers.owner.query<{ row: string }>('select to_jsonb(scim_credential)::text as row from scim_credential');
    expect(rows.map(({ row }) => row).join()).not.toContain(body.clientSecret.slice(8));
  });

  it.each([
    { name: 'in the body', headers: () => ({}), form: (client: Client) => grant(client) },
    { name: 'by HTTP Basic', headers: basic, form: () => ({ grant_type: 'client_credentials' }) },
    {
      name: 'by HTTP Basic, naming itself in the body too',
      headers: basic,
      form: ({ clientId }: Client) => ({ grant_type: 'client_credentials', client_id: clientId }),
    },
    {
      name: "with the fields that Microsoft's validator adds",
      headers: () => ({}),
      form: (client: Client) => ({ ...grant(client), scope: 'scim', baseAddress: 'https://rollcall.example/scim' }),
    },
  ])('gets a token that works on every process, authenticated $name', async ({ headers, form }) => {
    const client = await newClient();
    const { status, headers: answered, body } = await one.requestToken(workspaceId, form(client), headers(client));
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^rct_[A-Za-z0-9_-]{43}$/), token_type: 'Bearer', expires_in: 3600, scope: 'scim' },
    });
    expect(answered.get('cache-control')).toBe('no-store');
    await expectBothToAnswer(body.access_token, ADMITTED);
  });

  it.each([
    { name: 'without a grant type', form: { client_id: 'c', client_secret: 's' }, status: 400, error: 'invalid_request' },
    { name: 'with an empty grant type', form: 'grant_type=&client_id=c&client_secret=s', status: 400, error: 'invalid_request' },
    { name: 'for a password grant', form: { grant_type: 'password' }, status: 400, error: 'unsupported_grant_type' },
    { name: 'of nobody', form: { grant_type: 'client_credentials', client_secret: 's' }, status: 400, error: 'invalid_request' },
    { name: 'with a client alone', form: { grant_type: 'client_credentials', client_id: 'c' }, status: 401, error: 'invalid_client' },
    {
      name: 'with a parameter given twice',
      form: 'grant_type=client_credentials&client_id=a&client_id=b&client_secret=s',
      status: 400,
      error: 'invalid_request',
    },
    {
      name: 'of a client that is no id',
      form: { grant_type: 'client_credentials', client_id: 'x\0y', client_secret: 's' },
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'of a client that nobody knows',
      form: { grant_type: 'client_credentials', client_id: '00000000-0000-7000-8000-00000000dead', client_secret: 's' },
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'with an assertion of a type that is not taken',
      form: { grant_type: 'client_credentials', client_id: 'c', client_assertion: 'x.y.z', client_assertion_type: 'saml2' },
      status: 400,
      error: 'invalid_request',
    },
    { name: 'in JSON', form: '{}', headers: { 'content-type': 'application/json' }, status: 400, error: 'invalid_request' },
    {
      name: 'with a header that is not Basic',
      form: { grant_type: 'client_credentials' },
      headers: { authorization: 'Bearer x' },
      status: 401,
      error: 'invalid_client',
    },
    {
      name: 'with a malformed escape in its header',
      form: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${Buffer.from('%zz:x').toString('base64')}` },
      status: 401,
      error: 'invalid_client',
    },
  ])('is refused a request $name (RFC 6749 §5.2)', async ({ form, headers = {}, status, error }) => {
    const answer = await one.requestToken(workspaceId, form, headers);
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.stringMatching(/^[ !#-[\]-~]+$/) } });
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('www-authenticate')).toBe(status === 401 ? 'Basic realm="rollcall"' : null);
  });

  it('is refused when it authenticates in two ways, or as two clients', async () => {
    const client = await newClient();
    const invalid = { status: 400, body: { error: 'invalid_request' } };
    expect(await one.requestToken(workspaceId, grant(client), basic(client))).toMatchObject(invalid);
    const stranger = { grant_type: 'client_credentials', client_id: '00000000-0000-7000-8000-00000000dead' };
    expect(await one.requestToken(workspaceId, stranger, basic(client))).toMatchObject(invalid);
  });

  it('is refused with the secret of another client, or in another workspace (I12)', async () => {
    const [client, stranger] = [await newClient(), await newClient()];
    const refused = { status: 401, body: { error: 'invalid_client' } };
    expect(await one.requestToken(workspaceId, { ...grant(client), client_secret: stranger.clientSecret })).toMatchObject(refused);
    expect(await one.requestToken(await servers.workspace(), grant(client))).toMatchObject(refused);
    expect(await one.requestToken('no-workspace', grant(client))).toMatchObject(refused);
  });

  it('cannot use its secret as a bearer token, nor a bearer token as its secret', async () => {
    const client = await newClient();
    await expectBothToAnswer(client.clientSecret, TURNED_AWAY);
    const { body } = await one.administer(workspaceId, 'POST', '/scim/credentials', { label: 'a bearer' });
    const mixed = { clientId: body.id, clientSecret: body.token, id: '' };
    expect((await one.requestToken(workspaceId, grant(mixed))).status).toBe(401);
  });
});

describe('the secrets of a client', () => {
  it('are two at most; another is issued first, the old one revoked then, and only its tokens end, at once and everywhere', async () => {
    const first = await newClient({ mode: 'strict', tokenLifeSeconds: 21_600 });
    const added = await issue({ clientId: first.clientId, label: 'rotated' });
    expect(added).toMatchObject({ status: 201, body: { clientId: first.clientId, mode: 'strict' } });
    const second: Client = added.body;
    expect((await issue({ clientId: first.clientId })).status).toBe(409);

    const [old, fresh] = [await tokenOf(first), await tokenOf(second)];
    await expectBothToAnswer(old, ADMITTED);
    await expectBothToAnswer(fresh, ADMITTED);
    expect((await other.administer(workspaceId, 'DELETE', `/scim/credentials/${first.id}`)).status).toBe(204);
    await expectBothToAnswer(old, TURNED_AWAY);
    await expectBothToAnswer(fresh, ADMITTED);
    expect((await one.requestToken(workspaceId, grant(first))).status).toBe(401);
    expect((await one.requestToken(workspaceId, grant(second))).body.expires_in).toBe(21_600);
    expect((await issue({ clientId: first.clientId })).status).toBe(201);
  });

  it('are two at most, also when several are asked for at the same moment', async () => {
    const { clientId } = await newClient();
    const asked = await servers.owner.transaction(async (tx) => {
      await tx.query('select 1 from scim_credential where id = $1 for update', [clientId]);
      const answers = Promise.all(Array.from({ length: 4 }, () => issue({ clientId })));
      await untilBlocked(servers.owner, 4);
      return { answers };
    });
    const statuses = (await asked.answers).map(({ status }) => String(status));
    expect(statuses.sort()).toEqual(['201', '409', '409', '409']);
  });

  it('end together with their client, at once and everywhere', async () => {
    const first = await newClient();
    const second = await newClient({ clientId: first.clientId });
    const tokens = [await tokenOf(first), await tokenOf(second)];
    for (const token of tokens) await expectBothToAnswer(token, ADMITTED);
    for (let time = 0; time < 2; time += 1) {
      expect((await one.administer(workspaceId, 'DELETE', `/scim/clients/${first.clientId}`)).status).toBe(204);
    }
    for (const token of tokens) await expectBothToAnswer(token, TURNED_AWAY);
    expect((await issue({ clientId: first.clientId })).status).toBe(409);
    const { rows } = await servers.owner.query('select type from ledger_record where subject_id = any($1::uuid[]) order by ord', [
      [first.id, second.id],
    ]);
    expect(rows.map((row) => (row as { type: string }).type)).toEqual([
      'scim.credential.issued',
      'scim.credential.issued',
      'scim.credential.revoked',
      'scim.credential.revoked',
    ]);
  });

  it.each([
    { name: 'a client that is not there', body: { clientId: '00000000-0000-7000-8000-00000000dead' }, status: 404 },
    { name: 'tokens of less than an hour', body: { tokenLifeSeconds: 3_599 }, status: 400 },
    { name: 'tokens of more than six hours', body: { tokenLifeSeconds: 21_601 }, status: 400 },
    { name: 'a mode that is none', body: { mode: 'lenient' }, status: 400 },
    { name: 'a kind that is none', body: { kind: 'basic' }, status: 400 },
    { name: 'what belongs to another kind', body: { issuer: 'https://issuer.example' }, status: 400 },
    { name: 'an end in the past', body: { expiresAt: '2020-01-01T00:00:00Z' }, status: 400 },
  ])('are not issued for $name', async ({ body, status }) => {
    expect((await issue(body)).status).toBe(status);
  });

  it('are not issued for a bearer secret, nor for a client of another workspace (I12)', async () => {
    const { body } = await one.administer(workspaceId, 'POST', '/scim/credentials', { label: 'a bearer' });
    expect((await issue({ clientId: body.id })).status).toBe(404);
    const { clientId } = await newClient();
    const elsewhere = await servers.workspace();
    const asked = { kind: 'oauth-client', label: 'x', clientId };
    expect((await one.administer(elsewhere, 'POST', '/scim/credentials', asked)).status).toBe(404);
    expect((await one.administer(elsewhere, 'DELETE', `/scim/clients/${clientId}`)).status).toBe(404);
  });
});

describe('an access token', () => {
  it('ends when it said it would, on a process that remembers it', async () => {
    const token = await tokenOf(await newClient());
    servers.clock.advance(HOUR_MS - SECOND_MS);
    await expectBothToAnswer(token, ADMITTED);
    servers.clock.advance(SECOND_MS);
    await expectBothToAnswer(token, TURNED_AWAY);
  });

  it('promises no more than its credential has left', async () => {
    const client = await newClient({ expiresAt: plusMs(servers.clock.now(), 10 * MINUTE_MS) });
    expect((await one.requestToken(workspaceId, grant(client))).body.expires_in).toBe(600);
    servers.clock.advance(10 * MINUTE_MS);
    expect((await one.requestToken(workspaceId, grant(client))).status).toBe(401);
  });

  it('works in its own workspace only (I12)', async () => {
    const token = await tokenOf(await newClient());
    expect(await one.knock(await servers.workspace(), token)).toEqual(TURNED_AWAY);
  });

  it('gives way when a client has a hundred', async () => {
    const client = await newClient();
    const [first, second] = [await tokenOf(client), await tokenOf(client)];
    servers.clock.advance(1);
    for (let count = 0; count < 99; count += 1) await tokenOf(client);
    const { rows } = await servers.owner.query('select 1 from scim_access_token where credential_id = $1', [client.id]);
    expect(rows).toHaveLength(100);
    const answered = await Promise.all([first, second].map(async (token) => (await one.read(workspaceId, token)).status));
    expect(answered.map(String).sort()).toEqual(['200', '401']);
  });

  it('is forgotten when the next is issued after its end', async () => {
    const client = await newClient();
    await tokenOf(client);
    servers.clock.advance(HOUR_MS);
    await tokenOf(client);
    const { rows } = await servers.owner.query('select issued_at from scim_access_token where credential_id = $1', [client.id]);
    expect(rows).toEqual([{ issued_at: servers.clock.now() }]);
  });

  it('is stored as a hash, and neither it nor a secret is ever logged', async () => {
    const client = await newClient();
    const token = await tokenOf(client);
    await one.requestToken(workspaceId, { ...grant(client), client_secret: 'rcc_a-guess' });
    const { rows } = await servers.owner.query<{ row: string }>('select to_jsonb(scim_access_token)::text as row from scim_access_token');
    expect(rows.map(({ row }) => row).join()).not.toContain(token.slice(4));
    const logged = JSON.stringify(servers.log.events);
    expect(logged).toContain('scim.token.issued');
    expect(logged).toContain('scim.token.refused');
    expect(logged).not.toMatch(/rc[cst]_/);
  });

  it('counts as a use of the credential that it was issued through', async () => {
    const client = await newClient();
    await one.read(workspaceId, await tokenOf(client));
    await one.scim.flush();
    const { rows } = await servers.owner.query('select last_used_at from scim_credential where id = $1', [client.id]);
    expect(rows).toEqual([{ last_used_at: servers.clock.now() }]);
  });
});

describe('guesses', () => {
  it(`are ${MAX_FAILED_ATTEMPTS} in a minute at most, in whatever case the client is written, and do not reach other clients`, async () => {
    const [client, bystander] = [await newClient(), await newClient()];
    for (let time = 0; time < MAX_FAILED_ATTEMPTS; time += 1) {
      const named = time % 2 === 0 ? client.clientId : client.clientId.toUpperCase();
      const guess = { ...grant(client), client_id: named, client_secret: 'rcc_a-guess' };
      expect(await one.requestToken(workspaceId, guess)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
    servers.clock.advance(20 * SECOND_MS);
    const slowed = await one.requestToken(workspaceId, grant(client));
    expect(slowed).toMatchObject({ status: 429, body: { error: 'slow_down' } });
    expect(slowed.headers.get('retry-after')).toBe('40');
    expect((await one.requestToken(workspaceId, grant(bystander))).status).toBe(200);
    servers.clock.advance(40 * SECOND_MS);
    expect((await one.requestToken(workspaceId, grant(client))).status).toBe(200);
  });

  it('that are made at the same time are told to wait beyond the same number', () => {
    const attempts = createFailedAttempts();
    const at = servers.clock.now();
    const many = Array.from({ length: MAX_FAILED_ATTEMPTS + 2 });
    expect(many.map(() => attempts.waitOf('client', at)).filter((wait) => wait !== undefined)).toEqual([]);
    expect(many.map(() => attempts.note('client', at)).filter((wait) => wait !== undefined)).toEqual([60, 60]);
  });

  it('do not count when the client was right', async () => {
    const client = await newClient();
    for (let time = 0; time < 2 * MAX_FAILED_ATTEMPTS; time += 1) {
      expect((await one.requestToken(workspaceId, grant(client))).status).toBe(200);
    }
  });
});
