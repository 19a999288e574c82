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
import { askMembers, askTest, askTests, positionIn } from './ask-tests.ts';
import { type ComplianceTestId, complianceTestIds, type TestPeriod } from './compliance-test.ts';
import type { MemberPage } from './counted-population.ts';
import { effectsOf } from './effects-routes.ts';
import { memberColumns, memberLines } from './member-csv.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { TestMemory } from './test-memory.ts';
import type { TestMember, TestResult } from './test-result.ts';

/** `/tests`, relative to a workspace's address. */
export function testRoutes(deps: ReconciliationDependencies & { readonly memory: TestMemory }): Router {
  const router = workspaceRouter();

  router.get('/tests{?from,to}', async (request, response) => {
    requireScope(request, 'read');
    const asked = { workspaceId: workspaceOf(request), at: contextOf(request).at, period: periodOf(request) };
    response.json({ tests: await askTests(deps, asked) });
  });

  router.get('/tests/:testId{?from,to,effect,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const id = testOf(request);
    const asked = { id, workspaceId: workspaceOf(request), at: contextOf(request).at, period: periodOf(request) };
    const effects = effectsOf(request);
    const read = (page: Omit<MemberPage, 'effects'>) => askTest(deps, asked, { ...page, effects });
    if (request.accepts(['application/json', 'text/csv']) === 'text/csv') {
      const { test } = await read({ after: undefined, limit: 1 });
      await writeCsv(response, {
        name: `${id}-${workspaceOf(request)}`,
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
    response.json({ ...answer, members: rows.map(({ position: _position, ...member }) => member), next });
  });

  return router;
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
