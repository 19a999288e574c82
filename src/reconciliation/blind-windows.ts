import { type EndedLook, endedLooks } from '../directory/index.ts';
import { earliest, type Instant, latest, type WorkspaceId } from '../kernel/index.ts';
import type { Queryable } from '../platform/index.ts';
import {
  type BlindStretch,
  type BlindTimes,
  blindStretchesIn,
  blindStretchesOf,
  connectedAnew,
  type JudgedLine,
  mayBeBlind,
  unconnectedStretches,
  windowsOf,
  withBlind,
} from '../verdict/index.ts';
import { connectionsOfAccounts } from './finding-read-model.ts';
import type { UnitSystem } from './report-population.ts';
import type { ConnectionFacts } from './unit-facts.ts';
import { connectionFacts, workspaceSince } from './unit-read-model.ts';

/** A finding's line on an account, as far as it says when nobody looked. */
interface Naming {
  /** Of a directory account: which connection shows it. */
  readonly connectionId?: string;
  /** When nobody looked, as far as it widened the window in which access ended; left out: it did not. */
  readonly blind?: readonly BlindStretch[];
}

/** What is said of findings beside what was judged of them. */
export interface BlindNaming {
  /** Of each system of a finding, in their order. `at`: by what was known then of looks. */
  ofSystems(systems: readonly UnitSystem[], at: Instant): readonly Naming[];
  /** The finding's sentence, and then when nobody looked. */
  ofSentence(sentence: string, systems: readonly UnitSystem[], at: Instant): string;
}

/**
 * Says of findings when nobody looked. It is asked when they are shown and kept nowhere: what follows from the instants that were judged and the looks that there were
 * is the same at any time, and costs a run nothing. Nothing is read of looks where no finding has a window that they could have widened. `from`: from when on it is told
 * that no directory was connected, where that is before the workspace was made.
 */
export async function blindNaming(
  q: Queryable,
  workspaceId: WorkspaceId,
  findings: readonly { readonly systems: readonly UnitSystem[] }[],
  { from }: { readonly from?: Instant } = {},
): Promise<BlindNaming> {
  const systems = findings.flatMap((finding) => finding.systems).filter(({ system }) => system === 'directory');
  const ids = systems.flatMap(({ accountId }) => accountId ?? []);
  const shownBy = await connectionsOfAccounts(q, workspaceId, ids);
  const lines = systems.flatMap((system) => judgedLine(system, shownBy) ?? []);
  return namingOf(shownBy, await blindTimes(q, workspaceId, { lines, from }));
}

/** The same of what is known already: which connection shows which account, and when nobody looked, by what was known at an instant. */
export function namingOf(shownBy: ReadonlyMap<string, string>, timesAt: (at: Instant) => BlindTimes): BlindNaming {
  const ofSystem = (system: UnitSystem, at: Instant): Naming => {
    const line = judgedLine(system, shownBy);
    const connectionId = system.system === 'directory' && system.accountId !== null ? shownBy.get(system.accountId) : undefined;
    const blind = line === undefined ? [] : blindStretchesIn(line, timesAt(at));
    return { ...(connectionId !== undefined && { connectionId }), ...(blind.length > 0 && { blind }) };
  };
  return {
    ofSystems: (each, at) => each.map((system) => ofSystem(system, at)),
    ofSentence: (sentence, each, at) =>
      withBlind(
        sentence,
        each.filter(isCounted).flatMap((system) => ofSystem(system, at).blind ?? []),
      ),
  };
}

/** The verdict goes by none of the others. */
function isCounted({ standing }: UnitSystem): boolean {
  return standing !== 'candidate' && standing !== 'barred' && standing !== 'released';
}

function judgedLine({ accountId, judged, system, timing }: UnitSystem, shownBy: ReadonlyMap<string, string>): JudgedLine | undefined {
  if (system !== 'directory' || timing === null || judged === null) return undefined;
  return { accountId, connectionId: accountId === null ? null : (shownBy.get(accountId) ?? null), timing, outcome: judged.outcome };
}

const neverBlind: BlindTimes = { ofTenantOf: () => [], tenants: [], unconnected: [] };

/** When nobody looked around the windows of the lines, by what was known at an instant. */
async function blindTimes(
  q: Queryable,
  workspaceId: WorkspaceId,
  { from, lines }: { readonly lines: readonly JudgedLine[]; readonly from: Instant | undefined },
): Promise<(at: Instant) => BlindTimes> {
  const asked = lines.filter(mayBeBlind);
  if (asked.length === 0) return () => neverBlind;
  const connections = (await connectionFacts(q, workspaceId)).toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const looks = await endedLooks(q, workspaceId, stretchesAround(asked, connections));
  const made = await workspaceSince(q, workspaceId);
  const known = new Map<Instant, BlindTimes>();
  return (at) => {
    const times = known.get(at) ?? blindTimesAt(at, { connections, looks, since: earliest(made, from ?? made) });
    known.set(at, times);
    return times;
  };
}

interface LookedAt {
  /** In the order in which they were added. */
  readonly connections: readonly Pick<ConnectionFacts, 'id' | 'tenantId' | 'addedAt' | 'removedAt'>[];
  readonly looks: readonly EndedLook[];
  /** From when on it is told that no directory was connected. */
  readonly since: Instant;
}

/** When nobody looked, by what was known at an instant. */
export function blindTimesAt(at: Instant, { connections, looks, since }: LookedAt): BlindTimes {
  const present = connectedAnew(connections.filter(({ addedAt }) => addedAt <= at));
  const ended = looks.filter(({ endedAt }) => endedAt <= at);
  const byTenant = new Map<string, BlindStretch[]>();
  for (const connection of present) {
    const stretches = byTenant.get(connection.tenantId) ?? [];
    byTenant.set(connection.tenantId, [...stretches, ...blindStretchesOf(connection, ended, at)]);
  }
  const tenantOf = new Map(present.map(({ id, tenantId }) => [id, tenantId]));
  return {
    ofTenantOf: (connectionId) => byTenant.get(tenantOf.get(connectionId) ?? '') ?? [],
    tenants: [...byTenant.values()],
    unconnected: unconnectedStretches(present, { from: since, end: at }),
  };
}

function orderOf({ addedAt, id }: ConnectionFacts): string {
  return `${addedAt} ${id}`;
}

interface Stretch {
  readonly connectionId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Of each connection that is concerned the stretches that the windows cover: overlapping ones are one, so that no look is read twice. */
function stretchesAround(lines: readonly JudgedLine[], connections: readonly ConnectionFacts[]): readonly Stretch[] {
  const tenantOf = new Map(connections.map(({ id, tenantId }) => [id, tenantId]));
  const windows = lines.flatMap((line) =>
    windowsOf(line).map(({ from, to }) => ({
      from,
      to,
      tenantId: line.connectionId === null ? undefined : tenantOf.get(line.connectionId),
      isOfAll: line.accountId === null,
    })),
  );
  return connections.flatMap(({ id, tenantId }) =>
    merged(windows.filter((window) => window.isOfAll || window.tenantId === tenantId)).map((stretch) => ({ ...stretch, connectionId: id })),
  );
}

function merged(windows: readonly Omit<Stretch, 'connectionId'>[]): readonly Omit<Stretch, 'connectionId'>[] {
  const stretches: { from: Instant; to: Instant }[] = [];
  for (const { from, to } of windows.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to) {
      last.from = earliest(last.from, from);
      last.to = latest(last.to, to);
    } else stretches.push({ from, to });
  }
  return stretches;
}
