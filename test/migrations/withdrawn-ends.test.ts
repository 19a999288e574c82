import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrate, readMigrations } from '../../src/platform/index.ts';
import { testPostgres } from '../support/database.ts';
import { databaseUrl } from '../support/postgres-server.ts';
import { queryOnce } from '../support/query-once.ts';

const name = `withdrawn_ends_${randomBytes(6).toString('hex')}`;
const { ownerUrl, superuserUrl } = testPostgres();
const url = databaseUrl(ownerUrl, name);
const migrations = readMigrations('migrations');
const workspaceId = randomUUID();

/** What runs said of an employment one after the other, each its end or none; the last is what stands, or was closed. */
const stories = [
  { name: 'an end that stands', ends: ['2026-02-01', '2026-02-01', '2026-02-01'], marked: [] },
  { name: 'an end that was told later', ends: [null, '2026-02-01'], marked: [] },
  { name: 'an end that was taken back', ends: ['2026-02-01', '2026-02-01', null], marked: [2] },
  { name: 'an end that was moved on', ends: ['2026-02-01', '2026-02-05'], marked: [1] },
  { name: 'an end that was moved back', ends: ['2026-02-05', '2026-02-01'], marked: [] },
  { name: 'an end that was taken back and told anew', ends: ['2026-02-01', null, '2026-02-01'], marked: [1] },
  { name: 'an end that was said when the finding was closed', ends: ['2026-02-01', '2026-02-01'], isClosed: true, marked: [1] },
  { name: 'no end when the finding was closed', ends: [null, null], isClosed: true, marked: [] },
  { name: 'an end of an account that is no employment', ends: ['2026-02-01', null], kind: 'account', marked: [] },
].map((story) => ({ id: randomUUID(), kind: 'employment_period', isClosed: false, ...story }));

const said =
  'workspace_id, id, unit_kind, unit_id, rule, verdict, effect, all_rules, vector, systems, end_earliest, end_latest, sentence, evidence, own_records, opened_at';

const words = ({ id, kind }: (typeof stories)[number], end: string | null | undefined) => {
  const at = end === null || end === undefined ? 'null' : `'${end}'`;
  return `'${workspaceId}', '${id}', '${kind}', '${id}', 'L03', 'X', 'FAIL', '[]', '{}', '[]', ${at}, ${at}, '', '{}', '{}', now()`;
};

beforeAll(async () => {
  await queryOnce(ownerUrl, `create database ${name}`);
  await migrate({ ownerUrl: url, migrations: migrations.filter((each) => each.name < '0150') });
  for (const story of stories) {
    const { ends, isClosed } = story;
    const run = ends.length;
    await queryOnce(
      url,
      `insert into finding (${said}, digest, changed_at, closed_at, last_run_id, since_run)
       values (${words(story, ends.at(-1))}, '', now(), ${isClosed ? 'now()' : 'null'}, gen_random_uuid(), ${isClosed ? run - 1 : run})`,
    );
    for (const [index, end] of ends.slice(0, -1).entries())
      await queryOnce(
        url,
        `insert into finding_version (${said}, since_run, until_run) values (${words(story, end)}, ${index + 1}, ${index + 2})`,
      );
  }
  await migrate({ ownerUrl: url, migrations });
});
afterAll(() => queryOnce(superuserUrl, `drop database ${name} with (force)`));

it.each(stories)('marks what was said of $name, as from now on the run does that says otherwise', async ({ id, marked }) => {
  const rows = await queryOnce(
    url,
    `select since_run as run from finding_version where id = '${id}' and is_end_withdrawn order by since_run`,
  );
  expect(rows).toEqual(marked.map((run) => ({ run })));
});
