import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { Instant } from '../../kernel/index.ts';

export interface BucketKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface RequestToSign {
  readonly method: string;
  /** With its path as it is sent, already encoded. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The headers of a request to S3 with those that prove who sends it, over all of them and the body (AWS Signature Version 4; its time is `at`).
 * The signing is AWS's own library's (docs/decisions/0049), loaded when a bucket is first used: most installations have none.
 */
export async function signRequest(
  key: BucketKey,
  { body, headers, method, url }: RequestToSign,
  at: Instant,
): Promise<Record<string, string>> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const signer = new SignatureV4({ credentials: key, region: key.region, service: 's3', sha256: NodeSha256, uriEscapePath: false });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      body,
    },
    { signingDate: new Date(at) },
  );
  return signed.headers;
}

/** SHA-256 and, given a key, its HMAC, as the signer asks for them. */
class NodeSha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
