import { type DoubleRequest, listed, refusal } from './scim-check-double-answer.ts';
import {
  bodyOf,
  hits,
  instead,
  isGet,
  isPost,
  isSearch,
  onAnswer,
  onRequest,
  type PlantedFault,
  without,
} from './scim-check-fault-kinds.ts';
import { groupFaults } from './scim-check-group-faults.ts';
import { userFaults } from './scim-check-user-faults.ts';

/** What servers are known to get wrong, each with the checks that must see it (entra-scim-client §9). */
export const plantedFaults: readonly PlantedFault[] = [
  ...searches(),
  ...userFaults,
  ...groupFaults(),
  ...answers(),
  ...pages(),
  ...promises(),
];

function searches(): readonly PlantedFault[] {
  return [
    {
      name: 'answers 404 to a search without a hit',
      breaks: ['1', '8', 'E1'],
      fault: onAnswer(isSearch, (answer) => (hits(answer).length === 0 ? refusal(404) : answer)),
    },
    {
      name: 'leaves "Resources" out of an empty list',
      breaks: ['E1'],
      fault: onAnswer(isSearch, (answer) =>
        hits(answer).length === 0 ? { ...answer, body: without(bodyOf(answer), 'Resources') } : answer,
      ),
    },
    {
      name: 'ignores filters',
      breaks: ['1', '4', '8', '19', 'E1', 'E5', 'E7', 'E15', 'E19'],
      fault: onRequest(isSearch, (request) => ({ ...request, query: new URLSearchParams() })),
    },
    {
      name: 'compares userName with regard to case',
      breaks: ['E5'],
      fault: onAnswer(isSearch, (answer, { query }) =>
        listed(hits(answer).filter(({ userName }) => String(query.get('filter')).includes(String(userName)))),
      ),
    },
    {
      name: 'stumbles over escapes in a value',
      breaks: ['E7'],
      fault: instead(
        ({ query }) => (query.get('filter') ?? '').includes('\\'),
        () => refusal(400, 'invalidFilter'),
      ),
    },
    {
      name: 'knows filters on one attribute only',
      breaks: ['E15', 'E19'],
      fault: instead(
        ({ query }) => (query.get('filter') ?? '').includes(' and '),
        () => refusal(400, 'invalidFilter'),
      ),
    },
  ];
}

function answers(): readonly PlantedFault[] {
  const always = () => true;
  return [
    {
      name: 'answers application/json',
      breaks: ['E2'],
      fault: onAnswer(always, (answer) => ({ ...answer, headers: { 'content-type': 'application/json' } })),
    },
    {
      name: 'adds a charset to the media type',
      breaks: ['E2'],
      fault: onAnswer(always, (answer) => ({ ...answer, headers: { 'content-type': 'application/scim+json; charset=utf-8' } })),
    },
    {
      name: 'takes any token',
      breaks: ['E3'],
      fault: onRequest(always, (request) => ({ ...request, headers: { ...request.headers, authorization: 'Bearer the-token' } })),
    },
    {
      name: 'does not say how to authenticate',
      breaks: ['E3'],
      fault: onAnswer(always, (answer) => (answer.status === 401 ? refusal(401) : answer)),
    },
    {
      name: 'forgets the token after the first request',
      breaks: ['21'],
      fault: (request, next, double) => (double.seen.length > 1 ? refusal(401) : next(request)),
    },
    {
      name: 'gives the status of an error as a number',
      breaks: ['E4'],
      fault: onAnswer(always, (answer) =>
        answer.status < 400 ? answer : { ...answer, body: { ...bodyOf(answer), status: answer.status } },
      ),
    },
    {
      name: 'answers 200 for an id that nobody has',
      breaks: ['4', 'E4'],
      fault: onAnswer(always, (answer) => ({ ...answer, status: 200 })),
    },
  ];
}

function pages(): readonly PlantedFault[] {
  const isPage = ({ query }: DoubleRequest) => query.has('startIndex');
  return [
    {
      name: 'shows the first page always',
      breaks: ['23', '24', 'E8'],
      fault: onRequest(isPage, (request) => {
        const query = new URLSearchParams(request.query);
        query.set('startIndex', '1');
        return { ...request, query };
      }),
    },
    {
      name: 'does not say where the page starts',
      breaks: ['23', '24'],
      fault: onAnswer(isPage, (answer) => ({ ...answer, body: without(bodyOf(answer), 'startIndex') })),
    },
    {
      name: 'ignores count',
      breaks: ['23', '24', 'E21'],
      fault: onAnswer(isPage, (answer) => listed([...hits(answer), ...Array.from({ length: 60 }, (_none, at) => ({ id: `more-${at}` }))])),
    },
  ];
}

function promises(): readonly PlantedFault[] {
  const rewritten = (path: string, from: RegExp, to: string) =>
    onAnswer(isGet(path), (answer) => ({ ...answer, body: JSON.parse(JSON.stringify(answer.body).replaceAll(from, to)) }));
  return [
    { name: 'has no /Schemas', breaks: ['15', 'E23'], fault: instead(isGet('/Schemas'), () => refusal(404)) },
    { name: 'does not list the schema of groups', breaks: ['15', 'E22'], fault: rewritten('/Schemas', /core:2.0:Group/g, 'core:2.0:Team') },
    { name: 'does not say which types there are', breaks: ['15'], fault: rewritten('/Schemas', /"canonicalValues"/g, '"values"') },
    { name: 'has nulls in /Schemas', breaks: ['E23'], fault: rewritten('/Schemas', /"multiValued":false/g, '"multiValued":null') },
    {
      name: 'shows an attribute that it does not declare',
      breaks: ['E23'],
      fault: rewritten('/Users/', /"active":/g, '"secret":1,"active":'),
    },
    { name: 'has groups elsewhere than it says', breaks: ['E22'], fault: rewritten('/ResourceTypes', /\/Groups/g, '/Teams') },
    {
      name: 'promises no PATCH',
      breaks: ['E21'],
      fault: rewritten('/ServiceProviderConfig', /"patch":\{"supported":true/g, '"patch":{"supported":false'),
    },
    { name: 'says nothing of sorting', breaks: ['E21'], fault: rewritten('/ServiceProviderConfig', /"sort"/g, '"sorting"') },
    {
      name: 'promises to sort and does not',
      breaks: ['E21'],
      fault: onRequest(isSearch, (request) => {
        request.query.delete('sortOrder');
        return request;
      }),
    },
    { name: 'promises versions and has none', breaks: ['E21'], fault: rewritten('/Users/', /"version"/g, '"revision"') },
    {
      name: 'sends what the client has already',
      breaks: ['E21'],
      fault: onAnswer(
        () => true,
        (answer) => (answer.status === 304 ? { status: 200, body: {} } : answer),
      ),
    },
    {
      name: 'promises /Bulk and has none',
      breaks: ['E21'],
      fault: rewritten('/ServiceProviderConfig', /"bulk":\{"supported":false/g, '"bulk":{"supported":true'),
    },
    {
      name: 'promises cursors and has none',
      breaks: ['E21'],
      fault: rewritten('/ServiceProviderConfig', /"etag"/g, '"pagination":{"cursor":true},"etag"'),
    },
    { name: 'takes /Bulk in silence', breaks: ['E21'], fault: instead(isPost('/Bulk'), () => ({ status: 200, body: {} })) },
  ];
}
