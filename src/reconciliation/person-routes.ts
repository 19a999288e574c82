import type { Request, Router } from 'express';
import { type Instant, type PersonId, parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  contextOf,
  expectFewRows,
  inSnapshot,
  type Page,
  pathText,
  queryInstant,
  type Queryable,
  readPage,
  requireScope,
  workspaceOf,
  workspaceRouter,
} from '../platform/index.ts';
import { type ListedPerson, readPerson } from '../roster/index.ts';
import { distinctStretches, LocalCalendar } from '../verdict/index.ts';
import { type AskedPast, askPast } from './ask-past.ts';
import { type BlindNaming, blindNaming } from './blind-windows.ts';
import { diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
import { accountNames } from './finding-read-model.ts';
import { flagsOf } from './flags-of.ts';
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

  router.get('/people/:personId', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const answer = await inSnapshot(database, async (q) => {
      const person = await personOf(request, q);
      const accounts = await accountsOf(q, workspaceId, person.id);
      // What is linked no longer was theirs in its time, and is shown as well.
      const flags = await flagsOf(q, workspaceId, {
        accountIds: [...new Set(accounts.map(({ accountId }) => accountId))],
        at: contextOf(request).at,
      });
      const found = await findingsOf(q, workspaceId, person.id);
      const naming = await blindNaming(q, workspaceId, found);
      return { person, accounts, findings: found.map((finding) => shownFinding(finding, naming, contextOf(request).at)), flags };
    });
    response.json(answer);
  });

  router.get('/people/:personId/timeline{?asOf,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const at = queryInstant(request, 'asOf');
    const past = at === undefined ? undefined : { at, asked: await askPast(deps, workspaceId, at) };
    const { next, rows } = await readPage(request, listing, (page) =>
      inSnapshot(database, async (q) => readTimeline(q, workspaceId, { ...page, past, personId: (await personOf(request, q)).id })),
    );
    response.json({ facts: rows.map(({ position: _position, ...fact }) => fact), next, asOf: past === undefined ? null : shownPast(past) });
  });

  return router;
}

/** An instant that was asked for, and whose verdicts were the present ones then. */
interface Past {
  readonly at: Instant;
  readonly asked: AskedPast;
}

async function readTimeline(
  q: Queryable,
  workspaceId: WorkspaceId,
  { past, ...page }: Page & { readonly personId: PersonId; readonly past: Past | undefined },
): Promise<readonly TimelineFact[]> {
  await expectFewRows(q);
  const run = past?.asked.kind === 'known' ? past.asked.moment.run : undefined;
  const rows = await listFacts(q, workspaceId, { ...page, known: past && { at: past.at, run: run?.ord ?? 0 } });
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
function shownFinding({ all, systems, ...finding }: PersonFinding, naming: BlindNaming, now: Instant): Record<string, unknown> {
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

/** What was recorded by then is told even where nothing had been judged yet. */
function shownPast({ asked, at }: Past): Record<string, unknown> {
  if (asked.kind === 'unknown') return { instant: at, run: null, reason: asked.reason };
  const { asOf, id, recordedAt } = asked.moment.run;
  return { instant: at, run: { id, asOf, recordedAt }, reason: null };
}
