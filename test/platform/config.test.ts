import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readConfig, renderEnvExample } from '../../src/platform/index.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const production = {
  DATABASE_URL: 'postgres://app:x@db/rollcall',
  ROLLCALL_ENCRYPTION_KEY: key,
  ROLLCALL_LEDGER_KEY_FILE: '/keys/ledger.pem',
};

const WITNESS = 'witness.example.com/w1+0a1b2c3d+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G';

describe('the configuration', () => {
  it('reads witnesses, each a key and an address', () => {
    expect(
      readConfig({ ROLLCALL_LEDGER_WITNESSES: `${WITNESS} https://w.example/a/,${WITNESS}  http://127.0.0.1:1` }, true).ledgerWitnesses,
    ).toEqual([
      { vkey: WITNESS, url: 'https://w.example/a/' },
      { vkey: WITNESS, url: 'http://127.0.0.1:1' },
    ]);
    expect(readConfig({}, true).ledgerWitnesses).toEqual([]);
  });

  it('needs nothing for a trial on one machine', () => {
    expect(readConfig({}, true)).toMatchObject({ databaseUrl: undefined, host: '127.0.0.1', port: 8080, logFormat: 'text' });
  });

  it('reads a production environment', () => {
    expect(readConfig({ ...production, ROLLCALL_PUBLIC_URL: 'https://rollcall.example.com/' }, false)).toMatchObject({
      databaseUrl: production.DATABASE_URL,
      publicUrl: 'https://rollcall.example.com',
      logFormat: 'json',
    });
  });

  it.each([
    { name: 'a port out of range', environment: { ROLLCALL_PORT: '65536' }, complaint: 'ROLLCALL_PORT must be a whole number' },
    {
      name: 'a public URL with a path',
      environment: { ROLLCALL_PUBLIC_URL: 'https://a.example/x' },
      complaint: 'ROLLCALL_PUBLIC_URL must be',
    },
    {
      name: 'plain http beyond loopback',
      environment: { ROLLCALL_PUBLIC_URL: 'http://a.example' },
      complaint: 'ROLLCALL_PUBLIC_URL must be',
    },
    { name: 'a short encryption key', environment: { ROLLCALL_ENCRYPTION_KEY: 'c2hvcnQ=' }, complaint: '32 bytes in base64' },
    { name: 'a database of another kind', environment: { DATABASE_URL: 'mysql://x' }, complaint: 'DATABASE_URL must be a postgres://' },
    {
      name: 'production without an encryption key',
      environment: { ...production, ROLLCALL_ENCRYPTION_KEY: '' },
      complaint: 'openssl rand -base64 32',
    },
    { name: 'production without a ledger key', environment: { ...production, ROLLCALL_LEDGER_KEY_FILE: '' }, complaint: 'openssl genpkey' },
    {
      name: 'an owner URL alone',
      environment: { ROLLCALL_MIGRATE_DATABASE_URL: 'postgres://o@db/r' },
      complaint: 'needs DATABASE_URL beside it',
    },
    {
      name: 'an address for others without saying which',
      environment: { ROLLCALL_HOST: '0.0.0.0' },
      complaint: 'ROLLCALL_PUBLIC_URL must be set',
    },
    {
      name: 'a proxy by name',
      environment: { ROLLCALL_TRUSTED_PROXIES: 'proxy.example' },
      complaint: 'ROLLCALL_TRUSTED_PROXIES must be IP',
    },
    { name: 'a network that is none', environment: { ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/33' }, complaint: 'must be IP addresses' },
    {
      name: 'a token that could be guessed',
      environment: { ROLLCALL_METRICS_TOKEN: 'metrics' },
      complaint: 'ROLLCALL_METRICS_TOKEN must be 32',
    },
    {
      name: 'an address for metrics that nothing listens on',
      environment: { ROLLCALL_METRICS_HOST: '0.0.0.0' },
      complaint: 'needs ROLLCALL_METRICS_PORT',
    },
    {
      name: 'a library that nobody knows',
      environment: { ROLLCALL_OIDC_ADAPTER: 'passport' },
      complaint: 'openid-client or passport-azure-ad',
    },
    {
      name: 'a witness without an address',
      environment: { ROLLCALL_LEDGER_WITNESSES: WITNESS },
      complaint: 'ROLLCALL_LEDGER_WITNESSES must be',
    },
    {
      name: 'a witness whose key is none',
      environment: { ROLLCALL_LEDGER_WITNESSES: `${WITNESS} https://w.example, w2 https://w.example` },
      complaint: 'ROLLCALL_LEDGER_WITNESSES must be a verifier key',
    },
    {
      name: 'a witness at an address with a query',
      environment: { ROLLCALL_LEDGER_WITNESSES: `${WITNESS} https://w.example/?a=b` },
      complaint: 'ROLLCALL_LEDGER_WITNESSES must be',
    },
    { name: 'half a bucket', environment: { ROLLCALL_BUCKET_NAME: 'evidence' }, complaint: 'must be set together' },
    {
      name: 'a bucket’s endpoint with a path',
      environment: { ROLLCALL_BUCKET_ENDPOINT: 'https://s3.example/evidence' },
      complaint: 'ROLLCALL_BUCKET_ENDPOINT must be an https:// origin',
    },
    { name: 'a prefix that leads out', environment: { ROLLCALL_BUCKET_PREFIX: '../' }, complaint: 'ROLLCALL_BUCKET_PREFIX must be' },
    {
      name: 'a meta-log that is neither',
      environment: { ROLLCALL_LEDGER_META_LOG: 'yes' },
      complaint: 'ROLLCALL_LEDGER_META_LOG must be on or off',
    },
    { name: 'a meta-log for nobody', environment: { ROLLCALL_LEDGER_META_LOG: 'on' }, complaint: 'needs ROLLCALL_LEDGER_TSA_URL or' },
    { name: 'a misspelt setting', environment: { ROLLCALL_PROT: '1' }, complaint: 'ROLLCALL_PROT is no setting' },
  ])('refuses $name and says so', ({ environment, complaint }) => {
    expect(() => readConfig(environment, false)).toThrow(complaint);
  });

  it('reads a bucket with what is usual of it', () => {
    const environment = {
      ROLLCALL_BUCKET_ENDPOINT: 'https://s3.example/',
      ROLLCALL_BUCKET_NAME: 'evidence',
      ROLLCALL_BUCKET_ACCESS_KEY_ID: 'AKIA',
      ROLLCALL_BUCKET_SECRET_FILE: '/run/secrets/bucket',
    };
    expect(readConfig(environment, false).bucket).toEqual({
      endpoint: 'https://s3.example',
      region: 'us-east-1',
      name: 'evidence',
      prefix: 'rollcall/',
      accessKeyId: 'AKIA',
      secretFile: '/run/secrets/bucket',
      retainDays: 2_557,
      keepsReports: false,
    });
    expect(readConfig({}, false).bucket).toBeUndefined();
  });

  it('takes the tokens that commands read for no misspelt setting', () => {
    expect(() => readConfig({ ROLLCALL_SCIM_TOKEN: 'x', ROLLCALL_API_TOKEN: 'x' }, false)).not.toThrow();
  });

  it('names everything that is wrong at once, and repeats no secret', () => {
    const secret = 'not-the-right-length-but-secret';
    const attempt = () =>
      readConfig({ ROLLCALL_ENCRYPTION_KEY: secret, ROLLCALL_METRICS_TOKEN: `${secret} `.repeat(2), ROLLCALL_PORT: 'x' }, false);
    expect(attempt).toThrow(/ROLLCALL_PORT[\s\S]*ROLLCALL_ENCRYPTION_KEY/);
    expect(attempt).not.toThrow(secret);
  });

  it('is listed whole in .env.example', () => {
    expect(readFileSync('.env.example', 'utf8')).toBe(renderEnvExample());
  });
});
