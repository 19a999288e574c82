import type { Request, Router } from 'express';
import { DAY_MS, isUuid, latest, earliest, plusMs, refuse } from '../kernel/index.ts';
import {
  contextOf,
  type Database,
  pathText,
  positions,
  queryInstant,
  queryText,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { type ExchangeFilter, listExchanges } from './exchange-read-model.ts';
import type { Exchange } from './exchange-store.ts';
import { findCycle, listCycles } from './list-cycles.ts';
import type { Cycle } from './recognise-cycles.ts';

export interface ExchangeRoutesDeps {
  readonly database: Database;
  /** How long the wire log is kept, in days. */
  readonly wireLogDays: number;
}

const byId = { position: positions.id, positionOf: ({ id }: { readonly id: string }) => id };
const exchangeListing = { ...byId, usual: 100, most: 1_000 };
/** A page of cycles reads every exchange in them, so it is a day's by default and less than a week's at most. */
const cycleListing = { ...byId, usual: 36, most: 200 };

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const STATUS_CLASSES = ['2xx', '4xx', '5xx'] as const;

/** The wire log and the cycles in it, for administrators and auditors. Nothing here changes it. */
export function exchangeRoutes({ database, wireLogDays }: ExchangeRoutesDeps): Router {
  const router = workspaceRouter();
  const keptFrom = (request: Request) => plusMs(contextOf(request).at, -wireLogDays * DAY_MS);
  const cycleOf = (request: Request, id: string) => findCycle(database, workspaceOf(request), id, contextOf(request).at);

  const cycleNamed = async (request: Request, name: string): Promise<Cycle | undefined> => {
    const id = queryId(request, name);
    if (id === undefined) return undefined;
    return (await cycleOf(request, id)) ?? refuse('invalid-request', { detail: `The parameter "${name}" names no cycle.` });
  };

  router.get(
    '/scim/exchanges{?userId,groupId,credentialId,cycle,method,status,onlyOddities,from,to,limit,after}',
    async (request, response) => {
      requireScope(request, 'read');
      const asked = readFilter(request);
      const { rows, next } = await readPage(request, exchangeListing, async (page) => {
        const cycle = await cycleNamed(request, 'cycle');
        const filter = cycle === undefined ? asked : within(cycle, asked);
        return filter === undefined ? [] : listExchanges(database, workspaceOf(request), filter, page);
      });
      response.json({ exchanges: rows.map(showExchange), next, keptFrom: keptFrom(request) });
    },
  );

  router.get('/scim/cycles{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, cycleListing, async ({ limit }) => {
      const after = await cycleNamed(request, 'after');
      return listCycles(database, workspaceOf(request), { at: contextOf(request).at, after, limit });
    });
    response.json({ cycles: rows, next, keptFrom: keptFrom(request) });
  });

  router.get('/scim/cycles/:id', async (request, response) => {
    requireScope(request, 'read');
    const id = pathText(request, 'id').toLowerCase();
    const cycle = isUuid(id) ? await cycleOf(request, id) : undefined;
    response.json(cycle ?? refuse('not-found', { detail: 'No cycle with this id is in the wire log.' }));
  });

  return router;
}

function readFilter(request: Request): ExchangeFilter {
  const statusClass = queryOneOf(request, 'status', STATUS_CLASSES);
  return {
    userId: queryId(request, 'userId'),
    groupId: queryId(request, 'groupId'),
    credentialId: queryId(request, 'credentialId'),
    method: queryOneOf(request, 'method', METHODS),
    statusClass: statusClass === undefined ? undefined : Number(statusClass.slice(0, 1)),
    onlyOddities: queryOneOf(request, 'onlyOddities', ['true', 'false']) === 'true',
    from: queryInstant(request, 'from'),
    to: queryInstant(request, 'to'),
  };
}

/** What a filter leaves of a cycle; undefined when it asks for another credential's. */
function within({ credentialId, startedAt, endedAt }: Cycle, filter: ExchangeFilter): ExchangeFilter | undefined {
  if (filter.credentialId !== undefined && filter.credentialId !== credentialId) return undefined;
  const { from = startedAt, to = endedAt } = filter;
  return { ...filter, credentialId, from: latest(from, startedAt), to: earliest(to, endedAt) };
}

function queryId(request: Request, name: string): string | undefined {
  const text = queryText(request, name);
  if (text === undefined || isUuid(text)) return text?.toLowerCase();
  return refuse('invalid-request', { detail: `The parameter "${name}" must be a UUID.` });
}

function queryOneOf<Value extends string>(request: Request, name: string, values: readonly Value[]): Value | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  const detail = `The parameter "${name}" must be one of: ${values.join(', ')}.`;
  return values.find((value) => value === text) ?? refuse('invalid-request', { detail });
}

function showExchange({ bodySha256, ...exchange }: Exchange) {
  return { ...exchange, bodySha256: bodySha256?.toString('hex') ?? null };
}
