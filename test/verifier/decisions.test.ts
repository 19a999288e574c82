import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { HOUR_MS } from '../../src/kernel/index.ts';
import { approveClassification, withdrawClassification } from '../../src/reconciliation/classify-account.ts';
import { approveException } from '../../src/reconciliation/decide-disposition.ts';
import { createOwner } from '../../src/workspace/index.ts';
import { user } from '../directory/simulated-tenant.ts';
import { type Json, resealed } from './resealed.ts';
import type { SealedLeavers } from './sealed-leavers.ts';
import { type SealingWorkspace, sealingWorkspace } from './sealing-workspace.ts';
import { verifyBoth } from './verify-both.ts';

const roster = [
  'employee_id,work_email,display_name,start_date,end_date,time_zone',
  '1,late@contoso.example,Lars Late,2020-01-01,2026-03-05,UTC',
  '2,here@contoso.example,Hedy Here,2020-01-01,,UTC',
].join('\n');

const APPROVER = 'Olive <b>Owner';

let sealed: Pick<SealedLeavers, 'files' | 'signer' | 'vkey'>;
beforeAll(async () => {
  sealed = await sealedDecisions();
}, 180_000);

/**
 * An exception of a leaver's finding that expired within the period; a printer and a mailbox that were classed, of which the one was withdrawn before the
 * period and the other within it; a scanner that still is; and a robot that was never approved.
 */
async function sealedDecisions(): Promise<typeof sealed> {
  const stage = await sealingWorkspace();
  const { at, bundleOf, client, clock, close, connected, database, post, signer, tenant, vkey } = stage;
  const deps = { database, clock };
  const { workspaceId } = client;
  const second = 'administrator:second';
  await post('/policies', { slaHours: 24 });
  await post('/roster/imports?mode=import', roster, 'text/csv');
  await tenant.createUsers(['late', 'here', 'printer', 'mailbox', 'scanner', 'robot'].map((name) => user(name)));
  const connection = await connected();
  await connection.sync();
  await post('/reconciliation/runs', {});
  const classed = await classer(stage);
  const printer = await classed('printer');
  await approveClassification(deps, workspaceId, { id: printer, actor: second });
  await withdrawClassification(deps, workspaceId, { id: printer, actor: second });

  at('2026-03-07T08:00:00.000Z');
  await connection.sync();
  await post('/reconciliation/runs', {});
  const mailbox = await classed('mailbox');
  await approveClassification(deps, workspaceId, { id: mailbox, actor: second });
  await approveClassification(deps, workspaceId, { id: await classed('scanner'), actor: second });
  await classed('robot');
  const expiresAt = '2026-03-08T08:00:00.000Z';
  const findingId = await findingOf(stage, 'late@contoso.example');
  const exception = await post('/dispositions', { findingId, kind: 'exception', reason: 'hands over', ticket: 'OPS-1', expiresAt });
  await approveException(deps, workspaceId, { id: exception.id, actor: await owner(stage, APPROVER) });
  clock.advance(HOUR_MS);
  await withdrawClassification(deps, workspaceId, { id: mailbox, actor: second });

  at('2026-03-09T08:00:00.000Z');
  await connection.sync();
  await post('/reconciliation/runs', {});
  clock.advance(HOUR_MS);
  await post('/reconciliation/runs', {});
  const periodStart = '2026-03-06T00:00:00.000Z';
  const files = await bundleOf(await post('/reports', { kind: 'interim', periodStart, periodEnd: clock.now() }));
  await close();
  return { files, signer, vkey };
}

/** As whom they act. */
async function owner({ client, clock, database }: SealingWorkspace, name: string): Promise<string> {
  return `owner:${(await createOwner({ database, clock }, client.workspaceId, { name })).id}`;
}

async function classer({ client, database, post }: SealingWorkspace): Promise<(name: string) => Promise<string>> {
  const { rows } = await database.query<{ name: string; id: string }>(
    `select split_part(account.user_principal_name, '@', 1) as name, account.account_id as id from directory_account as account
     where account.workspace_id = $1`,
    [client.workspaceId],
  );
  const { rows: people } = await database.query<{ id: string }>(
    `select person.id from person where person.workspace_id = $1 and person.employee_id = '2'`,
    [client.workspaceId],
  );
  return async (name) => {
    const accountId = rows.find((row) => row.name === name)?.id;
    const about = { system: 'directory', accountId, class: 'shared', ownerPersonId: people[0]?.id };
    return (await post('/account-classifications', { ...about, reason: `a ${name}`, expiresAt: '2027-03-01T00:00:00.000Z' })).id;
  };
}

async function findingOf({ client, database }: SealingWorkspace, email: string): Promise<string | undefined> {
  const { rows } = await database.query<{ id: string }>(
    `select finding.id from finding join person on person.workspace_id = finding.workspace_id and person.id = finding.person_id
     where finding.workspace_id = $1 and person.work_email = $2 and finding.closed_at is null`,
    [client.workspaceId, email],
  );
  return rows[0]?.id;
}

