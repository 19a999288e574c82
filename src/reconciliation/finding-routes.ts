import { Router } from 'express';
import { readPage, requireScope, workspaceOf, writeCsv } from '../platform/index.ts';
import { effects } from '../verdict/index.ts';
import { diagnosisCodeOf, diagnosisOf } from './diagnose-finding.ts';
import { effectsOf } from './effects-routes.ts';
import { findingColumns, findingLines } from './finding-csv.ts';
import { listFindings } from './finding-page-read-model.ts';
import { findingPosition, positionOfFinding } from './finding-position.ts';
import { walkFindings } from './finding-read-model.ts';
import { type Flag, flagsOf } from './flag-read-model.ts';
import { listOwnerFindings } from './owner-finding-store.ts';
import { readOfOneRun } from './read-of-one-run.ts';
import type { ReconciliationDependencies } from './reconcile.ts';
import type { ReportUnit } from './report-population.ts';
import { namedUnits } from './report-units.ts';

/** Findings about owners that an answer carries whatever else was asked for: a workspace has few owners. */
const MAX_URGENT = 1_000;
const listing = { usual: 100, most: 1_000, position: findingPosition, positionOf: positionOfFinding };

/** `/findings`, relative to a workspace's address. */
export function findingRoutes({ database }: ReconciliationDependencies): Router {
  const router = Router({ mergeParams: true });

  router.get('/findings', async (request, response) => {
    requireScope(request, 'read');
    const asked = effectsOf(request) ?? effects;
    const workspaceId = workspaceOf(request);
    if (request.accepts(['application/json', 'text/csv']) === 'text/csv') {
      const read = await readOfOneRun(database, workspaceId, async (q, page) =>
        namedUnits(q, workspaceId, await walkFindings(q, workspaceId, { effects: asked, ...page })),
      );
      const name = `findings-${workspaceId}`;
      await writeCsv(response, { name, columns: findingColumns, read, positionOf: ({ id }) => id, linesOf: findingLines });
      return;
    }
    const { rows, next } = await readPage(request, listing, (page) => listFindings(database, workspaceId, { effects: asked, ...page }));
    const urgent = await listOwnerFindings(database, workspaceId, { state: 'open', after: undefined, limit: MAX_URGENT });
    const units = await namedUnits(database, workspaceId, rows);
    const flags = await flagsOf(database, workspaceId, units.flatMap(accountIdsOf));
    response.json({ findings: units.map((unit) => ({ ...shown(unit), flags: flagsOn(unit, flags) })), next, urgent });
  });

  return router;
}

function accountIdsOf({ systems }: ReportUnit): readonly string[] {
  return systems.flatMap(({ accountId }) => (accountId === null ? [] : [accountId]));
}

function flagsOn(unit: ReportUnit, flags: readonly Flag[]): readonly Flag[] {
  const own = new Set(accountIdsOf(unit));
  return flags.filter(({ accountId }) => own.has(accountId));
}

function shown(unit: ReportUnit): Record<string, unknown> {
  const {
    id,
    kind,
    rule,
    verdict,
    effect,
    all,
    person,
    period,
    exclusion,
    disposition,
    end,
    deadline,
    deadlineSinceTold,
    sentence,
    evidence,
  } = unit;
  const code = diagnosisCodeOf(all);
  return {
    id,
    kind,
    rule,
    verdict,
    effect,
    all,
    person: person === null ? null : { id: person.id, name: person.displayName, employeeId: person.employeeId },
    period,
    exclusion,
    disposition,
    systems: unit.systems.map(shownSystem),
    end,
    deadline,
    deadlineSinceTold,
    sentence,
    diagnosis: code === null ? null : diagnosisOf(code),
    since: unit.openedAt,
    evidence,
  };
}

function shownSystem({
  timing,
  judged,
  evidence: _shownWithTheFinding,
  ...system
}: ReportUnit['systems'][number]): Record<string, unknown> {
  return {
    ...system,
    lastProvenUsable: timing?.lastProvenUsable ?? null,
    firstProvenUnusable: timing?.firstProvenUnusable ?? null,
    provenUsableAgain: timing?.provenUsableAgain ?? null,
    outcome: judged?.outcome ?? null,
    late: judged?.late ?? null,
  };
}
