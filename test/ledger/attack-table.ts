import { append, type Checkpoint } from '../../src/ledger/index.ts';
import { DAY_MS, plusMs, SECOND_MS } from '../../src/kernel/index.ts';
import type { Database } from '../../src/platform/index.ts';
import { emptyFrontier, extendFrontier, leafHash } from '../../src/tlog/index.ts';
import { type AttackWorld, type Detection, entriesOf, forged, rewrite, sealed } from './attack-world.ts';

/** Who attacks: by the server's own login; as the owner of the tables, who takes the triggers away; and with the signing key besides. */
export type Attacker = 'application user' | 'database owner' | 'database owner with the key';

export interface Attack extends Detection {
  readonly attack: string;
  readonly by: Attacker;
  run(world: AttackWorld): Promise<unknown>;
}

const refused = { refused: true, tree: false, kept: false, anchored: false };
const seenByAll = { refused: false, tree: true, kept: true, anchored: true };
const seenOutside = { refused: false, tree: false, kept: true, anchored: true };
const seenByTime = { refused: false, tree: false, kept: false, anchored: true };
const seenByTree = { refused: false, tree: true, kept: false, anchored: false };
const unseen = { refused: false, tree: false, kept: false, anchored: false };

const FORGED_AT = '2020-01-01T00:00:00.000Z';

const asServer =
  (statement: string) =>
  ({ fixture, workspaceId }: AttackWorld) =>
    fixture.test.database.query(statement.replaceAll('$1', `'${workspaceId}'`));

const without = (index: number) => async (world: AttackWorld, signs: boolean) =>
  rewrite(
    world,
    (await entriesOf(world)).filter((_, at) => at !== index),
    signs,
  );

const changed = async (world: AttackWorld, signs: boolean) =>
  rewrite(
    world,
    (await entriesOf(world)).map((entry, at) => (at === 3 ? { ...entry, leaf: forged(FORGED_AT).leaf } : entry)),
    signs,
  );

const inserted = async (world: AttackWorld, signs: boolean) =>
  rewrite(world, (await entriesOf(world)).toSpliced(4, 0, forged(FORGED_AT)), signs);

const invented = (world: AttackWorld, signs: boolean) =>
  rewrite(
    world,
    Array.from({ length: world.kept.size }, () => forged(FORGED_AT)),
    signs,
  );

const reordered = async (world: AttackWorld, signs: boolean) => {
  const [first, second, third, ...rest] = await entriesOf(world);
  await rewrite(
    world,
    [first, third, second, ...rest].flatMap((entry) => entry ?? []),
    signs,
  );
};

/** In the middle of what is anchored, where a record of that time would stand. */
const placedInThePast = async (world: AttackWorld) =>
  rewrite(world, (await entriesOf(world)).toSpliced(world.early.size, 0, forged(world.early.createdAt)), true);

/** No further back than nobody outside can contradict: behind the anchored records, with a time after the anchor's. */
async function placedBehindTheAnchor(world: AttackWorld): Promise<void> {
  const { clock } = world.fixture;
  const at = plusMs(world.kept.createdAt, SECOND_MS);
  clock.advance(DAY_MS);
  await world.fixture.write(3);
  await sealed(world.fixture.integrator(), world.workspaceId);
  await rewrite(world, (await entriesOf(world)).toSpliced(world.kept.size, 0, forged(at)), true);
}

/** What is left is signed anew, so that no older checkpoint has to be shown. */
const cutAndSigned = async (world: AttackWorld) => rewrite(world, (await entriesOf(world)).slice(0, world.kept.size - 1), true);

/** As the backup had it, and beyond what was lost: the size alone tells nobody. */
const restoredAndSigned = async (world: AttackWorld) =>
  rewrite(
    world,
    [
      ...(await entriesOf(world)).slice(0, world.early.size),
      ...Array.from({ length: world.kept.size }, () => forged(world.fixture.clock.now())),
    ],
    true,
  );

/** Records that nobody outside has seen under any checkpoint. */
async function rewriteTheLatest(world: AttackWorld): Promise<void> {
  await world.fixture.write(3);
  await sealed(world.fixture.integrator(), world.workspaceId);
  const entries = await entriesOf(world);
  await rewrite(world, [...entries.slice(0, world.kept.size), forged(world.fixture.clock.now())], true);
}

