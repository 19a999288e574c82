import { checkpointBucket, type CheckpointBucket } from '../../src/ledger/index.ts';
import { createOutboundHttp, type Log, openBucket } from '../../src/platform/index.ts';
import { silentLog } from '../support/log.ts';
import type { S3Service } from '../support/s3-service.ts';
import type { LedgerFixture } from './ledger-fixture.ts';

export const PREFIX = 'rollcall/';
/** Less than the seven years that a workspace keeps its evidence for, unless it says otherwise. */
export const RETAIN_DAYS = 30;

/** The bucket of a stand-in, as the product opens it. */
export function openTestBucket({ clock, test }: LedgerFixture, service: S3Service, log: Log = silentLog): CheckpointBucket {
  const { key, name, url } = service;
  const bucket = openBucket({
    settings: { endpoint: url, name, prefix: PREFIX, ...key },
    outbound: createOutboundHttp({ allowedOrigins: [url] }),
    clock,
  });
  return checkpointBucket({ bucket, database: test.database, clock, log, retainDays: RETAIN_DAYS });
}
