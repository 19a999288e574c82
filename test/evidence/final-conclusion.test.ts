import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { evidenceRoutes } from '../../src/evidence/index.ts';
import { withInstants } from '../../src/evidence/shown-instant.ts';
import { type CanonicalValue, canonicalJson, DAY_MS, HOUR_MS, plusMs } from '../../src/kernel/index.ts';
import { installJobs } from '../../src/jobs/index.ts';
import { createIntegrator, logOrigin } from '../../src/ledger/index.ts';
import { createOutboundHttp, createSecretBox } from '../../src/platform/index.ts';
import { reconciliationRoutes } from '../../src/reconciliation/index.ts';
import { rosterRoutes } from '../../src/roster/index.ts';
import { answerOnce } from '../../src/workspace/index.ts';
import { connect, directoryDeps, simulatedTenant, user } from '../directory/simulated-tenant.ts';
import { startScim } from '../scim/scim-server.ts';
import { freshSigner } from '../support/fresh-signer.ts';
import { silentLog } from '../support/log.ts';
import { administrationServer } from '../support/loopback.ts';
import { saysItsFigures } from '../verifier/forged-findings.ts';
import { type Forgery, type Json, resealed } from '../verifier/resealed.ts';
import { verifyBoth } from '../verifier/verify-both.ts';
import { unzip } from './sealed-sample.ts';

const signer = freshSigner();
let files: Map<string, Buffer>;
let sealed: Json;
let vkey: string;

/** A final report on a period in which nobody left, of whom HR said anything: its latest word came a day before the end. */
beforeAll(async () => {
  const scim = await startScim();
  const { clock, database } = scim;
  await installJobs(scim.ownerUrl);
  const world = { db: scim, clock, close: () => scim.close() };
  const tenant = await simulatedTenant(world);
  const { workspaceId } = await scim.client();
  vkey = signer.forOrigin(logOrigin(workspaceId)).vkey;
  const integrator = createIntegrator({ database, clock, log: silentLog, signer });
  const once = answerOnce({ database, clock, log: silentLog });
  const directory = await connect(world, directoryDeps(world, tenant.url), await tenant.reader(['Directory.Read.All']), workspaceId);
  const server = await administrationServer({
    clock,
    workspaceId,
    routers: [
      rosterRoutes({
        database,
        clock,
        outbound: createOutboundHttp({ allowedOrigins: [] }),
        secretBox: createSecretBox(randomBytes(32)),
        answerOnce: once,
      }),
      reconciliationRoutes({ database, clock }),
      evidenceRoutes({ database, integrator, verifierSource: 'export {};\n', softwareVersion: '0.0.0' }),
    ],
  });
  const post = async (path: string, body: string | object, type = 'application/json'): Promise<Json> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': type }, body: text });
    if (response.status >= 300) throw new Error(`${path}: ${await response.text()}`);
    return await response.json();
  };
  const [periodStart, periodEnd] = [plusMs(clock.now(), -10 * DAY_MS), plusMs(clock.now(), DAY_MS)];
  await post('/policies', { slaHours: 24 });
  await tenant.createUsers([user('here')]);
  await post('/roster/imports?mode=import', 'employee_id,work_email,start_date,end_date\n1,here@contoso.example,2020-01-01,', 'text/csv');
  clock.advance(2 * DAY_MS);
  await directory.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const { id } = await post('/reports', { kind: 'final', periodStart, periodEnd });
  await post(`/reports/${id}/freeze`, {});
  sealed = await post(`/reports/${id}/seal`, {});
  const bundle = await fetch(`${server.url}/reports/${id}/bundle`);
  files = await unzip(new Uint8Array(await bundle.arrayBuffer()));
  await Promise.all([server.close(), directory.close(), tenant.close()]);
  await scim.close();
}, 120_000);

const textOf = (path: string) => files.get(path)?.toString('utf8') ?? '';
const verify = (given: ReadonlyMap<string, Buffer>, recompute = false) => verifyBoth(given, { vkeys: [vkey], recompute });
const leaversOf = (report: Json) => report.tests[0];

