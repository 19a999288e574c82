import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressKey, caseFolded } from '../../src/kernel/index.ts';
import { listCandidates } from '../../src/reconciliation/candidate-read-model.ts';
import { reconcile } from '../../src/reconciliation/index.ts';
import { LONG_AGO } from '../reconciliation/facts.ts';
import { judgeableWorkspace } from '../reconciliation/judgeable-workspace.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

/** Ways to write one letter that Unicode, in no locale, takes for the same: by case, and by how it is composed. */
const letters = [
  ['a', 'A'],
  ['i', 'I'],
  ['\u0130', 'I\u0307', 'i\u0307'],
  ['\u0131'],
  ['\u00df', '\u1e9e'],
  ['\uff41', '\uff21'],
  ['\u00e9', '\u00c9', 'e\u0301', 'E\u0301'],
  ['k', 'K', '\u212a'],
  ['\u00e5', '\u00c5', '\u212b', 'a\u030a'],
  ['\u0434', '\u0414'],
  ['\u{10428}', '\u{10400}'],
  ['.'],
  ['-'],
] as const;

/** One name as several systems write it. */
const names = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 6 }).chain((spelt) =>
  fc.array(
    fc.tuple(...spelt.map((ways) => fc.constantFrom<string>(...ways))).map((chosen) => `n${chosen.join('')}`),
    {
      minLength: 5,
      maxLength: 5,
    },
  ),
);

const shortly = [{ state: 'enabled', from: LONG_AGO }] as const;

it('links a name however the roster, the directory, a guest’s name and SCIM write it, and suggests it by other mails', async () => {
  await fc.assert(
    fc.asyncProperty(names, async ([hr = '', upn = '', guest = '', user = '', other = '']) => {
      const { clock, facts } = await judgeableWorkspace(db);
      const run = (extent?: 'changes') => reconcile({ database: db.database, clock }, facts.workspaceId, 'system', extent);
      await run();
      await facts.roster(`1,${hr}@home.example,2020-01-01,`);
      await run('changes');
      await facts.account({ upn: `${upn}@home.example`, stretches: [{ state: 'soft_deleted', from: LONG_AGO }] });
      await run('changes');
      await facts.account({ upn: `${guest}_home.example#EXT#@contoso.example`, stretches: shortly });
      await run('changes');
      await facts.account({ upn: 'other', otherMails: [`${other}@Home.example`], stretches: shortly });
      await facts.scim({ userName: `${user}@home.example`, states: [{ at: LONG_AGO, is: 'active' }] });
      await run();
      const { rows } = await db.owner.query<{ line: string }>(
        `select link.system || ' ' || link.standing || ' ' || link.rule as line
         from account_link as link where link.workspace_id = $1 and link.ended_at is null order by line`,
        [facts.workspaceId],
      );
      expect(rows.map(({ line }) => line)).toEqual(['directory linked M4', 'directory linked M4', 'scim linked M4']);
      const { rows: candidates } = await listCandidates(db.database, facts.workspaceId, { after: undefined, limit: 10 });
      expect(candidates).toEqual([expect.objectContaining({ account: 'other', because: ['other-mail'] })]);
    }),
    { numRuns: 15 },
  );
});

it('is folded once for all: to fold again, or to compose before or after, changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const key = addressKey(text);
      expect([addressKey(key), key.normalize('NFC'), caseFolded(text.trim())]).toEqual([key, key, key]);
    }),
  );
});

it('finds in a guest’s name the address that folding it by itself gives', async () => {
  await fc.assert(
    fc.asyncProperty(names, fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }), async ([name = ''], others) => {
      const keys = [...others.filter((text) => !text.includes('#')), `${name}_b_home.example#EXT#@contoso.example`]
        .map(addressKey)
        .filter((key) => !key.includes('\0'));
      const { rows } = await db.owner.query<{ address: string }>('select guest_address($1::text[]) as address', [keys]);
      expect(rows).toEqual([{ address: addressKey(`${name}_b@home.example`) }]);
    }),
    { numRuns: 50 },
  );
});
