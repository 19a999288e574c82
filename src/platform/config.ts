import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';
import { type BucketConfig, bucketSettings, readBucketConfig } from './bucket-settings.ts';
import type { LogLevel } from './log.ts';
import { type Setting, setting, wholeNumber } from './setting.ts';

/** Everything that an operator can set, read once at the start. */
export interface Config {
  /** Undefined: the embedded PostgreSQL under `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  readonly migrateDatabaseUrl: string | undefined;
  readonly databasePoolSize: number;
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  /** Origin under which clients reach this server; undefined: `http://<host>:<port>` as it listens. */
  readonly publicUrl: string | undefined;
  /** 32 bytes; undefined: kept in the data directory, allowed with the embedded database only. */
  readonly encryptionKey: Buffer | undefined;
  readonly ledgerKeyFile: string | undefined;
  /** The key that the present one replaces, while both sign. */
  readonly ledgerPreviousKeyFile: string | undefined;
  /** Where checkpoints are kept outside the database; undefined: nowhere. */
  readonly ledgerAnchorDirectory: string | undefined;
  /** The time-stamping authority that signs checkpoints; undefined: none. */
  readonly ledgerTsaUrl: string | undefined;
  /** The certificates under which its signatures are verified; undefined: they are not, here. */
  readonly ledgerTsaCaFile: string | undefined;
  /** Who is asked to cosign checkpoints. */
  readonly ledgerWitnesses: readonly WitnessAddress[];
  /** Whether authority and witnesses are asked about one log over all ledgers, instead of each. */
  readonly ledgerMetaLog: boolean;
  readonly ledgerAnchorMinutes: number;
  /** Where checkpoints and bundles are kept under object lock; undefined: nowhere. */
  readonly bucket: BucketConfig | undefined;
  readonly outboundAllowedOrigins: readonly string[];
  /** Addresses or networks whose word on whom they speak for is taken. */
  readonly trustedProxies: readonly string[];
  /** Requests of any kind from one address, outside SCIM. */
  readonly requestsPerMinute: number;
  /** Changes by one credential. */
  readonly changesPerMinute: number;
  /** What signs people in by OpenID Connect. */
  readonly oidcAdapter: 'openid-client' | 'passport-azure-ad';
  /** How long the wire log is kept, in days. */
  readonly wireLogDays: number;
  /** The folder that a file of what became overdue is written to once a day; undefined: none is. */
  readonly digestDirectory: string | undefined;
  /** Where metrics are served on a port of their own; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  /** With it, `/metrics` is served beside everything else to whoever has it. */
  readonly metricsToken: string | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'text';
}

/** A witness (C2SP tlog-witness) by its verifier key, and its submission prefix. */
export interface WitnessAddress {
  readonly vkey: string;
  readonly url: string;
}