/** A forgery of whoever holds the key: what was frozen, its record, manifest and seal are made anew. */
function frozenAnew(change: (report: Json) => void, alter: (record: Json) => void = () => undefined): Map<string, Buffer> {
  let sha256 = '';
  const forgery: Forgery = {
    report: (report) => {
      change(report);
      const {
        createdAt: _at,
        createdBy: _by,
        frozen,
        responses: _responses,
        leavesOpen: _open,
        earlierSeals: _earlier,
        setAside: _setAside,
        actors: _actors,
        names: _names,
        ...content
      } = report;
      sha256 = createHash('sha256')
        .update(canonicalJson(content as CanonicalValue))
        .digest('hex');
      frozen.sha256 = sha256;
    },
    record: (leaf) => {
      if (leaf.type === 'report.frozen') leaf.detail.document = `sha256:${sha256}`;
      alter(leaf);
    },
  };
  return resealed(files, signer, forgery);
}

const passes = {
  conclusion: 'PASS',
  concludedBecause:
    'nobody left within the period, by HR’s roster (1 import), so that nothing was tested: 0 of 0 is no evidence that access ends in time. Nothing else failed or is in doubt.',
};

/** Says that the test about leavers passes, without a doubt. */
function withoutDoubts(report: Json): void {
  const test = leaversOf(Object.assign(report, passes));
  Object.assign(test, { verdict: 'PASS', doubts: [] });
  saysItsFigures(test);
}

