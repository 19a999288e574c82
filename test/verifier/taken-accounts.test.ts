import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { approveLink } from '../../src/reconciliation/approve-link.ts';
import { approveClassification } from '../../src/reconciliation/classify-account.ts';
import { decide, sentenceOf } from '../../src/verdict/index.ts';
import type { Verification } from '../../src/verifier/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Forgery, type Json, resealed } from './resealed.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

type Sealed = Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,barred@contoso.example,Bea Barred,2020-01-01,2026-03-05,UTC',
  '2,moved@contoso.example,Moe Moved,2020-01-01,2026-03-05,UTC',
  '3,classed@contoso.example,Clara Classed,2020-01-01,2026-03-05,UTC',
  '4,waits@contoso.example,Walt Waits,2020-01-01,2026-03-05,UTC',
  '5,here@contoso.example,Hedy Here,2020-01-01,,UTC',
  '6,eve@contoso.example,Eve Early,2020-01-01,2026-03-08,UTC',
].join('\n');

const REASON = 'it is a namesake’s';

/** Four people who left with their accounts enabled, and what was decided of the accounts after the deadline: the last decision waits. A fifth lost hers on the eve of the end. */
async function sealedTaken(): Promise<Sealed> {
  const stage = await sealingWorkspace();
  const { at, bundleOf, clock, close, connected, post, signer, tenant, vkey } = stage;
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  await tenant.createUsers(['barred', 'moved', 'classed', 'waits', 'eve'].map((name) => user(name)));
  const connection = await connected();
  await connection.sync();
  await post('/reconciliation/runs', {});
  await barOnTheEve(stage);
  at('2026-03-09T08:00:00.000Z');
  await connection.sync();
  await post('/reconciliation/runs', {});
  await decideAll(stage);
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const periodStart = '2026-03-01T00:00:00.000Z';
  const files = await bundleOf(await post('/reports', { kind: 'interim', periodStart, periodEnd: clock.now() }));
  await close();
  return { files, signer, vkey };
}

/** Who asks, and by what; and a second person. */
async function deciding({ client: { workspaceId }, clock, database, post }: SealingWorkspace) {
  const deps = { database, clock };
  const { rows } = await database.query<{ name: string; personId: string; accountId: string }>(
    `select split_part(person.work_email, '@', 1) as name, person.id as "personId", link.account_id as "accountId"
     from person left join account_link as link on link.workspace_id = person.workspace_id and link.person_id = person.id and link.ended_at is null
     where person.workspace_id = $1`,
    [workspaceId],
  );
  const of = (name: string) => rows.find((row) => row.name === name);
  const ask = (account: string, action: 'link' | 'unlink', person = account) =>
    post('/account-links', {
      personId: of(person)?.personId,
      system: 'directory',
      accountId: of(account)?.accountId,
      action,
      reason: REASON,
    });
  return { of, ask, approve: (id: string) => approveLink(deps, workspaceId, { id, actor: SECOND }) };
}

const SECOND = 'administrator:second';

async function barOnTheEve(stage: SealingWorkspace): Promise<void> {
  const { ask, approve } = await deciding(stage);
  await approve((await ask('eve', 'unlink')).id);
  await stage.post('/reconciliation/runs', {});
}

async function decideAll(stage: SealingWorkspace): Promise<void> {
  const { ask, approve, of } = await deciding(stage);
  const { client, clock, database, post } = stage;
  await approve((await ask('barred', 'unlink')).id);
  await approve((await ask('moved', 'link', 'here')).id);
  const classification = await post('/account-classifications', {
    system: 'directory',
    accountId: of('classed')?.accountId,
    class: 'shared',
    ownerPersonId: of('here')?.personId,
    reason: REASON,
    expiresAt: '2027-03-01T00:00:00.000Z',
  });
  await approveClassification({ database, clock }, client.workspaceId, { id: classification.id, actor: SECOND });
  await ask('waits', 'unlink');
}

let sealed: Sealed;
beforeAll(async () => {
  sealed = await sealedTaken();
}, 180_000);

const textOf = (path: string) => sealed.files.get(path)?.toString('utf8') ?? '';

async function forged(forgery: Forgery): Promise<readonly string[]> {
  const verification = await verify(resealed(sealed.files, sealed.signer, forgery));
  return verification.problems.map(({ detail }) => detail);
}

async function verify(files: ReadonlyMap<string, Buffer>): Promise<Verification> {
  return await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
}

function findingOf(report: Json, name: string): Json {
  return report.findings.find(({ person }: Json) => person?.displayName === name);
}

