import { resolve } from 'node:path';
import { type Setting, setting, wholeNumber } from './setting.ts';

/** A bucket under object lock, as the operator set it; the secret stays in its file until the bucket is opened. */
export interface BucketConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly name: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretFile: string;
  readonly retainDays: number;
  /** Whether sealed bundles are put there, too. */
  readonly keepsReports: boolean;
}

/** Seven years with their leap days: what most who audit ask for. */
const USUAL_DAYS = 2_557;

export const bucketSettings = {
  bucketEndpoint: setting({
    name: 'ROLLCALL_BUCKET_ENDPOINT',
    about:
      'An S3-compatible service with a bucket under object lock, in which checkpoints are kept so that nobody can take them away; the other ROLLCALL_BUCKET settings belong to it. Default: none.',
    example: 'https://s3.eu-central-1.amazonaws.com',
    form: 'an https:// origin without a path (http:// where ROLLCALL_OUTBOUND_ALLOWED_ORIGINS lists it)',
    parse: (text) => (URL.canParse(text) && /^https?:\/\/[^/?#@]+\/?$/.test(text) ? new URL(text).origin : undefined),
  }),
  bucketRegion: setting({
    name: 'ROLLCALL_BUCKET_REGION',
    about: "The bucket's region, which signatures name. Default: us-east-1, which services without regions mostly take.",
    example: 'eu-central-1',
    form: 'letters, digits and "-"',
    parse: (text) => (/^[A-Za-z0-9-]{1,64}$/.test(text) ? text : undefined),
  }),
  bucketName: setting({
    name: 'ROLLCALL_BUCKET_NAME',
    about: 'The bucket. It must have been made with object lock.',
    example: 'example-rollcall-evidence',
    form: '3 to 63 lower-case letters, digits, "." and "-"',
    parse: (text) => (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..') ? text : undefined),
  }),
  bucketPrefix: setting({
    name: 'ROLLCALL_BUCKET_PREFIX',
    about: 'What every key in the bucket begins with. Default: rollcall/.',
    example: 'rollcall/production/',
    form: 'letters, digits, "_", "-" and ".", in parts that each end with "/"',
    parse: (text) => (/^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)+$/.test(text) && text.length <= 200 ? text : undefined),
  }),
  bucketAccessKeyId: setting({
    name: 'ROLLCALL_BUCKET_ACCESS_KEY_ID',
    about: 'Who asks. It needs the rights that docs/operations.md lists, and none to delete.',
    example: 'AKIAIOSFODNN7EXAMPLE',
    form: '3 to 128 letters, digits, "_", "." and "-"',
    parse: (text) => (/^[A-Za-z0-9_.-]{3,128}$/.test(text) ? text : undefined),
  }),
  bucketSecretFile: setting({
    name: 'ROLLCALL_BUCKET_SECRET_FILE',
    about: 'A file that holds the secret of that access key and nothing else.',
    example: '/run/secrets/rollcall-bucket',
    form: 'a path',
    parse: (text) => resolve(text),
  }),
  bucketRetainDays: setting({
    name: 'ROLLCALL_BUCKET_RETAIN_DAYS',
    about:
      'For how many days what is put there is held; for longer where a workspace keeps its evidence for longer. Default: 2557, which is seven years. It cannot be shortened afterwards by anybody.',
    example: '2557',
    form: 'a whole number from 1 to 36500',
    parse: (text) => wholeNumber(text, 1, 36_500),
  }),
  bucketReports: setting({
    name: 'ROLLCALL_BUCKET_REPORTS',
    about:
      'Whether the bundle of each sealed report is put there as well: on or off. It holds personal data, which cannot be erased from there before its time. Default: off.',
    example: 'on',
    form: 'on or off',
    parse: (text) => (['on', 'off'] as const).find((state) => state === text),
  }),
};

type Read = <Value>(definition: Setting<Value>) => Value | undefined;

/** The bucket, where one is set; `problems` gets a line for what is missing beside another setting. */
export function readBucketConfig(read: Read, problems: string[]): BucketConfig | undefined {
  const given = {
    endpoint: read(bucketSettings.bucketEndpoint),
    region: read(bucketSettings.bucketRegion),
    name: read(bucketSettings.bucketName),
    prefix: read(bucketSettings.bucketPrefix),
    accessKeyId: read(bucketSettings.bucketAccessKeyId),
    secretFile: read(bucketSettings.bucketSecretFile),
    retainDays: read(bucketSettings.bucketRetainDays),
    reports: read(bucketSettings.bucketReports),
  };
  const { accessKeyId, endpoint, name, secretFile, region = 'us-east-1', prefix = 'rollcall/', retainDays = USUAL_DAYS } = given;
  if (Object.values(given).every((value) => value === undefined)) return undefined;
  if (endpoint !== undefined && name !== undefined && accessKeyId !== undefined && secretFile !== undefined) {
    return { endpoint, region, name, prefix, accessKeyId, secretFile, retainDays, keepsReports: given.reports === 'on' };
  }
  problems.push(
    'ROLLCALL_BUCKET_ENDPOINT, ROLLCALL_BUCKET_NAME, ROLLCALL_BUCKET_ACCESS_KEY_ID and ROLLCALL_BUCKET_SECRET_FILE must be set together',
  );
  return undefined;
}