const textOf = (path: string) => sealed.files.get(path)?.toString('utf8') ?? '';

async function details(report?: (document: Json) => void): Promise<readonly string[]> {
  const files = report === undefined ? sealed.files : resealed(sealed.files, sealed.signer, { report });
  const { problems } = await verifyBoth(files, { vkeys: [sealed.vkey], recompute: true });
  return problems.map(({ detail }) => detail);
}

const ended = (decisions: Json) => decisions.find(({ reason }: Json) => reason === 'hands over');

describe('exceptions and exclusions that were in force since the period began', () => {
  it('are in report.json, those that ended within it too, with who asked, who approved and when they ended', () => {
    const { actors, decisions } = JSON.parse(textOf('report.json'));
    const nameOf = (actor: string) => actors.find((each: Json) => each.actor === actor)?.name ?? actor;
    expect(
      decisions.map(({ reason, endedBecause, approvedBy }: Json) => `${reason}, ${endedBecause}, ${nameOf(approvedBy)}`).sort(),
    ).toEqual(['a mailbox, withdrawn, administrator:second', 'a scanner, null, administrator:second', `hands over, expired, ${APPROVER}`]);
    expect(ended(decisions)).toMatchObject({
      kind: 'exception',
      person: { displayName: 'Lars Late' },
      ticket: 'OPS-1',
      approvedAt: expect.stringMatching(/^2026-03-07T08:/),
      endedAt: expect.stringMatching(/^2026-03-09T08:/),
    });
  });

  it('stand in exceptions.csv and on the page, each once', () => {
    const rows: Record<string, string>[] = parse(textOf('exceptions.csv'), { columns: true });
    expect(rows.map(({ kind, reason, ended_because: because }) => `${kind}, ${reason}, ${because}`).sort()).toEqual([
      'exception, hands over, expired',
      'exclusion, a mailbox, withdrawn',
      'exclusion, a scanner, ',
    ]);
    const page = textOf('report.html');
    expect(page).toContain('Exceptions and exclusions (3)');
    expect(page).toContain('beside no finding of this report (2)');
    expect(page).toContain('hands over (OPS-1)');
    expect(page).toMatch(/when it expired/);
    expect(page.replaceAll('<wbr>', '')).toMatch(/<bdi>Olive &#60;b&#62;Owner<\/bdi><br><small><code>owner:[0-9a-f-]{36}<\/code>/);
  });

  it('hold against their records', async () => {
    expect(await details()).toEqual([]);
  });

  it.each([
    {
      name: 'one that is left out',
      report: (report: Json) => void (report.decisions = report.decisions.filter(({ endedAt }: Json) => endedAt === null)),
      says: /^record \d+ \(disposition\.approved\) tells of what was in force since the period began, and it is not listed$/,
    },
    {
      name: 'one that nobody approved',
      report: ({ decisions }: Json) => void decisions.push({ ...ended(decisions), id: '01a207b9-8e8c-70e5-91e8-aeb9e1593098' }),
      says: /^exception 01a207b9-8e8c-70e5-91e8-aeb9e1593098: no record tells that it was approved$/,
    },
    {
      name: 'another who approved it',
      report: ({ decisions }: Json) => void (ended(decisions).approvedBy = 'administrator:third'),
      says: /^exception \S+: approvedBy is given as "administrator:third"; record \d+ \(disposition\.approved\) gives "owner:[0-9a-f-]{36}"$/,
    },
    {
      name: 'another reason',
      report: ({ decisions }: Json) => void (ended(decisions).reason = 'works on'),
      says: /^exception \S+: reason is given as "works on"; record \d+ \(disposition\.requested\) gives "hands over"$/,
    },
    {
      name: 'no end',
      report: ({ decisions }: Json) => void Object.assign(ended(decisions), { endedAt: null, endedBecause: null }),
      says: /^exception \S+: endedAt is given as null; record \d+ \(disposition\.expired\) gives "2026-03-09T08:\S+Z"$/,
    },
    {
      name: 'another class beside a finding',
      report: ({ findings }: Json) => void (findings.find(({ exclusion }: Json) => exclusion !== null).exclusion.class = 'service'),
      says: /^finding \S+, what is decided about it: class is given as "service"; record \d+ \(account\.classification\.requested\) gives "shared"$/,
    },
    {
      name: 'another name of whoever approved it',
      report: ({ actors }: Json) => void (actors.find(({ name }: Json) => name === APPROVER).name = 'Eve'),
      says: /^owner:\S+ is called "Eve"; record \d+ \(owner\.created\) discloses "Olive <b>Owner"$/,
    },
    {
      name: 'no list at all',
      report: (report: Json) => void delete report.decisions,
      says: /^they cannot be compared: decisions is not a list$/,
    },
  ])('are found out with $name', async ({ report, says }) => {
    expect(await details(report)).toContainEqual(expect.stringMatching(says));
  });
});
