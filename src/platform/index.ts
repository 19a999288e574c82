/**
 * platform: the ground under every room that touches the world: clock, log, database, HTTP edge, secrets, the way out.
 * Holds no rule of the product. Rooms below the pure ones come in.
 */
export { BucketError, BucketUnlockedError } from './bucket/bucket-error.ts';
export type { BucketSettings } from './bucket/ask-bucket.ts';
export { type Bucket, type BucketVersion, openBucket } from './bucket/open-bucket.ts';
export type { BucketConfig } from './bucket-settings.ts';
export { type Clock, monotonicSeconds, systemClock } from './clock.ts';
export { instantOfText } from './database/column-types.ts';
export { copyLine, CopyRows, type CopyValue } from './database/copy-line.ts';
export { constraintOf, errorCode } from './database/database-error.ts';
export { expectFewLookUps, expectFewRows, expectManyRows, expectSomeRows } from './database/expect-rows.ts';
export { inSnapshot } from './database/in-snapshot.ts';
export { instantText } from './database/instant-text.ts';
export { type Migration, migrate, pendingMigrations, readMigrations } from './database/migrate.ts';
export { openDatabase } from './database/open-database.ts';
export type { Companion, Database, PoolLoad, Queryable, Rows, Statement, Transaction } from './database/queryable.ts';
export { unaccompanied } from './database/queryable.ts';
export { type EmbeddedDatabase, startEmbeddedDatabase } from './embedded/embedded-database.ts';
export { createLog, errorFields, type Log, type LogFields, type LogLevel } from './log.ts';
export { createMetricsRegistry, type MetricsRegistry } from './metrics.ts';
export { bearerToken, hashToken, newToken } from './bearer-token.ts';
export { type BodyReader, hasUnreadBody, readBody } from './http/body-reader.ts';
export { problemHandler, RETRY_AFTER_SECONDS, refuseUnknownAddress } from './http/problem.ts';
export { type Page, positions, readAhead, readPage, readStretch, type Stretch } from './http/page-reader.ts';
export { pathText, queryInstant, queryPast, queryText, queryWords } from './http/query-reader.ts';
export { nestsDeeperThan } from './http/nests-deeper-than.ts';
export { takeReason } from './http/take-reason.ts';
export { headerText } from './http/header-text.ts';
export { type CsvCells, writeCsv } from './http/write-csv.ts';
export { writePieces } from './http/write-pieces.ts';
export { workspaceRouter } from './http/workspace-router.ts';
export {
  contextOf,
  principalOf,
  type Principal,
  type RequestContext,
  requireScope,
  type Scope,
  scopes,
  setContext,
  setPrincipal,
  setWorkspace,
  workspaceOf,
} from './http/request-context.ts';
export { type MicrosoftCloud, type MicrosoftHosts, microsoftClouds, microsoftHosts, standInHosts } from './microsoft-clouds.ts';
export {
  createOutboundHttp,
  type ForeseeingHttp,
  type OutboundHttp,
  type OutboundRequest,
  ReadResponse,
  UNLESS_LISTED,
} from './outbound-http.ts';
export { createSecretBox, SEALED_HEAD_BYTES, type SecretBox } from './secret-box.ts';
export { type Config, ConfigError, readConfig, renderEnvExample } from './config.ts';
export { settleHeap } from './settle-heap.ts';
export { newWebhookSecret, signWebhook } from './sign-webhook.ts';
