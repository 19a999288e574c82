import type { Request } from 'express';
import { type PersonId, type PolicyId, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import { type Queryable, queryInstant, queryText, queryWords } from '../platform/index.ts';
import { listPeople, readPerson, workerTypes } from '../roster/index.ts';
import { effects, type RuleId, ruleTable } from '../verdict/index.ts';
import { effectsOf } from './effects-routes.ts';
import { dispositionStates, type FindingFilter, findingStatuses, latenesses, rulesOfLateness } from './finding-filter.ts';
import { hasSite, listPolicies } from './policy-store.ts';

const ruleIds = ruleTable.map(({ rule }) => rule);
const verdicts = [...new Set(ruleTable.map(({ verdict }) => verdict))];

/**
 * Which findings a request asks for. What names nothing is refused, since an empty list would say that all is well. Throws DomainError
 * `invalid-request`, and `not-found` for a person who is not there.
 */
export async function findingFilterOf(request: Request, q: Queryable, workspaceId: WorkspaceId): Promise<FindingFilter> {
  const isPast = queryText(request, 'asOf') !== undefined;
  const status = queryWords(request, 'status', findingStatuses);
  const changedSince = queryInstant(request, 'changedSince');
  if (status !== undefined && status.length > 1)
    refuse('invalid-request', { detail: `"status" must be one of ${findingStatuses.join(', ')}.` });
  if (isPast && (status?.[0] === 'closed' || changedSince !== undefined)) {
    refuse('invalid-request', {
      detail: '"changedSince" and "status=closed" are asked of the present, and "asOf" of a past instant.',
      next: 'GET findings/{findingId} tells since when one finding said what, and when it closed.',
    });
  }
  return {
    effects: effectsOf(request) ?? effects,
    rules: askedRules(request),
    dispositions: queryWords(request, 'disposition', dispositionStates),
    workerTypes: queryWords(request, 'workerType', workerTypes),
    status: status?.[0],
    changedSince,
    personId: await personOf(request, q, workspaceId),
    policyId: await policyOf(request, q, workspaceId),
    site: await siteOf(request, q, { workspaceId, mayBeGone: isPast || status?.[0] === 'closed' }),
  };
}

/** `rule`, `verdict` and `late`, each of which names rules. */
function askedRules(request: Request): readonly (readonly RuleId[])[] {
  const rules = queryWords(request, 'rule', ruleIds);
  const named = queryWords(request, 'verdict', verdicts);
  const late = queryWords(request, 'late', latenesses);
  return [
    ...(rules === undefined ? [] : [rules]),
    ...(named === undefined ? [] : [ruleTable.filter(({ verdict }) => named.includes(verdict)).map(({ rule }) => rule)]),
    ...(late === undefined ? [] : [late.flatMap((each) => rulesOfLateness[each])]),
  ];
}

async function personOf(request: Request, q: Queryable, workspaceId: WorkspaceId): Promise<PersonId | undefined> {
  const [personId, employeeId] = [queryText(request, 'personId'), queryText(request, 'employeeId')];
  if (personId === undefined && employeeId === undefined) return undefined;
  const id = personId === undefined ? undefined : parseId<'person'>(personId);
  if (personId !== undefined && id === undefined)
    refuse('invalid-request', { detail: '"personId" must be the id of a person.', next: 'GET people?employeeId= finds somebody.' });
  const [person] =
    id === undefined
      ? await listPeople(q, workspaceId, { standing: undefined, employeeId, after: undefined, limit: 1 })
      : [await readPerson(q, workspaceId, id)];
  if (person === undefined) return refuse('not-found', { detail: 'HR has told of no such person.', next: 'GET people lists them.' });
  if (employeeId !== undefined && person.employeeId !== employeeId)
    return refuse('not-found', {
      detail: '"employeeId" is not that of the person whom "personId" names.',
      next: 'Name them by one of the two.',
    });
  return person.id;
}

async function policyOf(request: Request, q: Queryable, workspaceId: WorkspaceId): Promise<PolicyId | undefined> {
  const asked = queryText(request, 'policyVersion');
  if (asked === undefined) return undefined;
  const policies = await listPolicies(q, workspaceId);
  const policy = policies.find(({ version }) => `${version}` === asked);
  const versions = policies.map(({ version }) => version).join(', ');
  return (
    policy?.id ??
    refuse('invalid-request', { detail: `"policyVersion" must be the version of a policy: ${versions || 'there is none yet'}.` })
  );
}

/** A site that HR names no longer may stand in what was said before. */
async function siteOf(
  request: Request,
  q: Queryable,
  { mayBeGone, workspaceId }: { readonly workspaceId: WorkspaceId; readonly mayBeGone: boolean },
): Promise<string | undefined> {
  const site = queryText(request, 'site');
  if (site === undefined || mayBeGone || (await hasSite(q, workspaceId, site))) return site;
  return refuse('invalid-request', {
    detail: '"site" must be a site that HR names, in its letters.',
    next: 'GET policies lists the sites.',
  });
}
