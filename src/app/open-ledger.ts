import { existsSync } from 'node:fs';
import {
  anchorDueTask,
  anchorRoutes,
  anchorTask,
  checkpointBucket,
  checkpointShelf,
  createIntegrator,
  createSigningKey,
  ledgerRoutes,
  type LedgerSigner,
  loadSigningKey,
  proofRoutes,
  purgeTask,
  readWitnesses,
  retentionRoutes,
  signerFrom,
  tileRoutes,
} from '../ledger/index.ts';
import type { Clock, Config, Database, Log, OutboundHttp, SecretBox } from '../platform/index.ts';
import { eraseRosterFiles } from '../roster/index.ts';
import { type Certificate, readCertificates } from '../tlog/index.ts';
import { openBucket } from './open-bucket.ts';
import type { Store } from './open-store.ts';
import { readSettingFile } from './read-setting-file.ts';

/** What is said of a key that is on its way out: it is not to be made anew. */
const previousKey = 'ROLLCALL_LEDGER_PREVIOUS_KEY_FILE names it, until that key is retired';

/**
 * The keys that sign checkpoints, from their files. Made at the first start of an embedded installation, unless the operator has named a
 * file: one that is not there is a mistake then, and another key would be another signer. Throws an Error that says what is wrong with a file.
 */
export function openLedgerSigner({ isEmbedded, ledgerKeyFile }: Store, config: Config): LedgerSigner {
  const { ledgerPreviousKeyFile } = config;
  const isFirst = isEmbedded && config.ledgerKeyFile === undefined && !existsSync(ledgerKeyFile);
  const present = isFirst ? createSigningKey(ledgerKeyFile) : loadSigningKey(ledgerKeyFile);
  return ledgerPreviousKeyFile === undefined
    ? signerFrom(present)
    : signerFrom(present, loadSigningKey(ledgerPreviousKeyFile, previousKey));
}

interface KeptOutsideParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbound: OutboundHttp;
}

/** Where checkpoints are kept out of the database's reach: a directory, a bucket; undefined where the operator named none. */
export function openKeptOutside(config: Config, parts: KeptOutsideParts) {
  const { bucket: bucketConfig, ledgerAnchorDirectory } = config;
  const bucket = openBucket(config, parts);
  return {
    shelf: ledgerAnchorDirectory === undefined ? undefined : checkpointShelf(ledgerAnchorDirectory),
    bucket: bucket && checkpointBucket({ ...parts, bucket, retainDays: bucketConfig?.retainDays ?? 0 }),
  };
}

/** Whom time stamps are believed under. Throws an Error that says what is wrong with the file. */
function loadRoots(file: string): readonly Certificate[] {
  const roots = readCertificates(readSettingFile(file, 'ROLLCALL_LEDGER_TSA_CA_FILE'));
  if (roots.length === 0) throw new Error(`${file} (ROLLCALL_LEDGER_TSA_CA_FILE) holds no certificate in PEM`);
  return roots;
}

export interface LedgerParts {
  readonly store: Store;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbound: OutboundHttp;
  readonly secretBox: SecretBox;
  readonly publicUrl: string;
}

/** The ledger's room, composed: who seals, who anchors, and what is served of it. */
export function openLedger({ config, store, ...rest }: LedgerParts) {
  const kept = openKeptOutside(config, { ...rest, database: store.database });
  const settings = {
    tsaUrl: config.ledgerTsaUrl,
    tsaRoots: config.ledgerTsaCaFile === undefined ? undefined : loadRoots(config.ledgerTsaCaFile),
    directory: config.ledgerAnchorDirectory,
    witnesses: readWitnesses(config.ledgerWitnesses),
    bucket: kept.bucket?.place,
    metaLog: config.ledgerMetaLog,
    everyMinutes: config.ledgerAnchorMinutes,
  };
  const deps = { ...rest, ...kept, database: store.database, settings };
  return {
    integrator: createIntegrator({ ...deps, signer: openLedgerSigner(store, config) }),
    rooms: [ledgerRoutes(deps), anchorRoutes(deps), proofRoutes(deps), retentionRoutes(deps)],
    tiles: tileRoutes(deps),
    tasks: [anchorDueTask(deps), anchorTask(deps), purgeTask({ ...deps, eraseRawFiles: eraseRosterFiles })],
  };
}
