import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../src/platform/index.ts';
import { type LoopbackServer, serve } from './loopback.ts';
import { etag, type ObjectLock, S3Error, S3Objects } from './s3-objects.ts';
import { signatureFault, type WireRequest } from './verify-sigv4.ts';

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A stand-in of somebody else's S3 service: it checks every signature, keeps versions, and holds what is locked. */
export interface S3Service extends LoopbackServer {
  readonly name: string;
  readonly key: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly region: string };
  readonly objects: S3Objects;
  /** What was asked, in order: method and target. */
  readonly asked: string[];
  /** Added to its clock, in milliseconds. */
  skewMs: number;
  /** At most so many entries stand on a page of a list. */
  pageSize: number;
  /** What it answers instead of what it should; undefined: what it should. `cut` ends the connection in the middle of the body, or before there is any. */
  lie: ((request: WireRequest) => (Answer & { readonly cut?: true }) | undefined) | undefined;
}

const REGION = 'eu-central-1';
const NAME = 'evidence';

export async function s3Service(clock: Clock): Promise<S3Service> {
  const key = { accessKeyId: 'AKIDTEST', secretAccessKey: 'not-a-secret-of-anybody', region: REGION };
  const objects = new S3Objects();
  const server = await serve((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => answerWith(response, wireRequest(incoming, Buffer.concat(chunks))));
  });
  const service: S3Service = {
    ...server,
    name: NAME,
    key,
    objects,
    asked: [],
    skewMs: 0,
    pageSize: 1_000,
    lie: undefined,
  };
  const nowMs = () => Date.parse(clock.now()) + service.skewMs;
  const answerWith = (response: ServerResponse, request: WireRequest) => {
    service.asked.push(`${request.method} ${request.target}`);
    const lie = service.lie?.(request);
    const { body = '', headers = {}, status } = lie ?? answer(request);
    if (lie?.cut && body === '') {
      response.destroy();
      return;
    }
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
    if (lie?.cut) response.write(body.slice(0, -1), () => response.destroy());
    else response.end(request.method === 'HEAD' ? '' : body);
  };
  const answer = (request: WireRequest): Answer => {
    try {
      const fault = signatureFault(request, {
        region: REGION,
        service: 's3',
        nowMs: nowMs(),
        secretOf: (id) => (id === key.accessKeyId ? key.secretAccessKey : undefined),
      });
      if (fault !== undefined) throw new S3Error(fault === 'XAmzContentSHA256Mismatch' ? 400 : 403, fault);
      return act(service, request, nowMs());
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      return s3Failure(error.status, error.code);
    }
  };
  return service;
}

