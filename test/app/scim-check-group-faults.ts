import { type Fault, named, type ScimCheckDouble } from './scim-check-double.ts';
import { type DoubleRequest, type Json, refusal } from './scim-check-double-answer.ts';
import { instead, isGet, onOperations, onRequest, operationsOf, type PlantedFault } from './scim-check-fault-kinds.ts';

type Next = Parameters<Fault>[1];

export function groupFaults(): readonly PlantedFault[] {
  const isMembers = (operation: Json) => String(operation['path']).startsWith('members');
  const isAdd = (operation: Json) => isMembers(operation) && String(operation['op']).toLowerCase() === 'add';
  return [
    { name: 'does not rename groups', breaks: ['9', '20'], fault: ifGroup(onOperations((one) => (isMembers(one) ? [one] : []))) },
    { name: 'adds no members', breaks: ['11', '12', '13', '14', 'E16', 'E19'], fault: onOperations((one) => (isAdd(one) ? [] : [one])) },
    { name: 'removes no members', breaks: ['12', 'E16'], fault: onOperations((one) => (isMembers(one) && !isAdd(one) ? [] : [one])) },
    {
      name: 'removes all members instead of one',
      breaks: ['E16'],
      fault: (request, next, double) => {
        const answer = next(request);
        const group = named(double, request);
        if (group !== undefined && operationsOf(request).some((one) => isMembers(one) && !isAdd(one))) group['members'] = [];
        return answer;
      },
    },
    {
      name: 'keeps a member twice',
      breaks: ['E17'],
      fault: (request, next, double) => {
        const [group, operation] = [named(double, request), operationsOf(request)[0]];
        if (group === undefined || operation === undefined || !isAdd(operation)) return next(request);
        group['members'] = [...(group['members'] as Json[]), ...(operation['value'] as Json[])];
        return { status: 204 };
      },
    },
    {
      name: 'refuses a member who is there',
      breaks: ['E17'],
      fault: instead(isRepeated(isAdd), () => refusal(409, 'uniqueness')),
    },
    { name: 'loses members that are added at once', breaks: ['E18'], fault: lostUpdate(isAdd) },
    {
      name: 'shows members although they are excluded',
      breaks: ['E20'],
      fault: onRequest(isGet('/Groups'), (request) => {
        request.query.delete('excludedAttributes');
        return request;
      }),
    },
  ];
}

function ifGroup(fault: Fault): Fault {
  return (request, next, double) => (request.path.startsWith('/Groups') ? fault(request, next, double) : next(request));
}

/** Every second add reads the members before the first has written them: read, change, write, without a lock. */
function lostUpdate(isAdd: (operation: Json) => boolean): Fault {
  let waiting: (() => void) | undefined;
  return async (request: DoubleRequest, next: Next, double) => {
    const group = named(double, request);
    if (group === undefined || !operationsOf(request).some(isAdd)) return next(request);
    const before = group['members'];
    if (waiting === undefined) {
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
    } else {
      waiting();
      waiting = undefined;
    }
    group['members'] = before;
    return next(request);
  };
}

function isRepeated(isAdd: (operation: Json) => boolean): (request: DoubleRequest, double: ScimCheckDouble) => boolean {
  return (request, double) => {
    const members = (named(double, request)?.['members'] ?? []) as Json[];
    const added = operationsOf(request)
      .filter(isAdd)
      .flatMap(({ value }) => value as Json[]);
    return added.some(({ value }) => members.some((member) => member['value'] === value));
  };
}
