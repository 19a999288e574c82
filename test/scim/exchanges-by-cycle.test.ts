import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, plusMs } from '../../src/kernel/index.ts';
import { readProvisioningSign } from '../../src/scim/provisioning-sign-read-model.ts';
import { type WireLogReader, wireLogReader } from './exchange-administration.ts';
import { type ScimClient, type ScimServer, startScim } from './scim-server.ts';

const NOBODY = '00000000-0000-4000-8000-00000000dead';
const byUserName = '/Users?filter=userName+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22';
const byMail = '/Users?filter=emails[type+eq+%22work%22].value+eq+%227d420df3-9995-4831-a406-ecf8166f5f6a%22';
const referenceCheck = `/Users?filter=id+eq+%22${NOBODY}%22+and+manager+eq+%22${NOBODY}%22&attributes=id`;

let server: ScimServer;
const readers: WireLogReader[] = [];
beforeAll(async () => {
  server = await startScim();
});
afterAll(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  await server.close();
});

async function connected() {
  const client = await server.client();
  const reader = await wireLogReader(server, client.workspaceId);
  readers.push(reader);
  return { client, reader };
}

/** A cycle of two users and a group as Entra's provisioning service goes about it (entra-scim-client §10). */
async function provisionTwo(client: ScimClient): Promise<void> {
  await client.send('GET', byUserName);
  const ids: string[] = [];
  for (const name of ['ada', 'bob']) {
    await client.send('GET', `/Users?filter=userName+eq+%22${name}%40contoso.example%22`);
    ids.push(await client.addUser(`${name}@contoso.example`));
  }
  await client.send('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22Crew%22');
  const crew = await client.addGroup('Crew');
  server.clock.advance(MINUTE_MS);
  await client.patch(`/Groups/${crew}`, [{ op: 'Add', path: 'members', value: ids.map((value) => ({ value })) }]);
  await client.send('GET', referenceCheck);
  await client.patch(`/Users/${ids[0]}`, [{ op: 'Replace', path: 'active', value: 'False' }]);
  await client.send('POST', '/Users', { userName: 'ada@contoso.example' });
}

describe('the cycles of a workspace', () => {
  it('come from the counters of reads and from the writes, with what was changed in them', async () => {
    const { client, reader } = await connected();
    const start = server.clock.now();
    await client.send('GET', byUserName);
    await client.send('GET', byMail);
    server.clock.advance(20 * MINUTE_MS);
    await provisionTwo(client);
    server.clock.advance(10 * MINUTE_MS);
    await client.send('GET', `/Users/${NOBODY}`);
    await server.scim.flush();

    const { status, body } = await reader.get('/scim/cycles');
    expect(status).toBe(200);
    expect(body.next).toBeNull();
    expect(body.cycles).toMatchObject([
      { kind: 'on-demand', probes: 0, reads: 1, refused: 0 },
      {
        kind: 'cycle',
        startedAt: plusMs(start, 20 * MINUTE_MS),
        endedAt: plusMs(start, 22 * MINUTE_MS),
        probes: 1,
        reads: 4,
        created: 3,
        deactivated: 1,
        membersChanged: 1,
        updated: 0,
        reactivated: 0,
        deleted: 0,
        unchanged: 0,
        refused: 1,
        oddities: 2,
      },
      { kind: 'probe', startedAt: start, endedAt: plusMs(start, MINUTE_MS), probes: 2, reads: 0, created: 0 },
    ]);
    const [, cycle, probe] = body.cycles;
    expect((await reader.get(`/scim/cycles/${cycle.id.toUpperCase()}`)).body).toEqual(cycle);
    const written = await reader.walk(`/scim/exchanges?limit=2&cycle=${cycle.id}`, 'exchanges');
    expect(written.map((row) => row.status)).toEqual([409, 200, 200, 204, 201, 201, 201]);
    const ofNobody = await reader.get(`/scim/exchanges?cycle=${cycle.id}&credentialId=${NOBODY}`);
    expect(ofNobody.body.exchanges).toEqual([]);
    const oddities = await reader.get(`/scim/exchanges?cycle=${cycle.id}&onlyOddities=true&from=${start}&to=${server.clock.now()}`);
    expect(oddities.body.exchanges).toMatchObject([
      { status: 409 },
      { tolerated: [{ quirk: 'boolean-as-string' }] },
      { method: 'GET', tolerated: [{ quirk: 'unqualified-extension-attribute' }] },
    ]);
    expect((await reader.get(`/scim/exchanges?cycle=${probe.id}`)).body.exchanges).toEqual([]);
  });

  it('are not there where none began, or another workspace has them (I12)', async () => {
    const { client, reader } = await connected();
    await provisionTwo(client);
    const { body } = await reader.get('/scim/cycles');
    const [{ id }] = body.cycles;
    const stranger = await connected();
    expect((await stranger.reader.get('/scim/cycles')).body.cycles).toEqual([]);
    for (const path of [`/scim/cycles/${id}`, `/scim/cycles/${NOBODY}`, '/scim/cycles/x'])
      expect(await stranger.reader.get(path)).toMatchObject({ status: 404 });
    expect(await stranger.reader.get(`/scim/exchanges?cycle=${id}`)).toMatchObject({ status: 400 });
  });

  it('are the same in pages of any size, over days of silence and of two credentials at once', async () => {
    const { client, reader } = await connected();
    const now = server.clock.now();
    // From half a year ago on: days of cycles, a fortnight of nothing, a first cycle of nine hours beside somebody else's small ones.
    await plant(client.workspaceId, { from: plusMs(now, -180 * DAY_MS), everyMinutes: 40, bursts: 72, minutes: 3, credential: '1' });
    await plant(client.workspaceId, { from: plusMs(now, -160 * DAY_MS), everyMinutes: 1, bursts: 9 * 60, minutes: 1, credential: '1' });
    await plant(client.workspaceId, { from: plusMs(now, -160 * DAY_MS), everyMinutes: 40, bursts: 20, minutes: 1, credential: '2' });
    await plant(client.workspaceId, { from: plusMs(now, -2 * HOUR_MS), everyMinutes: 7, bursts: 6, minutes: 1, credential: '2' });
    const { body } = await reader.get('/scim/cycles?limit=200');
    expect(body.next).toBeNull();
    expect(body.cycles).toHaveLength(72 + 1 + 20 + 6);
    expect(new Set(body.cycles.map((cycle: { id: string }) => cycle.id)).size).toBe(99);
    expect(body.cycles.map((cycle: { endedAt: Instant }) => cycle.endedAt)).toEqual(
      body.cycles
        .map((cycle: { endedAt: Instant }) => cycle.endedAt)
        .sort()
        .toReversed(),
    );
    expect(await reader.walk('/scim/cycles?limit=1', 'cycles')).toEqual(body.cycles);
    expect(await reader.walk('/scim/cycles?limit=17', 'cycles')).toEqual(body.cycles);
    const longest = body.cycles.find((cycle: { reads: number }) => cycle.reads === 9 * 60);
    expect(longest).toMatchObject({ kind: 'cycle', startedAt: trimmed(plusMs(now, -160 * DAY_MS)) });
    expect((await reader.get(`/scim/cycles/${longest.id}`)).body).toEqual(longest);
  });

  it('are weeks of a client that never pauses', async () => {
    const { client, reader } = await connected();
    const from = '2026-02-10T12:00:00.000Z' as Instant; // a Tuesday: a day and a half before the cut
    await plant(client.workspaceId, { from, everyMinutes: 5, bursts: 20 * 24 * 12, minutes: 1, credential: '1' });
    const { body } = await reader.get('/scim/cycles');
    expect(body.cycles.map((cycle: { reads: number }) => cycle.reads)).toEqual([4.5 * 288, 7 * 288, 7 * 288, 1.5 * 288]);
    expect(await reader.walk('/scim/cycles?limit=1', 'cycles')).toEqual(body.cycles);
    for (const cycle of body.cycles) expect((await reader.get(`/scim/cycles/${cycle.id}`)).body).toEqual(cycle);
  });

  it.each(['after=x', `after=${NOBODY}`, 'limit=201'])('refuse %s', async (query) => {
    const { reader } = await connected();
    expect(await reader.get(`/scim/cycles?${query}`)).toMatchObject({ status: 400 });
  });
});