describe('a final report on a period of which nobody knows who left', () => {
  it('is no pass, and names the doubts wherever it concludes (I9, I10)', async () => {
    const { conclusion, concludedBecause, findings, tests } = JSON.parse(textOf('report.json'));
    expect(sealed).toMatchObject({ conclusion: 'INSUFFICIENT' });
    expect(conclusion).toBe('INSUFFICIENT');
    expect(findings).toEqual([]);
    expect(tests[0]).toMatchObject({ id: 'terminated-people-are-deactivated', verdict: 'INSUFFICIENT' });
    const doubts: readonly string[] = tests[0].doubts.map(({ detail }: Json) => detail);
    expect(concludedBecause).toMatch(
      /^nobody is known to have left within the period, by HR’s roster \(1 import\), so that nothing was tested: 0 of 0 /,
    );
    expect(doubts[0]).toMatch(/^HR’s latest roster of everybody came at .*, before the period ended/);
    for (const doubt of doubts) {
      expect(concludedBecause).toContain(doubt);
      expect(textOf('report.html').split('<h1>')[0]).toContain(withInstants(doubt).html);
      expect(textOf('README.txt').replaceAll(/\s+/g, ' ')).toContain(doubt);
    }
    const [result] = JSON.parse(textOf('oscal/assessment-results.json'))['assessment-results'].results;
    expect(result.description).toContain(`INSUFFICIENT: ${concludedBecause}`);
    expect(result.findings[0]).toMatchObject({ target: { status: { state: 'not-satisfied', reason: 'other' } } });
    expect(result.findings[0].description).toContain(doubts[0]);
    expect((await verify(files, true)).problems).toEqual([]);
  });

  it.each([
    {
      name: 'another conclusion',
      change: (report: Json) => void Object.assign(report, passes),
      says: [/^the report concludes PASS; its findings, and the test about leavers, give INSUFFICIENT$/, /^the report says why/],
    },
    {
      name: 'a conclusion and a test that pass over the doubts',
      change: (report: Json) => void Object.assign(leaversOf(Object.assign(report, passes)), { verdict: 'PASS' }),
      says: [
        /^the test terminated-.* comes to PASS; its members and doubts give INSUFFICIENT$/,
        /^the report concludes PASS;/,
        /^the report says why/,
      ],
    },
    {
      name: 'no doubts',
      change: (report: Json) => withoutDoubts(report),
      says: [/leaves out the doubt roster-before-period-end: HR’s latest roster of everybody came at /],
    },
    {
      name: 'no roster and no doubt',
      change: (report: Json) => {
        withoutDoubts(report);
        report.sources.roster = [];
        report.concludedBecause = passes.concludedBecause.replace('1 import', '0 imports');
      },
      says: [/leaves out the doubt roster-never-imported: /],
    },
    {
      name: 'the test of another period',
      change: (report: Json) => void (leaversOf(report).period.to = leaversOf(report).period.from),
      says: [/is of another period than the report$/],
    },
    {
      name: 'no test about leavers',
      change: (report: Json) => void Object.assign(report, passes).tests.shift(),
      says: [
        /^the report lacks the test terminated-people-are-deactivated, by which it is concluded$/,
        /^the report has the tests directory-accounts-have-people, .*; there are terminated-people-are-deactivated, /,
      ],
    },
    {
      name: 'no tests at all',
      change: (report: Json) => void delete Object.assign(report, passes).tests,
      // What OSCAL says is not made anew of that.
      says: [
        /^report\.json cannot be read: tests is not a list$/,
        /concludes otherwise/,
        /tells of other figures/,
        /tells of other findings/,
        /tells of objectives/,
      ],
    },
    {
      name: 'leavers who passed, and whom it does not list',
      change: (report: Json) => {
        leaversOf(report).effects = { PASS: 3 };
        report.totals.leavers = 3;
      },
      says: [
        /counts 3 × PASS; the leavers that are listed are nobody$/,
        /^the totals count 3 leavers; 0 are listed$/,
        /^the totals are of \d+ employments; those that they tell apart are \d+$/,
        /says that 0 of 0 pass; its members give 3 of 3$/,
      ],
    },
    {
      name: 'kinder words',
      change: (report: Json) => void (report.concludedBecause = 'nothing failed.'),
      says: [/^the report says why it concludes so in other words/],
    },
    {
      name: 'what is said of many where nobody left',
      change: (report: Json) => void (report.concludedBecause = report.concludedBecause.replace(/^.* in time\. Nothing/, 'nothing')),
      says: [/^the report says why it concludes so in other words/],
    },
    {
      name: 'a format of nobody',
      change: (report: Json) => void Object.assign(report, passes, { format: 'rollcall-report/0' }),
      says: [/^the report is of a format that this verifier does not know$/],
    },
  ])('is found out when whoever holds the key gives it $name (I10)', async ({ change, says }) => {
    const { problems } = await verify(frozenAnew(change));
    expect(problems.map(({ detail }) => detail)).toEqual(says.map((each) => expect.stringMatching(each)));
  });

  it.each([
    {
      name: 'before its period was over',
      alter: (record: Json) => void (record.type === 'report.frozen' && (record.recorded_at = record.detail.period.start)),
      says: /^the report says what it is by the end of its period, and calls itself final; record \d+ \(report\.frozen\) was written before, at /,
    },
    {
      name: 'as another conclusion than it was sealed with',
      alter: (record: Json) => void (record.type === 'report.frozen' && (record.detail.conclusion = 'FAIL')),
      says: /^record \d+ \(report\.frozen\) tells otherwise of conclusion than report\.json$/,
    },
    {
      name: 'of another period',
      alter: (record: Json) => void (record.type === 'report.frozen' && (record.detail.period.end = record.detail.period.start)),
      says: /^record \d+ \(report\.frozen\) tells otherwise of the period than report\.json$/,
    },
  ])('is not final where the ledger has it frozen $name', async ({ alter, says }) => {
    const { problems } = await verify(frozenAnew(() => undefined, alter));
    expect(problems.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(says));
  });

  it('is found out by HR’s own records where the report’s roster was forged along with it (I9)', async () => {
    const forged = frozenAnew((report) => {
      withoutDoubts(report);
      report.sources.roster[0].toldAt = report.periodEnd;
    });
    expect((await verify(forged)).problems).toEqual([]);
    expect((await verify(forged, true)).problems.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(
        /leaves out the doubt roster-before-period-end: HR’s latest roster of everybody by record \d+ \(hr\.import\.completed\) came at \S+, before the period ended$/,
      ),
      expect.stringMatching(/^import \S+: toldAt is given as \S+; record \d+ \(hr\.import\.completed\) gives \S+$/),
    ]);
  });

  it('holds by the rule of the first format, and is told apart from one of today', async () => {
    const earlier = frozenAnew((report) => {
      Object.assign(report, { format: 'rollcall-report/1', conclusion: 'PASS' });
      delete report.concludedBecause;
    });
    expect(await verify(earlier)).toMatchObject({
      problems: [],
      report: {
        format: 'rollcall-report/1',
        conclusion: 'PASS',
        presently: expect.stringMatching(/^INSUFFICIENT: nothing failed.* Who left is in doubt: HR’s latest roster of everybody came at /),
      },
    });
  });

  it('is not proven of the first format with a conclusion that its findings do not give', async () => {
    const { problems } = await verify(frozenAnew((report) => void (report.format = 'rollcall-report/1')));
    expect(problems.map(({ detail }) => detail)).toEqual(['the report concludes INSUFFICIENT; its findings give PASS']);
  });
});
