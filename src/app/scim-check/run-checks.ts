import type { OutboundHttp } from '../../platform/index.ts';
import { type Check } from './check.ts';
import { CheckFailure, CheckSkipped, RunStopped } from './check-failure.ts';
import { createdResources } from './created-resources.ts';
import { type DeclaredSchemas, declaredSchemas } from './declared-schemas.ts';
import { type DialectName, dialects } from './dialects.ts';
import { type Probe, runNames } from './probe.ts';
import { objectsOf } from './resource.ts';
import { createScimPeer, described, type ScimPeer } from './scim-peer.ts';

export interface CheckRun {
  readonly baseUrl: string;
  readonly token: string;
  readonly checks: readonly Check[];
  readonly dialects: readonly DialectName[];
  readonly extraTargets: readonly string[];
  readonly http: OutboundHttp;
  /** For one request. */
  readonly timeoutMs: number;
  /** Aborted when the run is to end; its reason, as text, is shown. What was created is removed all the same. */
  readonly stopping: AbortSignal;
  /** Called as each check ends. */
  readonly onResult?: (result: CheckResult) => void;
}

export interface CheckResult {
  readonly id: string;
  readonly name: string;
  /** Null where the check is the same in both. */
  readonly dialect: DialectName | null;
  readonly mandatory: boolean;
  readonly outcome: 'PASSED' | 'FAILED' | 'SKIPPED';
  /** Of a failed one. */
  readonly expected?: string;
  readonly came?: string;
  readonly means?: string;
  /** Of a skipped one. */
  readonly because?: string;
}

export interface CheckReport {
  readonly results: readonly CheckResult[];
  /** No mandatory check failed, one passed at least, and the run came to its end. */
  readonly passed: boolean;
  /** Why nothing, or not everything, was checked. */
  readonly stopped: string | null;
  /** What could not be removed from the server, in words. */
  readonly left: readonly string[];
}

/** Removal goes on after the run was ended, for so long. */
const REMOVAL_MS = 120_000;

/** Runs the checks one after another, each on resources of its own that it removes again. */
export async function runChecks(run: CheckRun): Promise<CheckReport> {
  const peer = createScimPeer(run);
  const unreachable = await whyUnreachable(peer, run.stopping);
  if (unreachable !== undefined) return { results: [], passed: false, stopped: unreachable, left: [] };
  const tools: ProbeTools = {
    extraTargets: run.extraTargets,
    schemas: onlyOnce(() => readSchemas(peer)),
    newName: runNames(),
    send: peer.send,
  };
  const results: CheckResult[] = [];
  const left: string[] = [];
  for (const one of planned(run)) {
    const result = await runThenRemove(one, tools, run, left);
    results.push(result);
    run.onResult?.(result);
  }
  const stopped = run.stopping.aborted ? String(run.stopping.reason) : null;
  const outcomes = new Set(results.map(({ outcome, mandatory }) => (outcome === 'FAILED' && !mandatory ? 'failed optional' : outcome)));
  const passed = stopped === null && outcomes.has('PASSED') && !outcomes.has('FAILED');
  return { results, passed, stopped, left };
}

interface PlannedCheck {
  readonly check: Check;
  readonly dialect: DialectName;
}

function planned(run: CheckRun): readonly PlannedCheck[] {
  return run.checks.flatMap((check) => {
    const [first] = run.dialects;
    if (check.dialects === 'once') return first === undefined ? [] : [{ check, dialect: first }];
    return run.dialects.filter((dialect) => check.dialects === 'each' || check.dialects === dialect).map((dialect) => ({ check, dialect }));
  });
}

/** Adds to `left` what could not be removed. A peer of its own removes, which the operator's Ctrl-C does not stop. */
async function runThenRemove(planned: PlannedCheck, tools: ProbeTools, run: CheckRun, left: string[]): Promise<CheckResult> {
  const created = createdResources();
  try {
    return await runOne(planned.check, { ...tools, dialect: dialects[planned.dialect], created }, run);
  } finally {
    left.push(...(await created.remove(createScimPeer({ ...run, stopping: AbortSignal.timeout(REMOVAL_MS) }))));
  }
}

type ProbeTools = Omit<Probe, 'created' | 'dialect'>;

async function runOne(check: Check, probe: Probe, run: CheckRun): Promise<CheckResult> {
  const { id, name, mandatory } = check;
  const row = { id, name, dialect: check.dialects === 'once' ? null : probe.dialect.name, mandatory };
  try {
    if (run.stopping.aborted) throw new RunStopped();
    await check.run(probe);
    return { ...row, outcome: 'PASSED' };
  } catch (error) {
    if (error instanceof RunStopped) return { ...row, outcome: 'SKIPPED', because: String(run.stopping.reason) };
    if (error instanceof CheckSkipped) return { ...row, outcome: 'SKIPPED', because: error.message };
    if (!(error instanceof CheckFailure)) throw error;
    return { ...row, outcome: 'FAILED', expected: error.expected, came: error.came, means: check.otherwise };
  }
}

/** Before anything is created: a server that cannot be read at all fails every check for one reason, which is said once. */
async function whyUnreachable(peer: ScimPeer, stopping: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await peer.send({ method: 'GET', path: '/Users?startIndex=1&count=1' });
    if (answer.status === 401 || answer.status === 403) return `the token is not accepted (${described(answer)})`;
    if (answer.status >= 300) return `there is no SCIM service at this address (${described(answer)})`;
    return undefined;
  } catch (error) {
    if (error instanceof CheckFailure) return `the address does not answer (${error.came})`;
    if (error instanceof RunStopped) return String(stopping.reason);
    throw error;
  }
}

async function readSchemas(peer: ScimPeer): Promise<DeclaredSchemas | undefined> {
  const { status, body } = await peer.send({ method: 'GET', path: '/Schemas' });
  const schemas = objectsOf(body['Resources']);
  return status === 200 && schemas.length > 0 ? declaredSchemas(schemas) : undefined;
}

function onlyOnce<T>(read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= read();
    return kept;
  };
}
