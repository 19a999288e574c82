import type { Request, Router } from 'express';
import { parseId, refuse, type WorkspaceId } from '../kernel/index.ts';
import {
  type Clock,
  type CsvCells,
  type Database,
  expectManyRows,
  type Page,
  pathText,
  positions,
  queryText,
  readBody,
  readAhead,
  readPage,
  requireScope,
  type Transaction,
  workspaceOf,
  workspaceRouter,
  writeCsv,
} from '../platform/index.ts';
import { type ActivationPreviewId, previewExists } from './activation-store.ts';
import { makePreview } from './make-preview.ts';
import { type DifferingAccount, hasOutcome, outcomeDifferences, readDiffering, readOutcome } from './outcome-read-model.ts';
import { type AccountNote, type Change, changes, nextAfterPreview } from './preview.ts';
import { type PreviewedAccount, readPreviewed } from './previewed-read-model.ts';

interface PreviewRoutesDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** How many accounts of either side the answer to making a preview carries. */
const SHOWN_AT_ONCE = 100;
const previewedListing = {
  usual: SHOWN_AT_ONCE,
  most: 1_000,
  position: positions.ordinal,
  positionOf: ({ ordinal }: PreviewedAccount) => String(ordinal),
};
const differingListing = { usual: SHOWN_AT_ONCE, most: 1_000, positionOf: ({ position }: DifferingAccount) => position };
const accountNotes = ['left-employment', 'no-person', 'guest'] as const satisfies readonly AccountNote[];

/** Previews of turning the switch, and what came of the one that was acknowledged. */
export function previewRoutes(deps: PreviewRoutesDeps): Router {
  const router = workspaceRouter();
  router.post('/activation/previews', async (request, response) => {
    const { actor } = requireScope(request, 'activation');
    const workspaceId = workspaceOf(request);
    readBody(request).end();
    const { digest, ...preview } = await makePreview(deps, workspaceId, { actor });
    const first = async (change: Change) =>
      (await readPreviewed(deps.database, workspaceId, preview.id, { changes: [change], after: undefined, limit: SHOWN_AT_ONCE })).map(
        shown,
      );
    const [appears, disappears] = await Promise.all([first('appears'), first('disappears')]);
    response.status(201).json({ ...preview, digest: digest.toString('hex'), appears, disappears, next: nextAfterPreview[preview.turnTo] });
  });
  router.get('/activation/previews/:previewId/accounts{?change,note,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const workspaceId = workspaceOf(request);
    const asked = { changes: changesOf(request), note: oneOf(request, 'note', accountNotes) };
    if (request.accepts(['application/json', 'text/csv']) === 'text/csv') {
      const previewId = await previewOf(request, deps.database, workspaceId);
      const read = (page: Page) =>
        readAhead(page, previewedListing.positionOf, (each) => readPreviewed(deps.database, workspaceId, previewId, { ...asked, ...each }));
      await writeCsv(response, { name: `preview-${previewId}`, columns: csvColumns, read, linesOf: (row) => [csvLine(row)] });
      return;
    }
    const { rows, next } = await readPage(request, previewedListing, async (page) => {
      const previewId = await previewOf(request, deps.database, workspaceId);
      return readPreviewed(deps.database, workspaceId, previewId, { ...asked, ...page });
    });
    response.json({ accounts: rows.map(shown), next });
  });
  router.get('/activation/outcome', async (request, response) => {
    requireScope(request, 'read');
    const outcome = await readAcrossTables(deps.database, (tx) => readOutcome(tx, workspaceOf(request)));
    response.json(outcome ?? refuseOutcome());
  });
  router.get('/activation/outcome/accounts{?difference,limit,after}', async (request, response) => {
    requireScope(request, 'read');
    const difference = oneOf(request, 'difference', outcomeDifferences);
    if (difference === undefined) refuse('invalid-request', { detail: `"difference" must be one of: ${outcomeDifferences.join(', ')}.` });
    const position = difference === 'predicted-not-provisioned' ? positions.ordinal : positions.id;
    const workspaceId = workspaceOf(request);
    const { rows, next } = await readPage(request, { ...differingListing, position }, async (page) => {
      if (!(await hasOutcome(deps.database, workspaceId))) refuseOutcome();
      return readAcrossTables(deps.database, (tx) => readDiffering(tx, workspaceId, { difference, ...page }));
    });
    response.json({ accounts: rows.map(({ position: _position, ...account }) => account), next });
  });
  return router;
}

/** Everybody predicted is compared with everybody provisioned: neither may be looped over for each of the other. */
function readAcrossTables<Result>(database: Database, read: (tx: Transaction) => Promise<Result>): Promise<Result> {
  return database.transaction(async (tx) => {
    await expectManyRows(tx);
    return read(tx);
  });
}

function shown({ ordinal: _ordinal, ...account }: PreviewedAccount) {
  return account;
}

async function previewOf(request: Request, database: Database, workspaceId: WorkspaceId): Promise<ActivationPreviewId> {
  const id = parseId<'activation-preview'>(pathText(request, 'previewId'));
  if (id === undefined || !(await previewExists(database, workspaceId, id)))
    return refuse('not-found', { detail: 'There is no such preview.' });
  return id;
}

function changesOf(request: Request): readonly Change[] {
  const change = oneOf(request, 'change', changes);
  return change === undefined ? changes : [change];
}

function oneOf<Choice extends string>(request: Request, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = queryText(request, name);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text);
  return choice ?? refuse('invalid-request', { detail: `"${name}" must be one of: ${choices.join(', ')}.` });
}

function refuseOutcome(): never {
  return refuse('not-found', {
    detail: 'SCIM is off, or was turned on by a preview of an older version, which kept no accounts: there is nothing to compare with.',
    next: 'GET activation says how the switch stands.',
  });
}

const csvColumns = [
  'change',
  'name',
  'user_principal_name',
  'because',
  'notes',
  'app_roles',
  'role_id',
  'role_because',
  'account_enabled',
  'object_id',
  'connection_id',
] as const;

function csvLine(account: PreviewedAccount): CsvCells {
  return {
    change: account.change,
    name: account.name,
    user_principal_name: account.userPrincipalName,
    because: account.because,
    notes: account.notes.join(' '),
    app_roles: account.appRoles.join(' '),
    role_id: account.role?.roleId ?? '',
    role_because: account.role?.because ?? '',
    account_enabled: String(account.accountEnabled),
    object_id: account.objectId,
    connection_id: account.connectionId,
  };
}
