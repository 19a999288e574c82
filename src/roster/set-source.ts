import { refuse, type WorkspaceId } from '../kernel/index.ts';
import { append } from '../ledger/index.ts';
import { enqueue } from '../jobs/index.ts';
import { type Clock, type Database, type ForeseeingHttp, type SecretBox, UNLESS_LISTED } from '../platform/index.ts';
import { PULL_TASK } from './pull-task.ts';
import { deleteSource, readSource, type RosterSource, writeSource } from './roster-source-store.ts';

export interface SourceInput {
  /** https, without a user name; its query is sealed. */
  readonly url: string;
  /** The whole header that lets us in, such as `Bearer …`; undefined where none is needed. */
  readonly authorization: string | undefined;
  readonly everyHours: number;
  readonly full: boolean;
  readonly allowRejected: boolean;
  readonly actor: string;
}

/** What is sealed of a source. */
export interface SealedSource {
  readonly url: string;
  readonly authorization: string | null;
}

/** What is sealed of a source that is kept. */
export function openSource(
  { secretBox }: { readonly secretBox: SecretBox },
  workspaceId: WorkspaceId,
  { sealed }: { readonly sealed: Buffer },
): SealedSource {
  return JSON.parse(secretBox.open(sealed, sourceContext(workspaceId)).toString('utf8')) as SealedSource;
}

/** What a sealed source is bound to. */
function sourceContext(workspaceId: WorkspaceId): string {
  return `roster-source:${workspaceId}`;
}

/** Sets where the roster is fetched from, and has it fetched at once. Throws DomainError `invalid-request` for an address that is none. */
export async function setSource(
  deps: { readonly database: Database; readonly clock: Clock; readonly secretBox: SecretBox; readonly outbound: ForeseeingHttp },
  workspaceId: WorkspaceId,
  { url, authorization, actor, ...setting }: SourceInput,
): Promise<RosterSource> {
  const { origin, pathname } = addressOf(deps.outbound, url);
  const at = deps.clock.now();
  const address = `${origin}${pathname}`;
  const secret: SealedSource = { url, authorization: authorization ?? null };
  const sealed = deps.secretBox.seal(JSON.stringify(secret), sourceContext(workspaceId));
  return deps.database.transaction(async (tx) => {
    await writeSource(tx, workspaceId, { address, sealed, ...setting, at, actor });
    const after = { address, every_hours: setting.everyHours, full: setting.full, allow_rejected: setting.allowRejected };
    await append(tx, workspaceId, [{ type: 'hr.source.set', at, actor, subject: { kind: 'workspace', id: workspaceId }, after }]);
    await askForPull(tx, workspaceId);
    return (await readSource(tx, workspaceId)) ?? refuse('not-found', { detail: 'There is no such source.' });
  });
}

/** Throws DomainError `not-found` where the roster is fetched from nowhere. */
export async function removeSource(
  deps: { readonly database: Database; readonly clock: Clock },
  workspaceId: WorkspaceId,
  actor: string,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    if (!(await deleteSource(tx, workspaceId))) refuseNowhere();
    const subject = { kind: 'workspace', id: workspaceId };
    await append(tx, workspaceId, [{ type: 'hr.source.removed', at: deps.clock.now(), actor, subject }]);
  });
}

/** Has the roster fetched now. Throws DomainError `not-found` where it is fetched from nowhere. */
export async function requestPull(deps: { readonly database: Database }, workspaceId: WorkspaceId): Promise<void> {
  await deps.database.transaction(async (tx) => {
    if ((await readSource(tx, workspaceId)) === undefined) refuseNowhere();
    await askForPull(tx, workspaceId);
  });
}

function askForPull(tx: Parameters<typeof enqueue>[0], workspaceId: WorkspaceId): Promise<void> {
  return enqueue(tx, { task: PULL_TASK, payload: { workspaceId }, jobKey: `${PULL_TASK}:${workspaceId}` });
}

export function refuseNowhere(): never {
  return refuse('not-found', { detail: 'The roster is fetched from nowhere.', next: 'PUT roster/source says where from.' });
}

/** Throws DomainError `invalid-request` for an address that is none, has a user name in it, or would be refused at every attempt: what http brings anybody on the way may have written. */
export function addressOf(outbound: ForeseeingHttp, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWhole = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isWhole && outbound.mayCall(url)) return url;
  if (isWhole) refuse('invalid-request', { detail: `"url" must be an https address, and ${url.origin} is none.`, next: UNLESS_LISTED });
  return refuse('invalid-request', {
    detail: '"url" must be an https address without a user name in it.',
    next: 'What lets us in goes into "authorization", as the whole header: Bearer … or Basic ….',
  });
}
