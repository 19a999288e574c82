import { named } from './scim-check-double.ts';
import { ENTERPRISE, type Json, listed, refusal } from './scim-check-double-answer.ts';
import {
  bodyOf,
  hits,
  instead,
  isGet,
  isPost,
  isSearch,
  isWrite,
  onAnswer,
  onOperations,
  onRequest,
  operationsOf,
  type PlantedFault,
  without,
} from './scim-check-fault-kinds.ts';

export const userFaults: readonly PlantedFault[] = [...creations(), ...deactivations(), ...userPatches()];

function creations(): readonly PlantedFault[] {
  return [
    { name: 'creates no user', breaks: ['1', '2', '7', '17', 'E2'], fault: instead(isPost('/Users'), () => refusal(400, 'invalidValue')) },
    { name: 'creates no group', breaks: ['8', '13', '19'], fault: instead(isPost('/Groups'), () => refusal(501)) },
    {
      name: 'answers without the id',
      breaks: ['1', '8'],
      fault: onAnswer(
        ({ method }) => method === 'POST',
        (answer) => ({ ...answer, body: without(bodyOf(answer), 'id') }),
      ),
    },
    {
      name: 'takes a name twice',
      breaks: ['E6'],
      fault: (request, next, double) => {
        if (!isPost('/Users')(request)) return next(request);
        const id = `twice-${double.seen.length}`;
        double.resources.Users.set(id, { ...request.body, id, meta: {} });
        return { status: 201, body: { ...request.body, id } };
      },
    },
    {
      name: 'refuses a name that is taken with 400',
      breaks: ['E6'],
      fault: onAnswer(isPost('/Users'), (answer) => (answer.status === 409 ? refusal(400, 'invalidValue') : answer)),
    },
    {
      name: 'refuses null in a new user',
      breaks: ['E24'],
      fault: instead(
        (request) => isPost('/Users')(request) && Object.values(request.body).includes(null),
        () => refusal(400),
      ),
    },
    {
      name: 'does not delete',
      breaks: ['4', '10'],
      fault: instead(
        ({ method }) => method === 'DELETE',
        () => ({ status: 204 }),
      ),
    },
    {
      name: 'refuses to delete',
      breaks: ['4', '10', '14', '25'],
      fault: instead(
        (request) => request.method === 'DELETE',
        () => refusal(405),
      ),
    },
    {
      name: 'lower-cases what it stores',
      breaks: ['17', '18'],
      fault: onRequest(isWrite, (request) => ({
        ...request,
        body: JSON.parse(JSON.stringify(request.body).replaceAll('Mixed.Case', 'mixed.case')),
      })),
    },
  ];
}

function deactivations(): readonly PlantedFault[] {
  return [
    {
      name: 'does not understand "False"',
      breaks: ['3', '6', 'E9', 'E13'],
      fault: onOperations((operation) => (operation['value'] === 'False' ? [] : [operation])),
    },
    {
      name: 'never deactivates',
      breaks: ['3', '6', 'E9', 'E13'],
      fault: onOperations((operation) => (operation['path'] === 'active' ? [] : [operation])),
    },
    {
      name: 'never reactivates',
      breaks: ['6'],
      fault: onOperations((operation) => (String(operation['value']).toLowerCase() === 'true' ? [] : [operation])),
    },
    {
      name: 'hides inactive users from searches',
      breaks: ['6', 'E9'],
      fault: onAnswer(isSearch, (answer) => listed(hits(answer).filter(({ active }) => active !== false))),
    },
    {
      name: 'answers 404 for inactive users',
      breaks: ['3', 'E9'],
      fault: onAnswer(isGet('/Users/'), (answer) => (bodyOf(answer)['active'] === false ? refusal(404) : answer)),
    },
    {
      name: 'shows active as text',
      breaks: ['3', 'E9'],
      fault: onAnswer(isGet('/Users/'), (answer) => ({ ...answer, body: { ...bodyOf(answer), active: String(bodyOf(answer)['active']) } })),
    },
    {
      name: 'refuses a whole request for one unknown attribute',
      breaks: ['E13'],
      fault: instead(
        (request) => JSON.stringify(request.body).includes('noSuchAttribute'),
        () => refusal(400, 'invalidPath'),
      ),
    },
  ];
}

function userPatches(): readonly PlantedFault[] {
  return [
    {
      name: 'takes dots in a key for a part of the name',
      breaks: ['2', '18', 'E11'],
      fault: onOperations((operation) =>
        operation['path'] === undefined
          ? [{ ...operation, value: Object.fromEntries(Object.entries(operation['value'] as Json).filter(([key]) => !key.includes('.'))) }]
          : [operation],
      ),
    },
    {
      name: 'takes operations in lower case only',
      breaks: ['2', '7', 'E10'],
      fault: instead(
        (request) => operationsOf(request).some(({ op }) => /[A-Z]/.test(String(op))),
        () => refusal(400, 'invalidSyntax'),
      ),
    },
    {
      name: 'wants a value to be there before it is replaced',
      breaks: ['E12'],
      fault: (request, next, double) => {
        const filtered = operationsOf(request).find(({ path }) => String(path).includes('[type'));
        const held = named(double, request)?.[String(filtered?.['path']).split('[')[0] ?? ''];
        return filtered !== undefined && held === undefined ? refusal(400, 'noTarget') : next(request);
      },
    },
    { name: 'keeps what was cleared', breaks: ['16'], fault: onOperations((operation) => (isClearing(operation) ? [] : [operation])) },
    {
      name: 'refuses null in a change',
      breaks: ['16'],
      fault: instead(
        (request) => request.method === 'PATCH' && JSON.stringify(request.body).includes('null'),
        () => refusal(400),
      ),
    },
    {
      name: 'refuses a request without operations',
      breaks: ['E14'],
      fault: instead(
        (request) => request.method === 'PATCH' && operationsOf(request).length === 0,
        () => refusal(400, 'invalidSyntax'),
      ),
    },
    {
      name: 'shows the manager as text',
      breaks: ['5', '25'],
      fault: onAnswer(isGet('/Users/'), (answer) => {
        const enterprise = (bodyOf(answer)[ENTERPRISE] ?? {}) as Json;
        const manager = (enterprise['manager'] as Json | undefined)?.['value'];
        return { ...answer, body: { ...bodyOf(answer), [ENTERPRISE]: { ...enterprise, manager } } };
      }),
    },
    {
      name: 'keeps a manager who was cleared',
      breaks: ['5', '25'],
      fault: onOperations((operation) => (String(operation['path']).endsWith(':manager') && !operation['value'] ? [] : [operation])),
    },
  ];
}

function isClearing({ value }: Json): boolean {
  return value === '' || value === null || (typeof value === 'object' && Object.values(value).some((one) => one === '' || one === null));
}