describe('a report on leavers of whom accounts were taken by hand', () => {
  it('names each account with who decided it, beside a verdict that is no better for it', () => {
    const report = JSON.parse(textOf('report.json'));
    const told = ['Bea Barred', 'Moe Moved', 'Clara Classed', 'Walt Waits', 'Eve Early'].map((name) => {
      const { rule, systems } = findingOf(report, name);
      const { standing, taken } = systems.find(({ accountId, system }: Json) => system === 'directory' && accountId !== null);
      return `${rule} ${standing} ${taken?.because ?? 'not taken'} ${taken?.approvedBy ?? 'by nobody'} ${taken?.reason ?? ''}`.trim();
    });
    expect(told).toEqual([
      `X06 barred barred administrator:second ${REASON}`,
      `X06 barred moved administrator:second ${REASON}`,
      `L03 classed classed administrator:second ${REASON}`,
      'L03 linked not taken by nobody',
      `L10 released barred administrator:second ${REASON}`,
    ]);
  });

  it('lists them all in report.json, exceptions.csv and on the page, what waits included', () => {
    const { takenAccounts } = JSON.parse(textOf('report.json'));
    const shown = takenAccounts.map(({ because, person, takenAt }: Json) => `${because} ${person.displayName} ${takenAt !== null}`);
    expect(shown.sort()).toEqual([
      'barred Bea Barred true',
      'barred Eve Early true',
      'barred Walt Waits false',
      'classed Clara Classed true',
      'moved Moe Moved true',
    ]);
    const rows: Record<string, string>[] = parse(textOf('exceptions.csv'), { columns: true });
    expect(rows.map(({ kind, name, approved_by }) => `${kind} ${name} ${approved_by}`).sort()).toEqual([
      'barred Bea Barred administrator:second',
      'barred Eve Early administrator:second',
      'barred Walt Waits ',
      'classed Clara Classed administrator:second',
      'exclusion  administrator:second',
      'moved Moe Moved administrator:second',
    ]);
    const page = textOf('report.html');
    expect(page).toContain('Accounts taken from people by hand (5)');
    expect(page).toContain(
      'Of the leavers’ accounts, 2 were taken from them by hand after the end and not counted, and 1 classed as nobody’s own since and counted.',
    );
    expect(page).toContain('not yet: it waits for a second person');
    expect(textOf('README.txt')).toContain('makes no failure a pass');
  });

  it('verifies, and what was taken is held to the records', async () => {
    const { problems, steps } = await verify(sealed.files);
    expect(problems).toEqual([]);
    expect(steps.map(({ name }) => name)).toContain(
      'recomputed: 5 of 5 accounts that were taken from people by hand, by the records of matching, are listed',
    );
  });

  it('does not verify where one of them is left out', async () => {
    const report = (document: Json) => {
      document.takenAccounts = document.takenAccounts.filter(({ because }: Json) => because !== 'classed');
    };
    expect(await forged({ report })).toEqual([
      expect.stringMatching(/^record \d+ \(match\.unlinked\) says that a directory account was classed, and the report does not list it$/),
    ]);
  });

  it('does not verify where the doubt is left out of a verdict, whatever else agrees with it', async () => {
    const report = (document: Json) => {
      const finding = findingOf(document, 'Bea Barred');
      finding.vector.match = 'ONE';
      const decision = decide(finding.vector);
      const sentence = sentenceOf(decision, {
        vector: finding.vector,
        directory: [],
        scim: [],
        taken: { barred: 1, classed: 0, released: 0 },
      });
      Object.assign(finding, decision.primary, { all: decision.all, sentence });
    };
    expect(await forged({ report })).toContainEqual(
      expect.stringContaining('its match is given as ONE; the accounts that were taken from the person give DISOWNED'),
    );
  });

  it.each(['Bea Barred', 'Moe Moved'])(
    'does not verify where the line of what was taken from %s is left out, whatever else agrees with it',
    async (name) => {
      const report = (document: Json) => {
        const finding = findingOf(document, name);
        finding.systems = finding.systems.filter(({ standing }: Json) => standing !== 'barred');
        finding.vector.match = 'ONE';
        const decision = decide(finding.vector);
        const sentence = sentenceOf(decision, { vector: finding.vector, directory: [], scim: [] });
        Object.assign(finding, decision.primary, { all: decision.all, sentence });
      };
      const { takenAccounts, findings } = JSON.parse(textOf('report.json'));
      const { accountId, takenAt } = takenAccounts.find(({ person }: Json) => person.displayName === name);
      const { id } = findings.find(({ person }: Json) => person?.displayName === name);
      expect(await forged({ report })).toContain(
        `finding ${id}: it does not list the directory account ${accountId}, which was taken from the person at ${takenAt}`,
      );
    },
  );

  it.each([
    {
      what: 'calls an account that outlasted the deadline taken before the end',
      change: (document: Json) =>
        release(findingOf(document, 'Walt Waits'), { by: document.findings[0].id, at: '2026-03-01T08:00:00.000Z' }),
      says: [
        /^finding \S+: nothing shows that the directory account \S+ was taken from the person by two people before the end$/,
        /no record says that/,
      ],
    },
    {
      what: 'calls it so before the period, where only records can say',
      change: (document: Json) =>
        release(findingOf(document, 'Walt Waits'), { by: document.findings[0].id, at: '2026-02-01T08:00:00.000Z' }),
      says: [/^finding \S+: no record says that the directory account \S+ was taken from the person$/],
    },
    {
      what: 'calls what was taken after the end taken before it',
      change: (document: Json) => release(findingOf(document, 'Bea Barred'), {}),
      says: [/nothing shows that/],
    },
  ])('does not verify where it $what', async ({ change, says }) => {
    const found = await forged({ report: change });
    for (const each of says) expect(found).toContainEqual(expect.stringMatching(each));
  });
});

/** Has nothing judged by the directory account of a finding, and all else agree with that. */
function release(finding: Json, taken: Json): void {
  for (const system of finding.systems.filter(({ accountId }: Json) => accountId !== null))
    Object.assign(system, {
      standing: 'released',
      timing: null,
      judged: null,
      taken: {
        because: 'barred',
        requestedBy: 'administrator:one',
        requestedAt: '2026-02-01T08:00:00.000Z',
        approvedBy: SECOND,
        approvedAt: '2026-02-01T08:00:00.000Z',
        reason: REASON,
        ...system.taken,
        ...taken,
      },
    });
  Object.assign(finding.vector, { match: 'ONE', directory: 'NEVER', directoryTiming: 'NO_ACCOUNT' });
  const decision = decide(finding.vector);
  const sentence = sentenceOf(decision, { vector: finding.vector, directory: [], scim: [], taken: { barred: 0, classed: 0, released: 1 } });
  Object.assign(finding, decision.primary, { all: decision.all, sentence });
}