/** The roots of the subtrees, in whose place others are written: the next signature is over them. */
async function nameOtherRoots({ fixture, kept, workspaceId }: AttackWorld): Promise<void> {
  const leaves = Array.from({ length: kept.size + 1 }, () => leafHash(forged(FORGED_AT).leaf));
  const { nodes, size } = extendFrontier(emptyFrontier, leaves);
  await fixture.test.database.query('update ledger set size = $2, frontier = $3::bytea[] where workspace_id = $1', [
    workspaceId,
    size,
    nodes.map((node) => Buffer.from(node)),
  ]);
}

/** What is written next has the integrator sign whatever tree it finds. */
async function signedByServer({ fixture, workspaceId }: AttackWorld): Promise<void> {
  await fixture.write(1);
  await sealed(fixture.integrator(), workspaceId);
}

async function backdate(world: AttackWorld, database: Database): Promise<void> {
  const { fixture, workspaceId } = world;
  const at = plusMs(world.kept.createdAt, -86_400_000);
  await database.transaction((tx) =>
    append(tx, workspaceId, [{ type: 'role.set', at, actor: 'system', subject: { kind: 'workspace', id: workspaceId } }]),
  );
  await sealed(fixture.integrator(), workspaceId);
}

async function restoreAndGoOn(world: AttackWorld, backup: Checkpoint): Promise<void> {
  await world.fixture.restoreTo(backup);
  await world.fixture.write(world.kept.size);
  await sealed(world.fixture.integrator(), world.workspaceId);
}

async function editBeforeItIsSequenced(world: AttackWorld): Promise<void> {
  const { fixture, workspaceId } = world;
  const [id] = await fixture.write(1);
  const leaf = forged(fixture.clock.now()).leaf;
  await fixture.tamper((tx) => tx.query('update ledger_record set leaf = $3 where workspace_id = $1 and id = $2', [workspaceId, id, leaf]));
  await sealed(fixture.integrator(), workspaceId);
}

const forgedCheckpoint = `insert into ledger_checkpoint (workspace_id, size, root, note, created_at)
  select $1, size + 1, root, replace(note, chr(10) || size || chr(10), chr(10) || size + 1 || chr(10)), created_at from ledger_checkpoint where workspace_id = $1 order by size desc limit 1`;

