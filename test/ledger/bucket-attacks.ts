import { plusMs } from '../../src/kernel/index.ts';
import type { Checkpoint, CheckpointBucket } from '../../src/ledger/index.ts';
import { askBucket, type BucketDeps } from '../../src/platform/bucket/ask-bucket.ts';
import type { S3Service } from '../support/s3-service.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

/** A ledger whose last checkpoint lies in a bucket, and who may do what there. */
export interface BucketWorld {
  readonly fixture: LedgerFixture;
  readonly service: S3Service;
  readonly bucket: CheckpointBucket;
  /** Asks the bucket with a key that may do everything that a bucket's owner may. */
  readonly asOwner: BucketDeps;
  readonly early: Checkpoint;
  readonly late: Checkpoint;
  /** Of the late checkpoint. */
  readonly key: string;
  readonly versionId: string;
}

export interface BucketAttack {
  readonly attack: string;
  readonly by: 'owner of the bucket' | 'holder of the server’s access key' | 'provider of the bucket' | 'database owner';
  readonly bucket: 'refused' | 'done' | '';
  /** What a process that starts does: nothing, an alarm, a fork, or that nothing is signed. */
  readonly atStart: '–' | 'alarm' | 'the ledger forks' | 'nothing is signed';
  readonly atNextAnchor: '–' | 'alarm';
  run(world: BucketWorld): Promise<unknown>;
}

const nothing = { atStart: '–', atNextAnchor: '–' } as const;
const alarmed = { atStart: 'alarm', atNextAnchor: 'alarm' } as const;

const retention = (mode: string, until: string) =>
  Buffer.from(`<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`);

const retain = (mode: string, days: number) => (world: BucketWorld) =>
  askBucket(world.asOwner, {
    method: 'PUT',
    key: world.key,
    query: { retention: '', versionId: world.versionId },
    body: retention(mode, plusMs(world.fixture.clock.now(), days * 86_400_000)),
  });

function stored({ service, versionId }: BucketWorld) {
  const version = service.objects.versions.find((each) => each.versionId === versionId);
  if (version === undefined) throw new Error('the checkpoint is not there');
  return version;
}

/** In the order of docs/threat-model.md, whose table is this one. */
export const bucketAttacks: readonly BucketAttack[] = [
  {
    attack: 'delete the anchored checkpoint',
    by: 'owner of the bucket',
    bucket: 'refused',
    ...nothing,
    run: ({ asOwner, key, versionId }) => askBucket(asOwner, { method: 'DELETE', key, query: { versionId } }),
  },
  { attack: 'shorten its lock', by: 'owner of the bucket', bucket: 'refused', ...nothing, run: retain('COMPLIANCE', 1) },
  {
    attack: 'make its lock one that can be undone',
    by: 'owner of the bucket',
    bucket: 'refused',
    ...nothing,
    run: retain('GOVERNANCE', 9_999),
  },
  {
    attack: 'delete it without naming its version, so that a marker stands over it',
    by: 'owner of the bucket',
    bucket: 'done',
    ...alarmed,
    run: ({ asOwner, key }) => askBucket(asOwner, { method: 'DELETE', key }),
  },
  {
    attack: 'overwrite it',
    by: 'owner of the bucket',
    bucket: 'done',
    ...alarmed,
    run: ({ asOwner, early, key }) => askBucket(asOwner, { method: 'PUT', key, body: Buffer.from(early.note) }),
  },
  {
    attack: 'put a larger checkpoint there that no key of the ledger signed',
    by: 'holder of the server’s access key',
    bucket: 'done',
    atStart: 'nothing is signed',
    atNextAnchor: '–',
    run: ({ bucket, fixture: { workspaceId } }) => bucket.keep(workspaceId, { generation: 1, size: 1_000, note: 'forged\n' }),
  },
  {
    attack: 'hide it behind other objects',
    by: 'holder of the server’s access key',
    bucket: 'done',
    ...nothing,
    run: async ({ asOwner, fixture: { workspaceId } }) => {
      for (let n = 0; n < 220; n += 1) {
        await askBucket(asOwner, { method: 'PUT', key: `rollcall/${workspaceId}/checkpoints/0000-${n}`, body: Buffer.from('x') });
      }
    },
  },
  {
    attack: 'swap its content',
    by: 'provider of the bucket',
    bucket: 'done',
    atStart: 'nothing is signed',
    atNextAnchor: 'alarm',
    run: (world) => {
      stored(world).content = Buffer.from('swapped\n');
      return Promise.resolve();
    },
  },
  {
    attack: 'give it up before its time',
    by: 'provider of the bucket',
    bucket: 'done',
    atStart: '–',
    atNextAnchor: 'alarm',
    run: ({ service }) => {
      service.objects.versions.splice(0);
      return Promise.resolve();
    },
  },
  {
    attack: 'hold it for a shorter time than it said',
    by: 'provider of the bucket',
    bucket: 'done',
    atStart: '–',
    atNextAnchor: 'alarm',
    run: (world) => {
      stored(world).lock = { mode: 'COMPLIANCE', untilMs: Date.parse(world.fixture.clock.now()) + 86_400_000 };
      return Promise.resolve();
    },
  },
  {
    attack: 'restore an old backup and go on',
    by: 'database owner',
    bucket: '',
    atStart: 'the ledger forks',
    atNextAnchor: '–',
    run: async ({ early, fixture, late }) => {
      await fixture.tamper((tx) => forgetAnchors(tx, fixture.workspaceId));
      await fixture.restoreTo(early);
      await fixture.write(late.size);
    },
  },
];

/** As a restore to before they were made does. */
async function forgetAnchors(tx: { query(text: string, values: unknown[]): Promise<unknown> }, workspaceId: string): Promise<void> {
  await tx.query('alter table ledger_anchor disable trigger user', []);
  await tx.query('delete from ledger_anchor where workspace_id = $1', [workspaceId]);
  await tx.query('alter table ledger_anchor enable trigger user', []);
}

/** The table as docs/threat-model.md has it. */
export function renderBucketAttacks(): string {
  const rows = bucketAttacks.map(({ atNextAnchor, atStart, attack, bucket, by }) => {
    const seen = bucket === 'refused' ? ['**refused**', '', ''] : [bucket, atStart, atNextAnchor];
    return `|${[attack, by, ...seen].map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
  });
  return ['| attack | by | the bucket | a process that starts | the next anchor |', '|---|---|---|---|---|', ...rows].join('\n');
}
