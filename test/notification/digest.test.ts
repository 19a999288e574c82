import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS } from '../../src/kernel/index.ts';
import { writeDigestsTask } from '../../src/notification/write-digest.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { notified, type Notified } from './notified.ts';

let db: TestDatabase;
let at: Notified;
let folder: string;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

beforeEach(async () => {
  at = await notified(db);
  folder = await mkdtemp(join(tmpdir(), 'digest-'));
});
afterEach(async () => {
  await at.close();
  await rm(folder, { recursive: true });
  await db.owner.query('delete from digest');
});

const write = (directory: string | undefined = folder) =>
  writeDigestsTask({ database: db.database, clock: at.clock, log: silentLog, directory }).run({}, { signal: new AbortController().signal });
const files = async () => (await readdir(join(folder, at.facts.workspaceId))).sort();
const read = (name: string) => readFile(join(folder, at.facts.workspaceId, name), 'utf8');
const today = () => at.clock.now().slice(0, 10);

it('writes what became overdue since the file of the day before, for programs and for people, and nothing of the person', async () => {
  await at.leaver('1');
  await at.run();
  const first = today();
  await write();
  at.clock.advance(DAY_MS);
  await at.facts.looked(at.clock.now());
  await at.leaver('2');
  await at.run();
  const second = today();
  await write();
  expect(await files()).toEqual([`${first}.json`, `${first}.txt`, `${second}.json`, `${second}.txt`]);
  const [before, after] = await Promise.all(
    [first, second].map(async (day) => JSON.parse(await read(`${day}.json`)) as { until: string; findings: { id: string }[] }),
  );
  expect(before).toMatchObject({ day: first, since: null, findings: [{ rule: 'L03', verdict: 'TERMINATED_ACTIVE_DIR', effect: 'FAIL' }] });
  expect(after).toMatchObject({ day: second, since: before?.until, workspaceId: at.facts.workspaceId });
  expect(after?.findings).toHaveLength(1);
  expect(after?.findings[0]?.id).not.toBe(before?.findings[0]?.id);
  const text = await read(`${second}.txt`);
  expect(text).toContain('1 finding became overdue');
  expect(text).toContain(after?.findings[0]?.id);
  expect(`${text}${JSON.stringify([before, after])}`).not.toMatch(/ann|contoso|Person/i);
});

it('writes a day without anything new, too, so that a missing file means something', async () => {
  await write();
  expect(JSON.parse(await read(`${today()}.json`))).toMatchObject({ findings: [] });
  expect(await read(`${today()}.txt`)).toContain('0 findings became overdue');
});

it('takes what a run of the same day that broke off may have left, and loses nothing', async () => {
  await at.leaver('1');
  await at.run();
  await write();
  await db.owner.query('delete from digest');
  await writeFile(join(folder, at.facts.workspaceId, `${today()}.json.partial`), 'half');
  at.clock.advance(HOUR_MS);
  await write();
  expect(await files()).toEqual([`${today()}.json`, `${today()}.txt`]);
  expect((JSON.parse(await read(`${today()}.json`)) as { findings: unknown[] }).findings).toHaveLength(1);
});

it('tells tomorrow what it could not write today', async () => {
  await at.leaver('1');
  await at.run();
  await expect(write(join(folder, 'no-folder', '\0'))).rejects.toThrow();
  at.clock.advance(DAY_MS);
  await write();
  expect((JSON.parse(await read(`${today()}.json`)) as { findings: unknown[] }).findings).toHaveLength(1);
});

it('tells tomorrow what a run finds that is under way, and says that it was so since it began', async () => {
  await at.run();
  at.clock.advance(HOUR_MS);
  await at.leaver('1');
  const began = at.clock.now();
  at.clock.advance(HOUR_MS);
  await write();
  const written = at.clock.now();
  at.clock.set(began);
  await at.run();
  at.clock.set(written);
  at.clock.advance(DAY_MS);
  await write();
  expect((JSON.parse(await read(`${today()}.json`)) as { findings: unknown[] }).findings).toHaveLength(1);
});

it('writes nothing where no folder is named', async () => {
  await writeDigestsTask({ database: db.database, clock: at.clock, log: silentLog, directory: undefined }).run(
    {},
    { signal: new AbortController().signal },
  );
  expect(await readdir(folder)).toEqual([]);
  const { count } = await db.owner.query('select from digest');
  expect(count).toBe(0);
});
