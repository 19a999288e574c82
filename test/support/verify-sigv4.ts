import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** The request target, undecoded, with its query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SigV4Verifier {
  readonly region: string;
  readonly service: string;
  /** The secret of an access key id. */
  readonly secretOf: (accessKeyId: string) => string | undefined;
  readonly nowMs: number;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** The canonical request, written from AWS's description of Signature Version 4, sharing nothing with the product's signer. */
export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[], payloadHash: string): string {
  const [path = '', query = ''] = request.target.split(/\?(.*)/s);
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split(/=(.*)/s).map((part) => decodeURIComponent(part)));
  const canonicalQuery = pairs
    .map(([name = '', value = '']) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.map(
    (name) =>
      `${name}:${String(request.headers[name] ?? '')
        .trim()
        .replaceAll(/ +/g, ' ')}\n`,
  );
  return [request.method, path, canonicalQuery, headers.join(''), signedHeaders.join(';'), payloadHash].join('\n');
}

export function signatureOver(
  canonical: string,
  { date, region, secret, service }: { readonly date: string; readonly region: string; readonly secret: string; readonly service: string },
): string {
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<Buffer>((by, part) => hmac(by, part), Buffer.from(`AWS4${secret}`));
  return createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n'))
    .digest('hex');
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 15 * 60_000;

/** What an S3 service calls the fault of a request's signature; undefined for a good one. */
export function signatureFault(request: WireRequest, verifier: SigV4Verifier): string | undefined {
  const given = AUTHORIZATION.exec(String(request.headers.authorization));
  const date = String(request.headers['x-amz-date']);
  if (given === null || !/^\d{8}T\d{6}Z$/.test(date) || date.slice(0, 8) !== given[2]) return 'AccessDenied';
  const [accessKeyId = '', , ...scope] = given.slice(1, 5);
  const [names = '', signature = ''] = given.slice(5);
  const { nowMs, region, secretOf, service } = verifier;
  if (scope.join('/') !== `${region}/${service}`) return 'AuthorizationHeaderMalformed';
  if (Math.abs(msOf(date) - nowMs) > MAX_SKEW_MS) return 'RequestTimeTooSkewed';
  const secret = secretOf(accessKeyId);
  return secret === undefined
    ? 'InvalidAccessKeyId'
    : contentFault(request, names.split(';'), (canonical) =>
        isSame(signatureOver(canonical, { date, region, secret, service }), signature),
      );
}

/** What has to be signed is, the body is the one that was hashed, and all of it is what the secret's holder signed. */
function contentFault(request: WireRequest, signed: readonly string[], holds: (canonical: string) => boolean): string | undefined {
  const mustBeSigned = Object.keys(request.headers).filter(
    (name) => name === 'host' || name.startsWith('x-amz-') || name === 'content-md5',
  );
  if (mustBeSigned.some((name) => !signed.includes(name))) return 'AccessDenied';
  const payloadHash = sha256(request.body);
  if (request.headers['x-amz-content-sha256'] !== payloadHash) return 'XAmzContentSHA256Mismatch';
  return holds(canonicalRequest(request, signed, payloadHash)) ? undefined : 'SignatureDoesNotMatch';
}

function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

function msOf(date: string): number {
  return Date.parse(date.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
}
