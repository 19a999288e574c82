import type { Request, Router } from 'express';
import { type Instant, type PersonId, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  contextOf,
  expectFewRows,
  inSnapshot,
  type Page,
  pathText,
  type Queryable,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { type ListedPerson, readPerson, readPersonThen } from '../roster/index.ts';
import { distinctStretches, LocalCalendar } from '../verdict/index.ts';
import { type BlindNaming, blindNaming } from './blind-windows.ts';
import { diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
import { accountNames } from './finding-read-model.ts';
import { flagsOf } from './flags-of.ts';
import { type Past, pastOf, shownPast } from './past-routes.ts';
import { accountsThen, findingsThen, type PastPersonFinding } from './past-person-read-model.ts';
import { accountsOf, findingsOf, type PersonFinding } from './person-read-model.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import { tellFact } from './tell-fact.ts';
import type { TimelineFact } from './timeline-fact.ts';
import { listFacts } from './timeline-read-model.ts';
import { workspaceZone } from './unit-read-model.ts';

/** A position is the milliseconds of a fact and its key. */
const listing = {
  usual: 100,
  most: 1_000,
  position: /^\d{1,15}\.[1-9]\.[\w.-]{1,400}$/,
  positionOf: ({ position }: TimelineFact) => position,
};

/** `/people/{personId}` and its timeline, relative to a workspace's address. */
export function personRoutes(deps: ReconciliationDependencies): Router {
  const { database } = deps;
  const router = workspaceRouter();

  router.get('/people/:personId{?asOf}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const past = await pastOf(request, database);
    const { at: now } = contextOf(request);
    response.json(
      await inSnapshot(database, (q) =>
        past === undefined ? showPerson(request, q, { workspaceId, now }) : showPersonThen(request, q, { workspaceId, past }),
      ),
    );
  });

  router.get('/people/:personId/timeline{?asOf,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const past = await pastOf(request, database);
    const { next, rows } = await readPage(request, listing, (page) =>
      inSnapshot(database, async (q) => readTimeline(q, workspaceId, { ...page, past, personId: (await personOf(request, q)).id })),
    );
    response.json({ facts: rows.map(({ position: _position, ...fact }) => fact), next, asOf: past === undefined ? null : shownPast(past) });
  });

  return router;
}

async function showPerson(
  request: Request,
  q: Queryable,
  { now, workspaceId }: { readonly workspaceId: WorkspaceId; readonly now: Instant },
): Promise<Record<string, unknown>> {
  const person = await personOf(request, q);
  const accounts = await accountsOf(q, workspaceId, person.id);
  // What is linked no longer was theirs in its time, and is shown as well.
  const accountIds = [...new Set(accounts.map(({ accountId }) => accountId))];
  const flags = await flagsOf(q, workspaceId, { accountIds, at: now });
  const found = await findingsOf(q, workspaceId, person.id);
  const naming = await blindNaming(q, workspaceId, found);
  return { person, accounts, findings: found.map((finding) => shownFinding(finding, naming, now)), flags, asOf: null };
}

/** Other witnesses are asked of the present alone. */
async function showPersonThen(
  request: Request,
  q: Queryable,
  { past, workspaceId }: { readonly workspaceId: WorkspaceId; readonly past: Past },
): Promise<Record<string, unknown>> {
  const { asked, at } = past;
  await expectFewRows(q);
  const { id: personId } = await personOf(request, q);
  const person = (await readPersonThen(q, workspaceId, { id: personId, at })) ?? unknownThen();
  const accounts = await accountsThen(q, workspaceId, { personId, at, underWay: asked.underWay });
  const found = asked.kind === 'known' ? await findingsThen(q, workspaceId, { personId, run: asked.moment.run.ord }) : [];
  const naming = await blindNaming(q, workspaceId, found);
  return { person, accounts, findings: found.map((finding) => shownFinding(finding, naming, at)), flags: [], asOf: shownPast(past) };
}

function unknownThen(): never {
  return refuse('not-found', { detail: 'HR had not told of this person by then.', next: 'GET people?asOf= lists of whom it had.' });
}

async function readTimeline(
  q: Queryable,
  workspaceId: WorkspaceId,
  { past, ...page }: Page & { readonly personId: PersonId; readonly past: Past | undefined },
): Promise<readonly TimelineFact[]> {
  await expectFewRows(q);
  const run = past?.asked.kind === 'known' ? past.asked.moment.run : undefined;
  const rows = await listFacts(q, workspaceId, {
    ...page,
    known: past && { at: past.at, run: run?.ord ?? 0, underWay: past.asked.underWay },
  });
  const names = await accountNames(q, workspaceId, [...new Set(rows.flatMap(({ accountId }) => accountId ?? []))]);
  const telling = { names, workspaceZone: run?.timeZone ?? (await workspaceZone(q, workspaceId)), calendar: new LocalCalendar() };
  return rows.map((row) => tellFact(row, telling));
}

async function personOf(request: Request, q: Queryable): Promise<ListedPerson> {
  const id = parseId<'person'>(pathText(request, 'personId'));
  const person = id === undefined ? undefined : await readPerson(q, workspaceOf(request), id);
  return person ?? refuse('not-found', { detail: 'There is no such person.', next: 'GET people lists them.' });
}

/** A closed finding says what it was; what is to be done is said of open ones alone. */
function shownFinding(
  { all, systems, ...finding }: PersonFinding | PastPersonFinding,
  naming: BlindNaming,
  now: Instant,
): Record<string, unknown> {
  const code = finding.closedAt === null ? diagnosisCodeOf(all) : null;
  const at = finding.closedAt ?? now;
  const blind = distinctStretches(naming.ofSystems(systems, at).flatMap((named) => named.blind ?? []));
  return {
    ...finding,
    all,
    sentence: naming.ofSentence(finding.sentence, systems, at),
    blind,
    diagnosis: code === null ? null : diagnosisOf(code),
  };
}
