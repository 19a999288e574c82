import { afterEach, describe, expect, it } from '@jest/globals';
import { checkTable } from '../../src/app/scim-check/check-table.ts';
import { dialectNames } from '../../src/app/scim-check/dialects.ts';
import { type CheckReport, runChecks } from '../../src/app/scim-check/run-checks.ts';
import { createOutboundHttp } from '../../src/platform/index.ts';
import { type Fault, type ScimCheckDouble, startDouble } from './scim-check-double.ts';
import { plantedFaults } from './scim-check-faults.ts';

let double: ScimCheckDouble;

afterEach(() => double.close());

/** All checks, or those named. */
async function check(fault?: Fault, ids?: readonly string[]): Promise<CheckReport> {
  double = await startDouble(fault);
  return runChecks({
    baseUrl: double.url,
    token: double.token,
    checks: checkTable.filter(({ id }) => ids?.includes(id) ?? true),
    dialects: dialectNames,
    extraTargets: [],
    http: createOutboundHttp({ allowedOrigins: [double.url] }),
    timeoutMs: 10_000,
    stopping: new AbortController().signal,
  });
}

describe('a server without a fault', () => {
  it('passes every check but the one that only Entra can make', async () => {
    const report = await check();
    const other = report.results.filter(({ outcome }) => outcome !== 'PASSED');
    expect(other).toEqual([expect.objectContaining({ name: 'Federated_Identity', outcome: 'SKIPPED' })]);
    expect(report).toMatchObject({ passed: true, stopped: null, left: [] });
  });

  it('is left as it was found, and what was its own is untouched', async () => {
    await check();
    expect([...double.resources.Users.keys()]).toEqual(['own-user']);
    expect([...double.resources.Groups.values()]).toEqual([expect.objectContaining({ id: 'own-group', members: [{ value: 'own-user' }] })]);
    expect(double.seen.filter(({ method, path }) => method !== 'GET' && path.includes('own-'))).toEqual([]);
  });
});

describe('a server that', () => {
  it.each(plantedFaults)('$name fails $breaks', async ({ fault, breaks }) => {
    const { results } = await check(fault, breaks);
    const failed = results.filter(({ outcome }) => outcome === 'FAILED');
    expect([...new Set(failed.map(({ id }) => id))]).toEqual(breaks);
    for (const { expected, came, means } of failed) expect([expected, came, means]).not.toContain('');
  });

  it('has every fault of the table fails every check that can be made', () => {
    const broken = new Set(plantedFaults.flatMap(({ breaks }) => breaks));
    expect(checkTable.filter(({ id }) => !broken.has(id)).map(({ name }) => name)).toEqual(['Federated_Identity']);
  });
});
