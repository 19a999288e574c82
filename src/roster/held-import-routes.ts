import type { Request, Router } from 'express';
import { parseId } from '../kernel/index.ts';
import { pathText, positions, readBody, readPage, requireScope, workspaceOf, workspaceRouter } from '../platform/index.ts';
import { decideHeldImport, requireHeld } from './decide-held-import.ts';
import { findHeld, type HeldEnd, type HeldImport, listHeld, listHeldEnds } from './held-import-store.ts';
import type { RosterDependencies } from './import-roster.ts';
import { type HeldRejection, listHeldRejections } from './rejected-row-store.ts';

const listing = { usual: 100, most: 1_000, position: positions.id };
const imports = { ...listing, positionOf: ({ id }: { readonly id: string }) => id };
const rejectedCells = { ...listing, position: positions.ordinal, positionOf: ({ ordinal }: HeldRejection) => String(ordinal) };
const ends = { ...listing, positionOf: ({ personId }: HeldEnd) => personId };

/** `/roster/held-imports`: rosters that wait for somebody to release them, relative to a workspace's address. */
export function heldImportRoutes(deps: RosterDependencies): Router {
  const router = workspaceRouter();
  router.get('/roster/held-imports{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, imports, (page) => listHeld(deps.database, workspaceOf(request), page));
    response.json({ heldImports: rows, next });
  });
  router.get('/roster/held-imports/:heldImportId', async (request, response) => {
    requireScope(request, 'read');
    response.json(await heldOf(request, deps));
  });
  router.get('/roster/held-imports/:heldImportId/ends{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, ends, async (page) => {
      const { id: importId } = await heldOf(request, deps);
      return listHeldEnds(deps.database, workspaceOf(request), { importId, ...page });
    });
    response.json({ ends: rows, next });
  });
  router.get('/roster/held-imports/:heldImportId/rejected-rows{?limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const { rows, next } = await readPage(request, rejectedCells, async (page) => {
      const { id: importId } = await heldOf(request, deps);
      return listHeldRejections(deps.database, workspaceOf(request), { importId, ...page });
    });
    response.json({ rejectedRows: rows.map(({ ordinal: _place, ...rejection }) => rejection), next });
  });
  router.post('/roster/held-imports/:heldImportId/decision', async (request, response) => {
    const { actor } = requireScope(request, 'roster');
    const { id } = await heldOf(request, deps);
    const body = readBody(request);
    const decision = body.oneOf('decision', ['released', 'rejected']);
    const reason = body.text('reason');
    body.end();
    response.json(await decideHeldImport(deps, workspaceOf(request), { id, decision, reason, actor }));
  });
  return router;
}

/** Throws DomainError `not-found`. */
async function heldOf(request: Request, { database }: RosterDependencies): Promise<HeldImport> {
  const id = parseId<'roster-import'>(pathText(request, 'heldImportId'));
  return requireHeld(id && (await findHeld(database, workspaceOf(request), id)));
}
