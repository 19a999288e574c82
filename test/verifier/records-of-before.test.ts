import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { user } from '../directory/simulated-tenant.ts';
import { recount } from './forged-findings.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

type Files = Map<string, Buffer>;

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone,site,worker_type',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC,Berlin,employee',
  '2,here@contoso.example,Hedy Here,2020-01-01,,UTC,Berlin,contractor',
  '3,new@contoso.example,Nina New,soon,,UTC,Berlin,employee',
].join('\n');

let workspace: SealingWorkspace;
/** A leaver whose account is enabled still, and a contractor without an end. A look lies before the period; after the run the directory was looked at once more. */
let sealed: Files;
/** The same, once two people had said that the account is not the leaver's. */
let decided: Files;

beforeAll(async () => {
  workspace = await sealingWorkspace();
  const { at, clock, connected, post, tenant } = workspace;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import&allowRejected=true', roster, 'text/csv');
  await tenant.createUsers(['late', 'here'].map((name) => user(name)));
  const connection = await connected();
  await connection.sync();
  at('2026-03-08T08:00:00.000Z');
  await connection.sync();
  clock.advance(HOUR_MS);
  await connection.sync();
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  clock.advance(HOUR_MS);
  await connection.sync();
  sealed = await reported();
  await takeAccount();
  decided = await reported();
}, 180_000);
afterAll(() => workspace.close());

async function reported(): Promise<Files> {
  const { bundleOf, clock, post } = workspace;
  return bundleOf(await post('/reports', { kind: 'interim', periodStart: '2026-03-07T00:00:00.000Z', periodEnd: clock.now() }));
}

/** No run has judged since. */
async function takeAccount(): Promise<void> {
  const { client, clock, database, post } = workspace;
  clock.advance(HOUR_MS);
  const { rows } = await database.query<{ personId: string; accountId: string }>(
    `select person.id as "personId", link.account_id as "accountId"
     from person join account_link as link on link.workspace_id = person.workspace_id and link.person_id = person.id and link.ended_at is null
     where person.workspace_id = $1 and person.employee_id = '1'`,
    [client.workspaceId],
  );
  const { id } = await post('/account-links', { ...rows[0], system: 'directory', action: 'unlink', reason: 'it is a namesake’s' });
  await approveLink({ database, clock }, client.workspaceId, { id, actor: 'administrator:second' });
}

async function problemsOf(files: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  const { problems } = await verifyBoth(files, { vkeys: [workspace.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

const found = (forgery: Forgery) => problemsOf(resealed(sealed, workspace.signer, forgery));

it('believes a reading of the audit log that came after the as-of', async () => {
  const { asOf, sources } = JSON.parse(sealed.get('report.json')?.toString('utf8') ?? '');
  expect(sources.directories[0]).toMatchObject({ isAudited: true, lastLookAt: expect.stringMatching(/^2026-03-08T09:/) });
  expect(asOf).toMatch(/^2026-03-08T10:/);
  expect(await problemsOf(sealed)).toEqual([]);
});

it('asks the readings of the period, although a look of before told nothing of its own', async () => {
  const record = ({ detail, recorded_at: at, type }: Json) => {
    if (type !== 'graph.sync.completed') return;
    if (at < '2026-03-07') delete detail.audits;
    else detail.audits = null;
  };
  expect(await found({ record })).toContainEqual(
    expect.stringMatching(
      /^connection \S+: its audit log is said to have been read throughout; the records of its looks tell of no reading/,
    ),
  );
});

it('counts in a test an account that a human took since the run judged it', async () => {
  const report = JSON.parse(decided.get('report.json')?.toString('utf8') ?? '');
  const test = report.tests.find(({ id }: Json) => id === 'directory-accounts-have-people');
  expect(report.findings.some(({ verdict }: Json) => verdict === 'TERMINATED_ACTIVE_DIR')).toBe(true);
  expect(test.effects.FAIL).toBe(1);
  expect(await problemsOf(decided)).toEqual([]);
});

it('misses in a test an account that was taken once the run had judged it', async () => {
  const report = (document: Json) => recount(document, 'directory-accounts-have-people', { FAIL: -1 });
  expect(await problemsOf(resealed(decided, workspace.signer, { report }))).toContainEqual(
    expect.stringMatching(
      /^the test directory-accounts-have-people counts 0 × FAIL; of the accounts of findings, and of those that vanished, 1 are$/,
    ),
  );
});

describe('records of before a member was recorded', () => {
  const rows: readonly { readonly name: string; readonly forgery: Forgery }[] = [
    {
      name: 'for which stretch a look read the audit log',
      forgery: { record: ({ detail, type }) => void (type === 'graph.sync.completed' && delete detail.audits) },
    },
    {
      name: 'of which kind a look was, when it was made and what it asked',
      forgery: {
        report: ({ sources }) => {
          for (const asked of sources.directories[0].requests) Object.assign(asked, { sha256: null, queries: null });
        },
        record: (record) => {
          if (record.type !== 'graph.sync.completed') return;
          delete record.detail.kind;
          delete record.detail.queries_sha256;
          delete record.observed;
        },
      },
    },
    {
      name: 'what was wrong with the rows of a roster',
      forgery: { record: ({ detail, type }) => void (type === 'hr.import.completed' && delete detail.rejections_sha256) },
    },
    {
      name: 'by which mapping a roster was read',
      forgery: { record: ({ detail, type }) => void (type === 'hr.import.completed' && delete detail.mapping_record) },
    },
    {
      name: 'at which site somebody works, and of which kind they are',
      forgery: {
        record: ({ after, type }) => {
          if (!String(type).startsWith('hr.period.') || after === undefined) return;
          delete after.site;
          delete after.worker_type;
        },
      },
    },
  ];

  it.each(rows)('leave to the report: $name', async ({ forgery }) => {
    expect(await found(forgery)).toEqual([]);
  });
});