/** In the order of docs/threat-model.md, whose table is this one. */
export const attacks: readonly Attack[] = [
  {
    attack: 'edit a record',
    by: 'application user',
    ...refused,
    run: asServer(`update ledger_record set leaf = '\\x7b7d' where workspace_id = $1`),
  },
  { attack: 'edit a record', by: 'database owner', ...seenByAll, run: (world) => changed(world, false) },
  { attack: 'edit a record', by: 'database owner with the key', ...seenOutside, run: (world) => changed(world, true) },
  { attack: 'delete a record', by: 'application user', ...refused, run: asServer('delete from ledger_record where workspace_id = $1') },
  { attack: 'delete a record', by: 'database owner', ...seenByAll, run: (world) => without(3)(world, false) },
  { attack: 'delete a record', by: 'database owner with the key', ...seenOutside, run: (world) => without(3)(world, true) },
  {
    attack: 'insert a record in the middle',
    by: 'application user',
    ...refused,
    run: asServer(
      `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash) values ($1, 3, gen_random_uuid(), sha256('x'))`,
    ),
  },
  { attack: 'insert a record in the middle', by: 'database owner', ...seenByAll, run: (world) => inserted(world, false) },
  { attack: 'insert a record in the middle', by: 'database owner with the key', ...seenOutside, run: (world) => inserted(world, true) },
  {
    attack: 'put records in another order',
    by: 'application user',
    ...refused,
    run: asServer('update ledger_leaf set leaf_index = 20 - leaf_index where workspace_id = $1'),
  },
  { attack: 'put records in another order', by: 'database owner', ...seenByAll, run: (world) => reordered(world, false) },
  { attack: 'put records in another order', by: 'database owner with the key', ...seenOutside, run: (world) => reordered(world, true) },
  {
    attack: 'keep a record out of the tree by its place',
    by: 'application user',
    ...refused,
    run: async (world) => {
      const [id] = await world.fixture.write(1);
      await asServer(
        `insert into ledger_leaf (workspace_id, leaf_index, record_id, leaf_hash) values ($1, 9000000000, '${id}', sha256('x'))`,
      )(world);
    },
  },
  {
    attack: 'keep a record out of the tree by the transaction that it names',
    by: 'application user',
    ...refused,
    run: asServer(
      `insert into ledger_record (workspace_id, id, txid, recorded_at, type, leaf) values ($1, gen_random_uuid(), '3', now(), 'role.set', '{}')`,
    ),
  },
  {
    attack: 'keep a record out of the tree by the watermark',
    by: 'application user',
    ...refused,
    run: async (world) => {
      await world.fixture.write(1);
      // Just past the record, whatever else is open in the cluster and holds the horizon back.
      const past = `select (record.txid::text::bigint + 1)::text::xid8 from ledger_record as record
        where record.workspace_id = $1 order by record.txid desc limit 1`;
      await asServer(`update ledger set watermark = (${past}) where workspace_id = $1`)(world);
    },
  },
  {
    attack: 'keep all further records out of the tree',
    by: 'application user',
    ...refused,
    run: asServer(`update ledger set watermark = '9000000000000' where workspace_id = $1`),
  },
  {
    attack: 'cut off the tail',
    by: 'application user',
    ...refused,
    run: asServer('delete from ledger_leaf where workspace_id = $1 and leaf_index > 5'),
  },
  { attack: 'cut off the tail', by: 'database owner', ...seenOutside, run: ({ fixture, early }) => fixture.restoreTo(early) },
  { attack: 'cut off the tail', by: 'database owner with the key', ...seenOutside, run: cutAndSigned },
  {
    attack: 'restore an old backup and go on',
    by: 'application user',
    ...refused,
    run: asServer('update ledger set size = 6 where workspace_id = $1'),
  },
  { attack: 'restore an old backup and go on', by: 'database owner', ...seenOutside, run: (world) => restoreAndGoOn(world, world.early) },
  { attack: 'restore an old backup and go on', by: 'database owner with the key', ...seenOutside, run: restoredAndSigned },
  { attack: 'rewrite everything', by: 'application user', ...refused, run: asServer('truncate ledger_record') },
  { attack: 'rewrite everything', by: 'database owner', ...seenByAll, run: (world) => invented(world, false) },
  { attack: 'rewrite everything', by: 'database owner with the key', ...seenOutside, run: (world) => invented(world, true) },
  {
    attack: 'have the server sign another tree',
    by: 'application user',
    ...seenByTree,
    run: async (world) => {
      await nameOtherRoots(world);
      await signedByServer(world);
    },
  },
  {
    attack: 'have the server sign another tree',
    by: 'database owner',
    ...seenByAll,
    run: async (world) => {
      await changed(world, false);
      await signedByServer(world);
    },
  },
  { attack: 'rewrite what came after the last anchor', by: 'database owner with the key', ...unseen, run: rewriteTheLatest },
  { attack: 'back-date a record', by: 'application user', ...seenByTime, run: (world) => backdate(world, world.fixture.test.database) },
  { attack: 'back-date a record', by: 'database owner', ...seenByTime, run: (world) => backdate(world, world.fixture.test.owner) },
  {
    attack: 'back-date a record',
    by: 'database owner with the key',
    ...seenByTime,
    run: (world) => backdate(world, world.fixture.test.owner),
  },
  {
    attack: 'back-date a record, and put it where one of that time would stand',
    by: 'database owner with the key',
    ...seenOutside,
    run: placedInThePast,
  },
  { attack: 'back-date a record to after the last anchor', by: 'database owner with the key', ...unseen, run: placedBehindTheAnchor },
  { attack: 'forge a checkpoint', by: 'application user', ...seenByTree, run: asServer(forgedCheckpoint) },
  {
    attack: 'edit a record within the merge delay',
    by: 'application user',
    ...refused,
    run: async (world) => {
      const [id] = await world.fixture.write(1);
      await asServer(`update ledger_record set leaf = '\\x7b7d' where workspace_id = $1 and id = '${id}'`)(world);
    },
  },
  { attack: 'edit a record within the merge delay', by: 'database owner', ...unseen, run: editBeforeItIsSequenced },
  { attack: 'edit a record within the merge delay', by: 'database owner with the key', ...unseen, run: editBeforeItIsSequenced },
];

/** The table as docs/threat-model.md has it. */
export function renderAttacks(): string {
  const mark = (seen: boolean) => (seen ? 'yes' : '–');
  const rows = attacks.map(({ anchored, attack, by, kept, refused: isRefused, tree }) =>
    `| ${attack} | ${by} | ${isRefused ? '**refused**' : 'done'} | ${isRefused ? '' : [tree, kept, anchored].map(mark).join(' | ')} |`.replace(
      '|  |',
      '| | | |',
    ),
  );
  const head = ['| attack | by | the database | tree and signature | a kept checkpoint | an anchor |', '|---|---|---|---|---|---|'];
  return [...head, ...rows].join('\n');
}
