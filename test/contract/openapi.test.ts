import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Scope, scopes } from '../../src/platform/index.ts';
import { answerProvider, browser, formOf } from '../sso/browser.ts';
import { describeApi, readDocument } from './api-description.ts';
import { type Ask, ask } from './ask.ts';
import { startServers } from './living-servers.ts';
import { bringToLife, type Place, UNUSED } from './place.ts';
import { refusalRows } from './refusal-rows.ts';
import { successRows } from './success-rows.ts';
import { callWitness } from './witness.ts';

const description = describeApi(readDocument());
const { operations } = description;
const inWorkspace = operations.filter(({ scope }) => scope !== undefined);
const changing = inWorkspace.filter(({ method }) => method !== 'GET');
/** `any`: whoever is known may ask. */
const scoped = inWorkspace.filter(({ scope }) => scope !== 'any');
const PROBLEMS = 'https://rollcall.example/problems/';

describe('the server beside openapi.yaml', () => {
  const witness = callWitness(description);
  let place: Place;
  let stop: () => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    const servers = await startServers();
    stop = servers.stop;
    for (const origin of [servers.url, servers.secure.listens, servers.dark, servers.busy]) witness.watch(origin);
    place = await bringToLife(servers);
  }, 180_000);

  afterAll(async () => {
    witness.leave();
    await stop();
  });

  /** What came up since the last look. */
  let told = 0;
  const newViolations = () => {
    const fresh = witness.violations.slice(told);
    told = witness.violations.length;
    return fresh;
  };
  const call = (row: Ask) => ask(description, place, row);

  it('plays the story as described', () => {
    expect(newViolations()).toEqual([]);
  });

  /** Operations that changed something and left no record of it with its reason. */
  const unrecorded = new Set(changing.map(({ id }) => id));
  const REASON = 'Größe: 100 % geprüft';
  const recordsWithReason = async () => {
    const { rows } = await place.servers.db.owner.query<{ n: number }>(
      "select count(*)::int as n from ledger_disclosure where path = 'reason' and value = to_jsonb($1::text)",
      [REASON],
    );
    return rows[0]?.n ?? 0;
  };

  it.each(successRows)('$operation answers $status', async ({ status, ...row }) => {
    const before = await recordsWithReason();
    const answer = await call({ ...row, headers: { ...row.headers, 'rollcall-reason': encodeURIComponent(REASON) } });
    expect(answer).toMatchObject({ status });
    expect(newViolations()).toEqual([]);
    if ((await recordsWithReason()) > before) unrecorded.delete(row.operation);
  });

  it('left a record with the reason of every change', () => {
    expect([...unrecorded].sort()).toEqual([
      'acknowledgeAttempts', // its reason is a member of the body, and required
      'activateSso', // the story has done that before
      'addDirectoryCredential', // made for the rows, before them
      'decideDisposition', // its reason is a member of the body, and required
      'decideListing', // its reason is a member of the body, and required
      'endSession', // done after the sign-in below
      'eraseAuditorLink', // erases the reason of its revocation with the rest: there are no more of them than before
      'erasePerson', // erases the earlier reasons with the rest: there are no more of them than before
      'lintExpression', // changes nothing
      'nameOwnerPerson', // its reason is a member of the body, and required
      'pullRoster', // changes nothing but what it brings: the record is `hr.import.completed`
      'requestAccountClassification', // its reason is a member of the body, and required
      'requestAnchors', // changes nothing but when: the record is `ledger.anchored`
      'requestDirectoryRun', // changes nothing but its own run: the record is `graph.sync.started`
      'reviewMapping', // changes nothing
      'tryRosterSource', // changes nothing
      'turnActivation', // its reason is a member of the body, and the story has turned it
    ]);
  });

  /** What a list of the living place is asked with besides. */
  const besides: Readonly<Record<string, Partial<Ask>>> = {
    listPreviewedAccounts: { parameters: { previewId: 'preview' } },
    getFinding: { parameters: { findingId: 'freeFinding' } },
    listWebhookDeliveries: { parameters: { webhookId: 'webhook' } },
    listRejectedRows: { parameters: { importId: 'rosterImport' } },
    listHeldEnds: { parameters: { heldImportId: 'heldImport' } },
    listHeldRejectedRows: { parameters: { heldImportId: 'heldImport' } },
    getPersonTimeline: { parameters: { personId: 'person' } },
    getComplianceTest: { parameters: { testId: 'accountTest' } },
    listAuditorLinks: { parameters: { reportId: 'report' } },
    listReportAnchors: { parameters: { reportId: 'report' } },
    listReportDeposits: { parameters: { reportId: 'report' } },
    listSamples: { parameters: { reportId: 'report' } },
    listLeaversToldSince: { parameters: { reportId: 'report' } },
    listResponses: { parameters: { reportId: 'reviewed' } },
    listDirectoryObservations: { query: 'objectId={directoryObject}&' },
    listDifferingAccounts: { query: 'difference=predicted-not-provisioned&' },
  };

  const listed = (operation: string, asked: string): Ask => {
    const { query = '', ...rest } = besides[operation] ?? {};
    return { operation, ...rest, query: `${query}${asked}` };
  };

  it.each(operations.filter(({ hasLimit }) => hasLimit))('$id comes by pages as it comes whole', async ({ id }) => {
    const pageAt = async (limit: number, next: string | null) => {
      const { body } = await call(listed(id, `limit=${limit}${next === null ? '' : `&after=${next}`}`));
      const [rows] = Object.values<unknown>(body).filter((value) => Array.isArray(value) && value !== body.bands);
      return { rows: rows as readonly unknown[], next: body.next as string | null };
    };
    const whole = async () => (await pageAt(200, null)).rows;
    const walk = async () => {
      const walked: unknown[] = [];
      let next: string | null = null;
      for (let page = 0; page < 8 && (page === 0 || next !== null); page += 1) {
        const { rows, next: following }: Awaited<ReturnType<typeof pageAt>> = await pageAt(2, next);
        walked.push(...rows);
        next = following;
      }
      return { walked, next };
    };
    // The servers live: what one of them adds in between is no fault of the pages, which are then walked anew.
    let [before, { walked, next }, after] = [await whole(), await walk(), await whole()];
    while (!isDeepStrictEqual(before, after)) [before, { walked, next }, after] = [after, await walk(), await whole()];
    expect(walked).toEqual(after.slice(0, walked.length));
    expect(next === null).toBe(walked.length === after.length);
    expect(newViolations()).toEqual([]);
  });

  it('finishes a sign-in on https by a form, and takes the session that it opened', async () => {
    const { secure, stage } = place.servers;
    const callback = `${secure.publicUrl}/sign-in/${place.workspaceId}/callback`;
    await stage.tenant.control.allowRedirect(place.application.appId, callback);
    const person = browser();
    const { location } = await person.open(`${secure.listens}/sign-in/${place.workspaceId}`);
    const { page } = await answerProvider(person, location, { username: 'ada.administrator@contoso.example' });
    const { action, fields } = formOf(page);
    expect(action).toBe(callback);
    const { status } = await person.submit(callback.replace(secure.publicUrl, secure.listens), fields);
    expect(status).toBe(200);
    const cookie = `__Host-rollcall=${person.cookies.get('__Host-rollcall')}`;
    expect(await call({ operation: 'getWorkspace', at: 'secure', credential: 'none', headers: { cookie } })).toMatchObject({ status: 200 });
    const signOut = { operation: 'endSession', at: 'secure', credential: 'none', headers: { cookie } } as const;
    expect((await call(signOut)).status).toBe(204);
    expect((await call(signOut)).status).toBe(401);
    expect(newViolations()).toEqual([]);
  });

  it('configures SAML from the metadata at the login host, and finishes a sign-in through it', async () => {
    const { tenant } = place.servers.stage;
    const metadataUrl = `${tenant.url}/${tenant.tenantId}/federationmetadata/2007-06/federationmetadata.xml`;
    const configure = (url: string) =>
      call({ operation: 'configureSso', body: { protocol: 'saml', tenantId: tenant.tenantId, metadataUrl: url } });
    expect((await configure(`${metadataUrl}/not-there`)).status).toBe(502);
    const { body, status } = await configure(metadataUrl);
    expect(status).toBe(201);
    await tenant.control.createApplication({ displayName: 'SAML', identifierUris: [body.entityId], redirectUris: [body.acsUrl] });
    const opened = await call({ operation: 'openSsoVerification', body: { connectionId: body.id } });
    const person = browser();
    const { location } = await person.open(opened.body.signInUrl);
    const { page } = await answerProvider(person, location, { username: 'ada.administrator@contoso.example' });
    const { action, fields } = formOf(page);
    expect(await person.submit(action, fields)).toMatchObject({ status: 200 });
    expect((await call({ operation: 'listSsoConnections' })).body.connections[0]).toMatchObject({ id: body.id, protocol: 'saml' });
    expect(newViolations()).toEqual([]);
  });

  describe('refuses', () => {
    const expectToBe = (answer: Awaited<ReturnType<typeof call>>, status: number, code: string) => {
      expect(answer).toMatchObject({ status, body: { type: `${PROBLEMS}${code}`, status } });
      expect(newViolations()).toEqual([]);
    };
    const expectProblem = async (row: Ask, status: number, code: string) => expectToBe(await call(row), status, code);

    it.each(refusalRows)('$name ($operation, $status)', ({ status, code, ...row }) => expectProblem(row, status, code));

    it.each(inWorkspace)('$id without a credential', ({ id }) =>
      expectProblem({ operation: id, credential: 'none' }, 401, 'unauthenticated'),
    );

    it.each(inWorkspace)('$id in a workspace that is not there', ({ id }) =>
      expectProblem({ operation: id, at: 'unknown' }, 404, 'not-found'),
    );

    it.each(inWorkspace)('$id to the owner of another workspace (I12)', ({ id }) =>
      expectProblem({ operation: id, credential: { token: place.quiet.owner } }, 401, 'unauthenticated'),
    );

    it.each(inWorkspace)(
      '$id with a parameter that it does not take, and names those that are described: $query',
      async ({ id, query }) => {
        const { body, status } = await call({ operation: id, query: 'verdictt=FAIL' });
        expect({ status, type: body.type, detail: body.detail, parameters: new Set(body.parameters) }).toEqual({
          status: 400,
          type: `${PROBLEMS}invalid-request`,
          detail: 'This address takes no parameter "verdictt".',
          parameters: new Set(query),
        });
        expect(newViolations()).toEqual([]);
      },
    );

    it.each(scoped)('$id to whoever lacks the scope "$scope"', async ({ id, scope }) => {
      const token = await place.tokenWith(scopes.filter((each) => each !== scope));
      await expectProblem({ operation: id, credential: { token } }, 403, 'forbidden');
    });

    it.each(scoped)('$id to nobody who has the scope "$scope" alone', async ({ id, scope }) => {
      const { status } = await call({ operation: id, credential: { token: await place.tokenWith([scope as Scope]) } });
      expect([200, 201, 202, 204, 400, 404, 415]).toContain(status);
      expect(newViolations()).toEqual([]);
    });

    it.each(inWorkspace.filter(({ path }) => path.split('{').length > 2))('$id for an id that names nothing', ({ id }) =>
      expectProblem({ operation: id }, 404, 'not-found'),
    );

    it.each(operations.filter(({ hasLimit }) => hasLimit))('$id with a limit of nothing', ({ id }) =>
      expectProblem(listed(id, 'limit=0'), 400, 'invalid-request'),
    );

    it.each(operations.filter(({ hasLimit }) => hasLimit))('$id behind what is no page of it', ({ id }) =>
      expectProblem(listed(id, 'after=nowhere'), 400, 'invalid-request'),
    );

    it.each(operations.filter(({ takesJson }) => takesJson))('$id with a body that cannot be read', async ({ id }) => {
      const json = (text: string) => ({ operation: id, raw: { type: 'application/json', text } });
      await expectProblem(json('{'), 400, 'invalid-request');
      await expectProblem(json(`{"a":"${'x'.repeat(1 << 20)}"}`), 413, 'payload-too-large');
      await expectProblem({ ...json('{}'), headers: { 'content-encoding': 'rot13' } }, 415, 'unsupported-media-type');
    });

    it.each(
      operations.filter(
        ({ id }) => !['getHealth', 'getMetrics', 'getVerifierPage', 'readTile', 'readTiledCheckpoint', 'requestScimToken'].includes(id),
      ),
    )('$id while the database is away (I8)', ({ id }) => expectProblem({ operation: id, at: 'dark' }, 503, 'database-unavailable'));

    describe('by its Idempotency-Key', () => {
      const key = (text: string) => ({ headers: { 'idempotency-key': text } });

      beforeAll(async () => {
        await call({ operation: 'setRole', body: { id: 'keyed', name: 'Keyed', rank: 5 }, ...key('taken') });
        const { owner } = place.servers.db;
        await owner.query('create function take_nothing() returns trigger language plpgsql as $$ begin return null; end $$');
        await owner.query(
          `create trigger take_nothing before insert on idempotency_key
           for each row when (new.key_sha256 = sha256('held')) execute function take_nothing()`,
        );
      });

      it.each(changing)('$id under the key of another request', ({ id }) =>
        expectProblem({ operation: id, ...key('taken') }, 422, 'idempotency-key-reused'),
      );

      it.each(changing)('$id under a key that another request holds', ({ id }) =>
        expectProblem({ operation: id, ...key('held') }, 409, 'idempotency-key-in-use'),
      );

      it.each<Ask>([
        { operation: 'issueApiToken', body: { scopes: ['read'] } },
        { operation: 'inviteAdministrator', body: { email: 'keyed@contoso.example', roleId: 'admin' } },
        { operation: 'issueScimCredential', body: { label: 'keyed' } },
        { operation: 'issueScimCredential', body: { label: 'keyed', kind: 'oauth-client' } },
        { operation: 'addWebhook', body: { url: 'https://127.0.0.1:1/keyed' } },
        { operation: 'issueAuditorLink', parameters: { reportId: 'report' }, body: { recipient: 'keyed' } },
      ])('$operation again, since its secret was shown ($body)', async (row) => {
        const first = await call({ ...row, ...key(JSON.stringify(row).replaceAll(/[^a-z]/gi, '')) });
        expect(first).toMatchObject({ status: 201 });
        await expectProblem({ ...row, ...key(JSON.stringify(row).replaceAll(/[^a-z]/gi, '')) }, 409, 'already-issued');
        const { rows } = await place.servers.db.owner.query<{ answer: string }>(
          'select answer from idempotency_key where answer is not null',
        );
        expect(rows.filter(({ answer }) => /rc[a-z]_[A-Za-z0-9_-]{43}|whsec_/.test(answer))).toEqual([]);
      });
    });

    describe('from an address that has asked too much', () => {
      /** Asks too much first; and anew where the minute in which that counts is over before the request is there. */
      const askInVain = async (row: Ask) => {
        for (;;) {
          while ((await call({ operation: 'getWorkspace', at: 'busy' })).status !== 429);
          const answer = await call(row);
          if (answer.status === 429) return answer;
        }
      };

      it.each(operations.filter(({ statuses }) => statuses.includes(429)))('$id', async ({ id }) =>
        expectToBe(await askInVain({ operation: id, at: 'busy' }), 429, 'too-many-requests'),
      );

      it('but never how the server is', async () => {
        expect(await call({ operation: 'getHealth', at: 'busy' })).toMatchObject({ status: 200 });
        expect(await call({ operation: 'getReadiness', at: 'busy' })).toMatchObject({ status: 200 });
      });
    });

    it("a token of Entra's own with 503 while nobody publishes the keys of its tenant, and with 401 where no tenant is enrolled (I8)", async () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const token = `${part({ alg: 'RS256', kid: 'k' })}.${part({ tid: UNUSED })}.AA`;
      const { servers, workspaceId, quiet } = place;
      const statusIn = async (workspace: string) => {
        const address = `${servers.url}/workspaces/${workspace}/scim/v2/Users`;
        return (await fetch(address, { headers: { authorization: `Bearer ${token}` } })).status;
      };
      expect([await statusIn(workspaceId), await statusIn(quiet.workspaceId)]).toEqual([503, 401]);
    });

    it('a client that does not prove who it is, and knows an outage from that (I8)', async () => {
      const grant = { grant_type: 'client_credentials', client_id: place.ids.scimWorkload };
      const request = (form: Readonly<Record<string, string>>, at?: 'dark') =>
        call({ operation: 'requestScimToken', form: () => form, ...(at && { at }) });
      expect(await request({ ...grant, grant_type: 'password' })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const unknownKey = `${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.e30.AA`;
      const asserted = { ...grant, client_assertion_type: type, client_assertion: unknownKey };
      expect(await request(asserted)).toMatchObject({ status: 502, body: { type: `${PROBLEMS}identity-provider-unavailable` } });
      expect(await request(asserted, 'dark')).toMatchObject({ status: 503, body: { type: `${PROBLEMS}database-unavailable` } });
      const guess = { ...grant, client_secret: 'rcc_a-guess' };
      for (let time = 0; time < 10; time += 1)
        expect(await request(guess)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
      expect(await request(guess)).toMatchObject({ status: 429, body: { error: 'slow_down' } });
      expect(newViolations()).toEqual([]);
    });

    it.each(operations.filter(({ path }) => path.startsWith('/sign-in/')))('$id in a workspace that is not there', ({ id }) =>
      expectProblem({ operation: id, at: 'unknown' }, 404, 'not-found'),
    );

    it('a person with a page', async () => {
      const headers = { accept: 'text/html' };
      expect(await call({ operation: 'startSignIn', at: 'quiet', headers })).toMatchObject({
        status: 403,
        type: 'text/html; charset=utf-8',
      });
      expect(newViolations()).toEqual([]);
    });

    it('a sign-in at a provider that does not know the tenant, or with a configuration that somebody has edited (I4)', async () => {
      const { owner } = place.servers.db;
      const connectionId = place.ids.quietCandidate;
      await call({ operation: 'openSsoVerification', at: 'quiet', body: { connectionId } });
      const signIn = { operation: 'startSignIn', at: 'quiet', query: 'connection={quietCandidate}' } as const;
      await expectProblem(signIn, 502, 'identity-provider-unavailable');
      await owner.query('alter table sso_connection disable trigger user');
      await owner.query('update sso_connection set client_id = gen_random_uuid() where id = $1', [connectionId]);
      await owner.query('alter table sso_connection enable trigger user');
      await expectProblem(signIn, 409, 'sso-not-verified');
    });

    it('to be ready while a migration is pending', async () => {
      const { owner } = place.servers.db;
      const rename = (from: string, to: string) => owner.query('update schema_migration set name = $2 where name = $1', [from, to]);
      await rename('0001_create_workspace', 'away');
      const answer = await call({ operation: 'getReadiness' });
      await rename('away', '0001_create_workspace');
      expect(answer).toMatchObject({ status: 503, body: { pending: ['0001_create_workspace'] } });
      expect(newViolations()).toEqual([]);
    });
  });

  it('has answered with every status that is described, but for those that would take too much', () => {
    const unseen = operations
      .flatMap(({ id, statuses }) => statuses.map((status) => `${id} ${status}`))
      .filter((one) => !witness.seen.has(one));
    expect(unseen.sort()).toEqual([
      // The configuration would have to be edited, or the provider to go away, while somebody is signing in.
      'finishSignInByForm 409',
      'finishSignInByForm 502',
      'finishSignInByQuery 409',
      'finishSignInByQuery 502',
      'finishSignInBySaml 409',
      // Whoever has a token has a checkpoint: that the token was issued is a record.
      'readTiledCheckpoint 404',
    ]);
  });
});