interface Bursts {
  readonly from: Instant;
  readonly everyMinutes: number;
  readonly bursts: number;
  /** How long each lasts. */
  readonly minutes: number;
  readonly credential: string;
}

function trimmed(at: Instant): string {
  return at.replace(/:\d\d\.\d{3}Z$/, ':00.000Z');
}

/** Counters as months of cycles would have left them: one read a minute. */
async function plant(workspaceId: string, { from, everyMinutes, bursts, minutes, credential }: Bursts): Promise<void> {
  await server.owner.query(
    `insert into scim_exchange_minute (workspace_id, minute, credential_id, method, resource_type, status_class, is_probe, count)
     select $1, date_trunc('minute', $2::timestamptz) + (burst * $3::int + minute) * interval '1 minute',
       ('00000000-0000-7000-8000-00000000000' || $6)::uuid, 'GET', 'User', '2xx', false, 1
     from generate_series(0, $4::int - 1) as burst cross join generate_series(0, $5::int - 1) as minute`,
    [workspaceId, from, everyMinutes, bursts, minutes, credential],
  );
}

describe('how far a provisioning service has come', () => {
  it('is one answer, from silence to users that are taken (entra-scim-client §7)', async () => {
    const client = await server.client('off');
    const since = server.clock.now();
    const sign = async () => {
      await server.scim.flush();
      return readProvisioningSign(server.database, client.workspaceId, since);
    };
    expect(await sign()).toBe('silent');
    await fetch(`${server.url}/workspaces/${client.workspaceId}/scim/v2/Users`);
    expect(await sign()).toBe('silent');
    await client.send('GET', byUserName);
    await client.send('GET', '/Schemas');
    expect(await sign()).toBe('probed');
    await client.send('GET', '/Users?filter=userName+eq+%22ada%40contoso.example%22');
    expect(await sign()).toBe('looking');
    await client.send('POST', '/Users', { userName: 'ada@contoso.example' });
    expect(await sign()).toBe('refused');
    const working = await server.client();
    await working.addUser('ada@contoso.example');
    expect(await readProvisioningSign(server.database, working.workspaceId, since)).toBe('taken');
    expect(await readProvisioningSign(server.database, working.workspaceId, plusMs(server.clock.now(), MINUTE_MS))).toBe('silent');
  });
});