/** Each setting stands here once; `.env.example` is generated from this table. */
export const settings = {
  databaseUrl: setting({
    name: 'DATABASE_URL',
    about: 'PostgreSQL 15 or later, as the login the server works with. Left out: the embedded PostgreSQL under ROLLCALL_DATA_DIR.',
    example: 'postgres://rollcall_app:secret@db.example.com:5432/rollcall',
    form: 'a postgres:// address',
    parse: (text) => (/^postgres(ql)?:\/\/.+/.test(text) ? text : undefined),
  }),
  migrateDatabaseUrl: setting({
    name: 'ROLLCALL_MIGRATE_DATABASE_URL',
    about:
      'The same database as the owner of the tables, for migrations. Default: DATABASE_URL (then the server could alter its own past: not for production).',
    example: 'postgres://rollcall_owner:secret@db.example.com:5432/rollcall',
    form: 'a postgres:// address',
    parse: (text) => (/^postgres(ql)?:\/\/.+/.test(text) ? text : undefined),
  }),
  databasePoolSize: setting({
    name: 'ROLLCALL_DATABASE_POOL_SIZE',
    about: 'Connections per process. Default: 8; more than two or three per database core costs throughput.',
    example: '8',
    form: 'a whole number from 2 to 100',
    parse: (text) => wholeNumber(text, 2, 100),
  }),
  dataDirectory: setting({
    name: 'ROLLCALL_DATA_DIR',
    about: 'Where the embedded PostgreSQL and generated keys live. Default: .rollcall in the working directory.',
    example: '/var/lib/rollcall',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  host: setting({
    name: 'ROLLCALL_HOST',
    about: 'The address to listen on. Default: 127.0.0.1.',
    example: '0.0.0.0',
    form: 'a host name or address',
    parse: (text) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
  }),
  port: setting({
    name: 'ROLLCALL_PORT',
    about: 'The port to listen on; 0 takes a free one. Default: 8080.',
    example: '8080',
    form: 'a whole number from 0 to 65535',
    parse: (text) => wholeNumber(text, 0, 65_535),
  }),
  publicUrl: setting({
    name: 'ROLLCALL_PUBLIC_URL',
    about: 'The origin under which Entra, browsers and auditors reach this server. Default: where it listens, when that is loopback.',
    example: 'https://rollcall.example.com',
    form: 'an https:// origin without a path (http:// only on loopback)',
    parse: publicOrigin,
  }),
  encryptionKey: setting({
    name: 'ROLLCALL_ENCRYPTION_KEY',
    about: 'Seals secrets at rest: 32 random bytes in base64. Required with DATABASE_URL; generated in the data directory otherwise.',
    example: 'the output of: openssl rand -base64 32',
    form: '32 bytes in base64',
    parse: (text) => (/^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : undefined),
  }),
  ledgerKeyFile: setting({
    name: 'ROLLCALL_LEDGER_KEY_FILE',
    about:
      'The Ed25519 key that signs checkpoints: PKCS#8 PEM, mode 0600. Required with DATABASE_URL; generated in the data directory otherwise.',
    example: '/run/secrets/rollcall-ledger.pem',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  ledgerPreviousKeyFile: setting({
    name: 'ROLLCALL_LEDGER_PREVIOUS_KEY_FILE',
    about: 'The key that ROLLCALL_LEDGER_KEY_FILE replaces: both sign until it is retired ("rollcall ledger key retire"). Default: none.',
    example: '/run/secrets/rollcall-ledger-2025.pem',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  ledgerAnchorDirectory: setting({
    name: 'ROLLCALL_LEDGER_ANCHOR_DIR',
    about:
      "A directory in which checkpoints are kept, a file each: out of the database administrator's reach, best append-only, and the same for every process. Default: none.",
    example: '/mnt/worm/rollcall-checkpoints',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  ledgerTsaUrl: setting({
    name: 'ROLLCALL_LEDGER_TSA_URL',
    about: 'A time-stamping authority (RFC 3161) that signs checkpoints. It is sent a hash and nothing else. Default: none.',
    example: 'https://tsa.example.com/rfc3161',
    form: 'an https:// address (http:// where ROLLCALL_OUTBOUND_ALLOWED_ORIGINS lists it)',
    parse: (text) => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : undefined),
  }),
  ledgerTsaCaFile: setting({
    name: 'ROLLCALL_LEDGER_TSA_CA_FILE',
    about:
      'The root certificate of that authority, from itself, and what stands between (PEM): a time stamp whose signature does not hold under it is refused. Default: none; then an anchor says that nobody checked it here.',
    example: '/etc/rollcall/tsa-root.pem',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  ledgerWitnesses: setting({
    name: 'ROLLCALL_LEDGER_WITNESSES',
    about:
      'Witnesses (C2SP tlog-witness) that cosign checkpoints once they have seen that the ledger only grew: the verifier key of each, which it gives you, and its submission prefix; several separated by commas. Each must know the ledgers by name and key. Default: none.',
    example: 'witness.example.com/w1+0a1b2c3d+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G https://witness.example.com',
    form: 'a verifier key (name+id+key), a space and an https:// address, repeated after commas (http:// where ROLLCALL_OUTBOUND_ALLOWED_ORIGINS lists it)',
    parse: witnessList,
  }),
  ledgerMetaLog: setting({
    name: 'ROLLCALL_LEDGER_META_LOG',
    about:
      'on: the time-stamping authority and the witnesses are asked about one log, the meta-log, which holds the checkpoints of all ledgers, instead of about each ledger. A witness then shows no split view of a single ledger. Default: off.',
    example: 'on',
    form: 'on or off',
    parse: (text) => (['on', 'off'].includes(text) ? text === 'on' : undefined),
  }),
  ledgerAnchorMinutes: setting({
    name: 'ROLLCALL_LEDGER_ANCHOR_MINUTES',
    about: 'How often every ledger is anchored in each of its places, in minutes. Default: 60.',
    example: '60',
    form: 'a whole number from 1 to 1440',
    parse: (text) => wholeNumber(text, 1, 1440),
  }),
  ...bucketSettings,
  outboundAllowedOrigins: setting({
    name: 'ROLLCALL_OUTBOUND_ALLOWED_ORIGINS',
    about: 'Origins with private addresses that may be called all the same, separated by commas. Default: none.',
    example: 'https://hr.intranet.example.com',
    form: 'http(s):// origins without a path, separated by commas',
    parse: originList,
  }),
  trustedProxies: setting({
    name: 'ROLLCALL_TRUSTED_PROXIES',
    about:
      'Addresses or networks of the reverse proxies in front of this server, separated by commas: their X-Forwarded-For says who is asking. Default: none; without it all who come through a proxy count as one address.',
    example: '10.0.0.0/8, 192.0.2.7',
    form: 'IP addresses or networks such as 10.0.0.0/8, separated by commas',
    parse: networkList,
  }),
  requestsPerMinute: setting({
    name: 'ROLLCALL_REQUESTS_PER_MINUTE',
    about:
      'How many requests one address may send to the administration, the sign-in and the token endpoint in a minute, per process; SCIM is not counted. Default: 3000, which is several programs reading long lists.',
    example: '3000',
    form: 'a whole number from 60 to 1000000',
    parse: (text) => wholeNumber(text, 60, 1_000_000),
  }),
  changesPerMinute: setting({
    name: 'ROLLCALL_CHANGES_PER_MINUTE',
    about:
      'How many changes one credential may ask of the administration in a minute, per process. Default: 300, which no person reaches and a runaway program does.',
    example: '300',
    form: 'a whole number from 10 to 100000',
    parse: (text) => wholeNumber(text, 10, 100_000),
  }),
  oidcAdapter: setting({
    name: 'ROLLCALL_OIDC_ADAPTER',
    about:
      "The library that signs people in by OpenID Connect: openid-client, or passport-azure-ad, Microsoft's own, which is archived (docs/decisions/0017). Default: openid-client.",
    example: 'openid-client',
    form: 'openid-client or passport-azure-ad',
    parse: (text) => (['openid-client', 'passport-azure-ad'] as const).find((adapter) => adapter === text),
  }),
  wireLogDays: setting({
    name: 'ROLLCALL_WIRE_LOG_DAYS',
    about:
      'How long the wire log of SCIM is kept, in days; a report shows when SCIM was heard from only as far back. Default: 400, which is a year and the month in which it is audited.',
    example: '400',
    form: 'a whole number from 30 to 3660',
    parse: (text) => wholeNumber(text, 30, 3660),
  }),
  digestDirectory: setting({
    name: 'ROLLCALL_DIGEST_DIR',
    about:
      'A folder, shared by all processes, that gets two files for each workspace once a day: what became overdue since the day before, as JSON and as text. Default: none.',
    example: '/var/lib/rollcall/digest',
    form: 'a folder, as an absolute path',
    parse: (text) => (isAbsolute(text) ? resolve(text) : undefined),
  }),
  metricsPort: setting({
    name: 'ROLLCALL_METRICS_PORT',
    about: 'A port of its own for /metrics (Prometheus); 0 takes a free one. Default: none, and no metrics unless there is a token.',
    example: '9464',
    form: 'a whole number from 0 to 65535',
    parse: (text) => wholeNumber(text, 0, 65_535),
  }),
  metricsHost: setting({
    name: 'ROLLCALL_METRICS_HOST',
    about: 'The address that the port for metrics listens on. Default: 127.0.0.1.',
    example: '0.0.0.0',
    form: 'a host name or address',
    parse: (text) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : undefined),
  }),
  metricsToken: setting({
    name: 'ROLLCALL_METRICS_TOKEN',
    about:
      'Who sends it as a bearer token gets /metrics from the port of everything else too, and nobody gets it without, from neither. Default: none.',
    example: 'the output of: openssl rand -hex 32',
    form: '32 to 200 letters, digits, ".", "_", "~", "+", "/" or "-"',
    parse: (text) => (/^[A-Za-z0-9._~+/-]{32,200}=*$/.test(text) ? text : undefined),
  }),
  logLevel: setting({
    name: 'ROLLCALL_LOG_LEVEL',
    about: 'debug, info, warn, error or silent. Default: info.',
    example: 'info',
    form: 'debug, info, warn, error or silent',
    parse: (text) => (['debug', 'info', 'warn', 'error', 'silent'] as const).find((level) => level === text),
  }),
  logFormat: setting({
    name: 'ROLLCALL_LOG_FORMAT',
    about: 'json or text. Default: text at a terminal, json otherwise.',
    example: 'json',
    form: 'json or text',
    parse: (text) => (['json', 'text'] as const).find((format) => format === text),
  }),
};

/** Says every setting that is wrong, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from an environment. Throws ConfigError with a line per setting that is wrong, missing beside
 * another, or unknown (`ROLLCALL_…` names that nothing reads are mostly typing errors).
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): Config {
  const problems: string[] = [];
  const read = <Value>({ name, form, parse }: Setting<Value>): Value | undefined => {
    const text = environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(`${name} must be ${form}`);
    return value;
  };
  const readOr = <Value>(definition: Setting<Value>, otherwise: Value): Value => read(definition) ?? otherwise;
  const config: Config = {
    databaseUrl: read(settings.databaseUrl),
    migrateDatabaseUrl: read(settings.migrateDatabaseUrl),
    databasePoolSize: readOr(settings.databasePoolSize, 8),
    dataDirectory: readOr(settings.dataDirectory, resolve('.rollcall')),
    host: readOr(settings.host, '127.0.0.1'),
    port: readOr(settings.port, 8080),
    publicUrl: read(settings.publicUrl),
    encryptionKey: read(settings.encryptionKey),
    ledgerKeyFile: read(settings.ledgerKeyFile),
    ledgerPreviousKeyFile: read(settings.ledgerPreviousKeyFile),
    ledgerAnchorDirectory: read(settings.ledgerAnchorDirectory),
    ledgerTsaUrl: read(settings.ledgerTsaUrl),
    ledgerTsaCaFile: read(settings.ledgerTsaCaFile),
    ledgerWitnesses: readOr(settings.ledgerWitnesses, []),
    ledgerMetaLog: readOr(settings.ledgerMetaLog, false),
    ledgerAnchorMinutes: readOr(settings.ledgerAnchorMinutes, 60),
    bucket: readBucketConfig(read, problems),
    outboundAllowedOrigins: readOr(settings.outboundAllowedOrigins, []),
    trustedProxies: readOr(settings.trustedProxies, []),
    requestsPerMinute: readOr(settings.requestsPerMinute, 3000),
    changesPerMinute: readOr(settings.changesPerMinute, 300),
    oidcAdapter: readOr(settings.oidcAdapter, 'openid-client'),
    wireLogDays: readOr(settings.wireLogDays, 400),
    digestDirectory: read(settings.digestDirectory),
    metricsPort: read(settings.metricsPort),
    metricsHost: readOr(settings.metricsHost, '127.0.0.1'),
    metricsToken: read(settings.metricsToken),
    logLevel: readOr(settings.logLevel, 'info'),
    logFormat: readOr(settings.logFormat, isTerminal ? 'text' : 'json'),
  };
  problems.push(...missingBeside(config), ...unknownNames(environment));
  if (problems.length > 0)
    throw new ConfigError(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return config;
}

/** The text of `.env.example`. */
export function renderEnvExample(): string {
  const entries = Object.values(settings).map(({ name, about, example }) => `# ${about}\n# ${name}=${example}\n`);
  return `# Settings of Rollcall, all optional for a trial on one machine. Generated from src/platform/config.ts.\n\n${entries.join('\n')}`;
}

function missingBeside(config: Config): readonly string[] {
  const isReachable = !['127.0.0.1', '::1', 'localhost'].includes(config.host);
  const guessed = isReachable && config.publicUrl === undefined;
  return [
    ...(guessed ? ['ROLLCALL_PUBLIC_URL must be set when ROLLCALL_HOST is not loopback: Entra and browsers are told this address'] : []),
    ...(config.metricsPort === undefined && config.metricsHost !== '127.0.0.1'
      ? ['ROLLCALL_METRICS_HOST needs ROLLCALL_METRICS_PORT beside it']
      : []),
    ...(config.ledgerTsaUrl === undefined && config.ledgerTsaCaFile !== undefined
      ? ['ROLLCALL_LEDGER_TSA_CA_FILE needs ROLLCALL_LEDGER_TSA_URL beside it']
      : []),
    ...(config.ledgerMetaLog && config.ledgerTsaUrl === undefined && config.ledgerWitnesses.length === 0
      ? ['ROLLCALL_LEDGER_META_LOG needs ROLLCALL_LEDGER_TSA_URL or ROLLCALL_LEDGER_WITNESSES beside it: it is for them']
      : []),
    ...missingBesideDatabase(config),
  ];
}

function missingBesideDatabase(config: Config): readonly string[] {
  if (config.databaseUrl === undefined) {
    return config.migrateDatabaseUrl === undefined ? [] : ['ROLLCALL_MIGRATE_DATABASE_URL needs DATABASE_URL beside it'];
  }
  return [
    ...(config.encryptionKey === undefined
      ? ['ROLLCALL_ENCRYPTION_KEY must be set when DATABASE_URL is: make one with "openssl rand -base64 32"']
      : []),
    ...(config.ledgerKeyFile === undefined
      ? [
          'ROLLCALL_LEDGER_KEY_FILE must be set when DATABASE_URL is: make one with "openssl genpkey -algorithm ed25519 -out FILE" and chmod 600',
        ]
      : []),
  ];
}

/** What the commands read that ask a server: they may stand in the same shell's environment. */
const TOKENS_OF_COMMANDS = ['ROLLCALL_SCIM_TOKEN', 'ROLLCALL_API_TOKEN'];

function unknownNames(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = new Set([...Object.values(settings).map(({ name }) => name), ...TOKENS_OF_COMMANDS]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('ROLLCALL_') && !name.startsWith('ROLLCALL_TEST_') && !known.has(name))
    .map((name) => `${name} is no setting of Rollcall: see .env.example`);
}

function publicOrigin(text: string): string | undefined {
  const url = originOf(text);
  if (url === undefined) return undefined;
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  return url.protocol === 'https:' || loopback ? url.origin : undefined;
}

function originList(text: string): readonly string[] | undefined {
  const origins = text.split(',').map((item) => originOf(item.trim())?.origin);
  return origins.every((origin) => origin !== undefined) ? origins : undefined;
}

function witnessList(text: string): readonly WitnessAddress[] | undefined {
  const witnesses = text.split(',').map((item) => witnessIn(item.trim()));
  return witnesses.every((witness) => witness !== undefined) ? witnesses : undefined;
}

/** That the key is of a witness, and its id its own, is for the ledger to see. */
function witnessIn(text: string): WitnessAddress | undefined {
  const [, vkey, url] = /^([^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44})\s+(https?:\/\/[^\s?#]+)$/.exec(text) ?? [];
  return vkey === undefined || url === undefined || !URL.canParse(url) ? undefined : { vkey, url };
}

function networkList(text: string): readonly string[] | undefined {
  const networks = text.split(',').map((item) => item.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const isPrefix = prefix === undefined || wholeNumber(prefix, 0, version === 4 ? 32 : 128) !== undefined;
  return version !== 0 && isPrefix && rest.length === 0;
}

function originOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && (text === url.origin || text === `${url.origin}/`) ? url : undefined;
}
