import { HOUR_MS, type Instant, msBetween } from '../kernel/index.ts';
import { type AccessSource, accessSources, readAccessFact } from './access-source.ts';
import { GraphFailure } from './graph-failure.ts';
import { GraphPause } from './graph-pause.ts';
import type { JsonObject } from './json-shape.ts';
import { isNotCollected } from './not-collected.ts';
import type { AccessLook } from './read-position.ts';
import { noteAnswer, readById, type Reading, readListing, type ReadStepTable } from './reading.ts';
import { sending } from './sent-queries.ts';
import { stagedServicePrincipals } from './stage-store.ts';

/** For so long a run rests at most on account of one of these sources, in milliseconds: the accounts are not to wait for policies. */
const MAX_REST_MS = HOUR_MS;

/** Service principals that are asked for their permissions at a time. */
const PRINCIPAL_BATCH = 400;

type Read = (reading: Reading, source: AccessSource) => Promise<void>;

const readers: Readonly<Record<AccessSource, Read>> = {
  'role-definitions': readItems,
  'role-assignments': readItems,
  'role-schedules': readItems,
  'role-eligibilities': readItems,
  'service-principals': readItems,
  'app-permissions': readAppPermissions,
  'delegated-permissions': readItems,
  licences: readItems,
  'security-defaults': readSecurityDefaults,
  policies: readItems,
};

/**
 * Who may do what: a step for each source. One that cannot be read to its end is not collected, by name, and yields nothing (I8); the run goes
 * on without it.
 */
export const accessSteps: ReadStepTable = accessSources.map((source) => [source, (reading) => readSource(reading, source)]);

async function readSource(reading: Reading, source: AccessSource): Promise<void> {
  const { at, clock } = reading;
  const now = clock.now();
  at.access ??= {};
  const look: AccessLook = at.access[source] ?? { from: now, to: now, missed: null };
  at.access[source] = look;
  try {
    await readers[source](reading, source);
  } catch (error) {
    const failure = missedBy(error, { look, now: clock.now() });
    if (failure === undefined) throw error;
    look.missed = { reason: failure.code, said: failure.facts.said ?? null };
  }
  look.to = clock.now();
}

/** What was missed by an error; undefined for one that concerns the run. */
function missedBy(error: unknown, { look, now }: { look: AccessLook; now: Instant }): GraphFailure | undefined {
  if (error instanceof GraphPause) {
    // The end of a turn is no rest.
    return error.until > now && msBetween(look.from, error.until) > MAX_REST_MS ? new GraphFailure('throttled') : undefined;
  }
  return isNotCollected(error) ? error : undefined;
}

/** Each source is asked by the query of its name. */
async function readItems(reading: Reading, source: AccessSource): Promise<void> {
  await readListing(reading, sending(reading, source), (item) => reading.stage.access(readAccessFact(source, item)));
}

async function readSecurityDefaults(reading: Reading, source: AccessSource): Promise<void> {
  const answer = await reading.graph.get(sending(reading, source));
  noteAnswer(reading, answer);
  if (typeof answer.body['isEnabled'] !== 'boolean') throw new GraphFailure('unexpected-answer', { said: 'isEnabled' });
  await reading.stage.access(readAccessFact(source, answer.body));
}

/** Graph lists them for each holder alone. A holder that went meanwhile holds nothing. */
async function readAppPermissions(reading: Reading, source: AccessSource): Promise<void> {
  const { at, database, key, stage } = reading;
  const missed = at.access?.['service-principals']?.missed;
  if (missed !== null && missed !== undefined) throw new GraphFailure(missed.reason, missed.said === null ? {} : { said: missed.said });
  await stage.flush();
  await readById(
    reading,
    (after) => stagedServicePrincipals(database, key, after, PRINCIPAL_BATCH),
    async ({ objectId }) => {
      for (const item of await permissionsOf(reading, objectId)) await stage.access(readAccessFact(source, item));
    },
  );
}

async function permissionsOf(reading: Reading, principalId: string): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = [];
  let next: string | undefined = sending(reading, 'app-permissions', { principalId });
  try {
    while (next !== undefined) {
      const page = await reading.graph.page(next);
      noteAnswer(reading, page);
      items.push(...page.items);
      next = page.next;
    }
    return items;
  } catch (error) {
    if (error instanceof GraphFailure && error.code === 'not-found') return [];
    throw error;
  }
}