export function s3Failure(status: number, code: string): Answer {
  return { status, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>as told</Message></Error>` };
}

function wireRequest(incoming: IncomingMessage, body: Buffer): WireRequest {
  return { method: incoming.method ?? '', target: incoming.url ?? '', headers: incoming.headers, body };
}

function act(service: S3Service, request: WireRequest, nowMs: number): Answer {
  const url = new URL(request.target, service.url);
  const [, name, ...rest] = url.pathname.split('/');
  if (name !== service.name) throw new S3Error(404, 'NoSuchBucket');
  const key = rest.join('/');
  return key === '' ? ofBucket(service, url.searchParams) : ofObject(service.objects, { request, key, query: url.searchParams, nowMs });
}

function ofBucket({ objects, pageSize }: S3Service, query: URLSearchParams): Answer {
  if (query.has('object-lock')) {
    if (!objects.isLockable) throw new S3Error(404, 'ObjectLockConfigurationNotFoundError');
    return xml('<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>');
  }
  if (!query.has('versions')) throw new S3Error(501, 'NotImplemented');
  return listVersions(objects, query, Math.min(pageSize, Number(query.get('max-keys') ?? 1_000)));
}

function listVersions(objects: S3Objects, query: URLSearchParams, pageSize: number): Answer {
  const keys = [...new Set(objects.versions.map(({ key }) => key))].filter((key) => key.startsWith(query.get('prefix') ?? '')).sort();
  const all = keys.flatMap((key) => objects.versionsOf(key).toReversed());
  const after = all.findIndex(
    ({ key, versionId }) => key === query.get('key-marker') && versionId === (query.get('version-id-marker') ?? versionId),
  );
  const page = all.slice(after + 1, after + 1 + pageSize);
  const last = page.at(-1);
  const isTruncated = last !== undefined && last !== all.at(-1);
  const entries = page.map(({ content, key, versionId }) => {
    const kind = content === null ? 'DeleteMarker' : 'Version';
    return `<${kind}><Key>${key}</Key><VersionId>${versionId}</VersionId></${kind}>`;
  });
  const next = isTruncated ? `<NextKeyMarker>${last.key}</NextKeyMarker><NextVersionIdMarker>${last.versionId}</NextVersionIdMarker>` : '';
  return xml(`<ListVersionsResult><IsTruncated>${String(isTruncated)}</IsTruncated>${next}${entries.join('')}</ListVersionsResult>`);
}

interface ObjectCall {
  readonly request: WireRequest;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly nowMs: number;
}

function ofObject(objects: S3Objects, call: ObjectCall): Answer {
  const { key, nowMs, query, request } = call;
  if (query.has('retention')) return retention(objects, call);
  if (query.has('uploads') || query.has('uploadId')) return multipart(objects, call);
  const versionId = query.get('versionId') ?? undefined;
  switch (request.method) {
    case 'GET':
      return ranged(request, objects.version(key, versionId).content ?? Buffer.alloc(0));
    case 'DELETE':
      objects.remove(key, versionId, nowMs);
      return { status: 204 };
    case 'PUT':
      requireMd5(request, lockIn(request) !== undefined);
      return put(objects, call);
    default:
      throw new S3Error(405, 'MethodNotAllowed');
  }
}

/** RFC 9110 §14: the bytes that were asked for, where somebody asked for some. */
function ranged({ headers }: WireRequest, content: Buffer): Answer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined) return { status: 200, body: content };
  const [from, to] = [Number(first), Math.min(Number(last), content.length - 1)];
  if (from >= content.length) throw new S3Error(416, 'InvalidRange');
  const range = { 'content-range': `bytes ${from}-${to}/${content.length}` };
  return { status: 206, headers: range, body: content.subarray(from, to + 1) };
}

function put(objects: S3Objects, { key, nowMs, request }: ObjectCall): Answer {
  const onlyNew = request.headers['if-none-match'] === '*';
  const versionId = objects.put(key, request.body, { lock: lockIn(request), nowMs, onlyNew });
  return { status: 200, headers: { 'x-amz-version-id': versionId, etag: `"${etag(request.body)}"` } };
}

function retention(objects: S3Objects, { key, query, request }: ObjectCall): Answer {
  const versionId = query.get('versionId') ?? undefined;
  if (request.method === 'PUT') {
    const [, mode = '', until = ''] = /<Mode>(\w+)<\/Mode><RetainUntilDate>([^<]+)</.exec(request.body.toString()) ?? [];
    objects.retain(key, versionId, { mode, untilMs: Date.parse(until) });
    return { status: 200 };
  }
  const { lock } = objects.version(key, versionId);
  if (lock === undefined) throw new S3Error(404, 'NoSuchObjectLockConfiguration');
  const until = new Date(lock.untilMs).toISOString();
  return xml(`<Retention><Mode>${lock.mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`);
}

function multipart(objects: S3Objects, { key, nowMs, query, request }: ObjectCall): Answer {
  const uploadId = query.get('uploadId');
  if (uploadId === null) {
    return xml(
      `<InitiateMultipartUploadResult><UploadId>${objects.begin(key, lockIn(request))}</UploadId></InitiateMultipartUploadResult>`,
    );
  }
  if (request.method === 'DELETE') {
    objects.uploads.delete(uploadId);
    return { status: 204 };
  }
  const upload = objects.upload(uploadId);
  if (request.method === 'PUT') {
    requireMd5(request, upload.lock !== undefined);
    upload.parts.set(Number(query.get('partNumber')), request.body);
    return { status: 200, headers: { etag: `"${etag(request.body)}"` } };
  }
  const tags = [...request.body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;(\w+)&quot;/g)];
  const versionId = objects.complete(
    uploadId,
    tags.map(([, number, tag = '']) => ({ number: Number(number), tag })),
    nowMs,
    request.headers['if-none-match'] === '*',
  );
  return {
    ...xml('<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>'),
    headers: { 'x-amz-version-id': versionId },
  };
}

function lockIn({ headers }: WireRequest): ObjectLock | undefined {
  const mode = headers['x-amz-object-lock-mode'];
  return mode === undefined
    ? undefined
    : { mode: String(mode), untilMs: Date.parse(String(headers['x-amz-object-lock-retain-until-date'])) };
}

/** Object lock wants every upload to carry one. */
function requireMd5({ body, headers }: WireRequest, isWanted: boolean): void {
  const given = headers['content-md5'];
  if (given === undefined && isWanted) throw new S3Error(400, 'InvalidRequest');
  if (given !== undefined && given !== createHash('md5').update(body).digest('base64')) throw new S3Error(400, 'BadDigest');
}

function xml(body: string): Answer {
  return { status: 200, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
