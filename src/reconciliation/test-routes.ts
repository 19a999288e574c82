import type { Request, Router } from 'express';
import { parseInstant, refuse } from '../kernel/index.ts';
import {
  contextOf,
  pathText,
  queryText,
  readStretch,
  requireScope,
  type Stretch,
  workspaceOf,
  workspaceRouter,
  writeCsv,
} from '../platform/index.ts';
import { type ComplianceTestId, complianceTestIds } from '../verdict/index.ts';
import { askMembers, askTest, askTests, positionIn, type TestsAsked } from './ask-tests.ts';
import { complianceTests, type TestPeriod } from './compliance-test.ts';
import type { MemberPage } from './counted-population.ts';
import { effectsOf } from './effects-routes.ts';
import { memberColumns, memberLines } from './member-csv.ts';
import { type Past, pastOf, shownPast } from './past-routes.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { TestMemory } from './test-memory.ts';
import type { TestMember, TestResult } from './test-result.ts';

/** `/tests`, relative to a workspace's address. */
export function testRoutes(deps: ReconciliationDependencies & { readonly memory: TestMemory }): Router {
  const router = workspaceRouter();

  router.get('/tests{?asOf,from,to}', async (request, response) => {
    requireScope(request, 'read');
    const asked = { workspaceId: workspaceOf(request), at: contextOf(request).at, period: periodOf(request) };
    const past = await pastOf(request, deps.database);
    if (past === undefined) {
      response.json({ tests: await askTests(deps, asked), leftOut: [], asOf: null });
      return;
    }
    const tests = past.asked.kind === 'known' ? await askTests(deps, { ...asked, at: past.at, moment: past.asked.moment }) : [];
    response.json({ tests, leftOut: ofThePresent, asOf: shownPast(past) });
  });

  router.get('/tests/:testId{?asOf,from,to,effect,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const id = testOf(request);
    const past = await pastOf(request, deps.database);
    const asked = { id, workspaceId: workspaceOf(request), period: periodOf(request), ...whenAsked(request, id, past) };
    const effects = effectsOf(request);
    const read = (page: Omit<MemberPage, 'effects'>) => askTest(deps, asked, { ...page, effects });
    if (request.accepts(['application/json', 'text/csv']) === 'text/csv') {
      const { test } = await read({ after: undefined, limit: 1 });
      await writeCsv(response, {
        name: `${id}-${workspaceOf(request)}${past === undefined ? '' : `-${past.at.replaceAll(/[:.]/g, '-')}`}`,
        columns: memberColumns,
        linesOf: (member: TestMember) => memberLines(member, test.asOf),
        read: (page) => membersOfRun(deps, { ...asked, runId: test.runId }, { ...page, effects }),
      });
      return;
    }
    // What the page is read with: the test is as of the same run as its members.
    const answer: { test?: TestResult } = {};
    const { next, rows } = await readStretch(request, { usual: 100, most: 1_000, position: positionIn(id) }, async (page) => {
      const { members, test } = await read(page);
      answer.test = test;
      return members;
    });
    const members = rows.map(({ position: _position, ...member }) => member);
    response.json({ ...answer, members, next, asOf: past === undefined ? null : shownPast(past) });
  });

  return router;
}

/** Tests that cannot be asked of a past instant, and why. */
const ofThePresent = complianceTestIds.flatMap((id) => {
  const because = complianceTests[id].presentAlone;
  return because === null ? [] : [{ id, because }];
});

/** Throws DomainError `invalid-request` for a test of the present alone, `not-found` where nothing is known of the instant: one test cannot say so. */
function whenAsked(request: Request, id: ComplianceTestId, past: Past | undefined): Pick<TestsAsked, 'at' | 'moment'> {
  if (past === undefined) return { at: contextOf(request).at };
  const { presentAlone } = complianceTests[id];
  if (presentAlone !== null) {
    const next = 'A report that was made then holds this test: GET reports lists them. GET findings?asOf= has the verdicts of then.';
    return refuse('invalid-request', { detail: presentAlone, next });
  }
  const { asked, at } = past;
  if (asked.kind === 'unknown') return refuse('not-found', { detail: asked.reason, next: 'Ask of a later instant.' });
  return { at, moment: asked.moment };
}

/** Whoever draws a sample from a file takes it for one population, so that a run meanwhile breaks it off. */
async function membersOfRun(
  deps: Parameters<typeof askMembers>[0],
  { runId, ...asked }: Parameters<typeof askMembers>[1] & Pick<TestResult, 'runId'>,
  page: MemberPage,
): Promise<Stretch<TestMember>> {
  const found = await askMembers(deps, asked, page);
  if (found.runId !== runId) throw new Error('a reconciliation ended while the file was written');
  return found.members;
}

function testOf(request: Request): ComplianceTestId {
  const text = pathText(request, 'testId');
  return (
    complianceTestIds.find((id) => id === text) ?? refuse('not-found', { detail: 'There is no such test.', next: 'GET tests lists them.' })
  );
}

/** `?from=&to=`, the end not included; null where neither is given. */
function periodOf(request: Request): TestPeriod | null {
  const [from, to] = [queryText(request, 'from'), queryText(request, 'to')];
  if (from === undefined && to === undefined) return null;
  const period = { from: parseInstant(from ?? ''), to: parseInstant(to ?? '') };
  if (period.from === undefined || period.to === undefined || period.from >= period.to) {
    return refuse('invalid-request', {
      detail: '"from" and "to" are the instants between which a period lies, such as 2026-01-01T00:00:00Z.',
    });
  }
  return { from: period.from, to: period.to };
}
