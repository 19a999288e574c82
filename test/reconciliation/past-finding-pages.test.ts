import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, type WorkspaceId } from '../../src/kernel/index.ts';
import type { Page } from '../../src/platform/index.ts';
import { listPastFindings, MOST_PASSED } from '../../src/reconciliation/past-finding-page-read-model.ts';
import type { PastMoment } from '../../src/reconciliation/past-moment-read-model.ts';
import { type Effect, effects } from '../../src/verdict/index.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { pagesTouched } from '../support/pages-touched.ts';
import { insertWorkspace } from '../support/workspace.ts';
import { NOW } from './facts.ts';

const PAGE = 20;
const RUN = 500;

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
  // What is counted is the same whether or not it comes by in between.
  for (const table of ['finding', 'finding_version']) await db.owner.query(`alter table ${table} set (autovacuum_enabled = false)`);
});
afterAll(() => db.drop());

const moment: PastMoment = {
  at: NOW,
  run: { id: newId<'reconciliation-run'>(NOW), ord: RUN, asOf: NOW, recordedAt: NOW, timeZone: 'UTC' },
};

interface History {
  readonly findings: number;
  /** What each has said, one word after the other and each for two runs; the last is what it says today. */
  readonly words: number;
  /** The run that came to the first of them. */
  readonly since: (number: string) => string;
  /** Whether each word says another effect and another end than the one before. */
  readonly isVaried?: boolean;
}

/** A third of the findings fail, a third pass, a third are well; every thirtieth has something wrong with a role. */
async function workspaceWith({ findings, isVaried = false, since, words }: History): Promise<WorkspaceId> {
  const workspaceId = await insertWorkspace(db.owner, NOW);
  const said = (run: string) => {
    const turn = isVaried ? `(unit.n + ${run})` : 'unit.n';
    return `
      'S16', 'CONSISTENT_ACTIVE', case ${turn} % 3 when 0 then 'FAIL' when 1 then 'PASS' else 'OK' end,
      case when unit.n % 30 = 0 then 'INSUF' end, '[]', '{"classification": "HUMAN"}', '[]',
      case when unit.n % 2 = 0 then timestamptz '2026-01-01' + ${turn} % 50 * interval '1 hour' end, '', '{}', '{}'`;
  };
  const columns = `unit_kind, unit_id, rule, verdict, effect, role_effect, all_rules, vector, systems, end_earliest, sentence, evidence, own_records, opened_at`;
  await db.owner.query(
    `with unit as (
       select n, ${since('n')} + 2 * ($3::integer - 1) as last, gen_random_uuid() as id from generate_series(1, $2::integer) as n
     ), present as (
       insert into finding (workspace_id, id, ${columns}, digest, changed_at, last_run_id, since_run)
       select $1, unit.id, 'account', gen_random_uuid(), ${said('unit.last')}, now(), '', now(), gen_random_uuid(), unit.last from unit
     )
     insert into finding_version (workspace_id, id, ${columns}, since_run, until_run)
     select $1, unit.id, 'account', unit.id, ${said('run')}, now(), run, run + 2
     from unit
     cross join generate_series(unit.last - 2 * ($3::integer - 1), unit.last - 2, 2) as run`,
    [workspaceId, findings, words],
  );
  return workspaceId;
}

const touched = (workspaceId: WorkspaceId, asked: readonly Effect[]) =>
  pagesTouched(db.database, (tx) => listPastFindings(tx, workspaceId, { effects: asked, after: undefined, limit: PAGE, moment }));

async function everyPage(workspaceId: WorkspaceId, asked: readonly Effect[], limit: number) {
  const [sizes, seen]: [number[], string[]] = [[], []];
  for (let page: Page = { after: undefined, limit }; ; ) {
    const { next, rows } = await db.database.transaction((tx) => listPastFindings(tx, workspaceId, { effects: asked, moment, ...page }));
    sizes.push(rows.length);
    seen.push(...rows.map(({ id }) => id));
    if (next === null) return { sizes, seen };
    page = { after: next, limit };
  }
}

/** What was said then, told by the statement that nobody could ask of many. */
async function saidThen(workspaceId: WorkspaceId, asked: readonly Effect[]): Promise<readonly string[]> {
  const { rows } = await db.owner.query<{ id: string }>(
    `select said.id
     from (
       select finding.id, finding.effect, finding.role_effect, finding.end_earliest from finding
       where finding.workspace_id = $1 and finding.closed_at is null and finding.since_run <= $3
       union all
       select version.id, version.effect, version.role_effect, version.end_earliest from finding_version as version
       where version.workspace_id = $1 and version.since_run <= $3 and version.until_run > $3
     ) as said
     where said.effect = any ($2) or said.role_effect = any ($2)
     order by said.effect in ('OK', 'INFO'), said.end_earliest nulls last, said.id`,
    [workspaceId, asked, RUN],
  );
  return rows.map(({ id }) => id);
}

const queries: readonly (readonly Effect[])[] = [effects, ['FAIL'], ['INSUF', 'FAIL'], ['OK'], ['WARN']];
const spread = (n: string) => `(${n} * 7) % ${2 * RUN}`;

describe('pages of findings as of a past instant', () => {
  it.each(queries.map((asked) => ({ asked })))('of $asked hold each finding once, in the order of the list', async ({ asked }) => {
    const workspaceId = await workspaceWith({ findings: 1_500, words: 3, since: spread, isVaried: true });
    const expected = await saidThen(workspaceId, asked);
    expect(expected.length > 0).toBe(asked[0] !== 'WARN');
    expect((await everyPage(workspaceId, asked, 40)).seen).toEqual(expected);
  });

  it.each(queries.map((asked) => ({ asked })))('of $asked cost the same however much each finding has said', async ({ asked }) => {
    const since = (words: number) => () => `${RUN} - 2 * ${words} / 2`;
    const few = await touched(await workspaceWith({ findings: 300, words: 4, since: since(4) }), asked);
    const many = await touched(await workspaceWith({ findings: 300, words: 200, since: since(200) }), asked);
    expect(few).toBeGreaterThan(3);
    expect(many).toBeLessThan(few * 3);
  });

  it.each(queries.map((asked) => ({ asked })))('of $asked cost the same however many say something since', async ({ asked }) => {
    const later = () => `${RUN} + 1`;
    const few = await touched(await workspaceWith({ findings: 3_000, words: 2, since: later }), asked);
    const many = await touched(await workspaceWith({ findings: 12_000, words: 2, since: later }), asked);
    expect(few).toBeGreaterThan(3);
    expect(many).toBeLessThan(few * 3);
  });

  it('are short where a page has passed over many, and go on behind them', async () => {
    const workspaceId = await workspaceWith({
      findings: 9 * MOST_PASSED,
      words: 1,
      since: (n) => `case when ${n} % 500 = 0 then 1 else ${RUN} + 1 end`,
    });
    const { seen, sizes } = await everyPage(workspaceId, ['OK'], PAGE);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.length).toBeLessThan(5);
    expect(seen).toEqual(await saidThen(workspaceId, ['OK']));
  });
});
