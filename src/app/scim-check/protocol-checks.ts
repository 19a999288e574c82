import { randomUUID } from 'node:crypto';
import { type Check } from './check.ts';
import { CheckFailure, expectThat } from './check-failure.ts';
import { emptyBeyondTheEnd } from './paging.ts';
import type { Probe } from './probe.ts';
import { shown } from './resource.ts';
import { type Answer, described, type PeerRequest } from './scim-peer.ts';
import { ERROR_URN } from './scim-urns.ts';
import { create, createUser, equals, find, hitsOf, listPath, newUser, pathOf, post } from './steps.ts';

/** What every answer must be, whatever it is about (entra-scim-client §1, §9). */
export const protocolChecks: readonly Check[] = [
  {
    id: 'E1',
    name: 'Test_Connection',
    mandatory: true,
    dialects: 'once',
    otherwise: 'The connection test in Entra fails, or the job goes into quarantine: a search without a hit is 200 and an empty list.',
    run: async (probe) => {
      for (const attribute of ['userName', 'externalId']) {
        const answer = await probe.send({ method: 'GET', path: listPath('/Users', equals(attribute, randomUUID())) });
        hitsOf(answer);
        const isEmpty =
          answer.body['totalResults'] === 0 && Array.isArray(answer.body['Resources']) && answer.body['Resources'].length === 0;
        expectThat(isEmpty, '"totalResults": 0 and "Resources": []', shown(answer.body));
      }
    },
  },
  {
    id: 'E2',
    name: 'Content_Type_Exact',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Clients that compare the media type exactly, such as the online validator, stop at the first answer.',
    run: async (probe) => {
      const id = await createUser(probe);
      const requests: readonly PeerRequest[] = [
        { method: 'GET', path: pathOf('/Users', id) },
        { method: 'GET', path: listPath('/Users', equals('userName', probe.newName())) },
        { method: 'GET', path: '/Schemas' },
        { method: 'GET', path: pathOf('/Users', randomUUID()) },
      ];
      for (const request of requests) {
        const answer = await probe.send(request);
        const type = answer.headers.get('content-type');
        expectThat(type === 'application/scim+json', 'Content-Type: application/scim+json', `${described(answer)} with ${shown(type)}`);
      }
    },
  },
  {
    id: 'E3',
    name: 'Unauthorised_Refused',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Anybody can read or change accounts, or the administrator is not told that it is the token.',
    run: refuseWithoutToken,
  },
  {
    id: 'E4',
    name: 'Error_Shape',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Entra shows the administrator "SystemForCrossDomainIdentityManagementServiceIncompatible" instead of what is wrong.',
    run: async (probe) => {
      const answer = await probe.send({ method: 'GET', path: pathOf('/Users', randomUUID()) });
      expectThat(answer.status === 404, '404 for an id that nobody has', described(answer));
      const { schemas, status } = answer.body;
      const isError = Array.isArray(schemas) && schemas.includes(ERROR_URN) && status === '404';
      expectThat(isError, 'the schema of errors and "status": "404" as text (RFC 7644 §3.12)', shown(answer.body));
    },
  },
  {
    id: 'E5',
    name: 'Filter_Other_Case',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Somebody whose name is written otherwise in the directory gets a second account.',
    run: async (probe) => {
      const body = newUser(probe);
      await create(probe, '/Users', body);
      const userName = String(body['userName']);
      for (const filter of [equals('userName', userName.toUpperCase()), `USERNAME EQ ${JSON.stringify(userName)}`]) {
        const hits = await find(probe, { endpoint: '/Users', filter });
        expectThat(hits.length === 1, `one hit for ${filter}`, `${hits.length}`);
      }
    },
  },
  {
    id: 'E6',
    name: 'Duplicate_User_Refused',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Two accounts bear one name, and only one of them is disabled when the person leaves.',
    run: async (probe) => {
      const body = newUser(probe);
      await create(probe, '/Users', body);
      for (const userName of [body['userName'], String(body['userName']).toUpperCase()]) {
        const answer = await post(probe, '/Users', { ...body, userName });
        const isRefused = answer.status === 409 && answer.body['scimType'] === 'uniqueness';
        expectThat(isRefused, '409 with scimType uniqueness (RFC 7644 §3.3)', described(answer));
      }
    },
  },
  {
    id: 'E7',
    name: 'Quoted_Value',
    mandatory: false,
    dialects: 'once',
    otherwise: 'A name with a quotation mark or a backslash in it stops with an error.',
    run: async (probe) => {
      const displayName = `Quoted "${probe.newName()}" \\ name`;
      await createUser(probe, { displayName });
      const hits = await find(probe, { endpoint: '/Users', filter: equals('displayName', displayName) });
      expectThat(hits.length === 1, 'one hit for a value with escapes of JSON', `${hits.length}`);
    },
  },
  {
    id: 'E8',
    name: 'Start_Beyond_End',
    mandatory: true,
    dialects: 'once',
    otherwise: 'Account discovery reads the same page for ever.',
    run: emptyBeyondTheEnd,
  },
  {
    id: 'E24',
    name: 'Nulls_In_Create',
    mandatory: false,
    dialects: 'once',
    otherwise: 'A user of whom the directory does not know everything cannot be created: Entra may send null for what it does not know.',
    run: (probe) => create(probe, '/Users', { ...newUser(probe), title: null, phoneNumbers: null, addresses: null }),
  },
];

async function refuseWithoutToken(probe: Probe): Promise<void> {
  for (const token of [null, 'not-the-token']) {
    const requests: readonly PeerRequest[] = [
      { method: 'GET', path: '/Users?count=1', token },
      { method: 'POST', path: '/Users', body: {}, token },
    ];
    for (const request of requests) expectChallenge(await probe.send(request), token);
  }
}

function expectChallenge(answer: Answer, token: string | null): void {
  const how = token === null ? 'without a token' : 'with a wrong token';
  expectThat(answer.status === 401, `401 ${how}`, described(answer));
  if (answer.headers.get('www-authenticate') === null) {
    throw new CheckFailure(`WWW-Authenticate beside the 401 ${how} (RFC 9110 §11.6.1)`, 'no such header');
  }
}
