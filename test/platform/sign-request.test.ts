import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/index.ts';
import { signRequest } from '../../src/platform/bucket/sign-request.ts';
import { canonicalRequest, signatureFault, signatureOver } from '../support/verify-sigv4.ts';

/** AWS's own examples (Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk"). */
const key = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' };
const at = '2013-05-24T00:00:00.000Z' as Instant;
const date = '20130524T000000Z';
const host = 'examplebucket.s3.amazonaws.com';
const examples = [
  {
    name: 'GET Object',
    method: 'GET',
    target: '/test.txt',
    headers: { range: 'bytes=0-9' },
    body: '',
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'GET Bucket Lifecycle',
    method: 'GET',
    target: '/?lifecycle=',
    headers: {},
    body: '',
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'List Objects',
    method: 'GET',
    target: '/?max-keys=2&prefix=J',
    headers: {},
    body: '',
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
] as const;
const put = {
  method: 'PUT',
  target: '/test%24file.text',
  headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
  body: 'Welcome to Amazon S3.',
  signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
};

describe('the signature of a request (AWS Signature Version 4)', () => {
  it.each(examples)('of the published example "$name" is the published one', async ({ body, headers, method, signature, target }) => {
    const url = new URL(`https://${host}${target}`);
    const signed = await signRequest(key, { method, url, headers, body: Buffer.from(body) }, at);
    expect(signed['authorization']).toMatch(new RegExp(`Signature=${signature}$`));
  });

  it.each([...examples.map((example) => ({ ...example })), { name: 'PUT Object', ...put }])(
    'is reckoned by the stand-in’s own verifier as AWS publishes it: "$name"',
    ({ body, headers, method, signature, target }) => {
      const payloadHash = createHash('sha256').update(body).digest('hex');
      const all = { ...headers, host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': date };
      const canonical = canonicalRequest({ method, target, headers: all, body: Buffer.from(body) }, Object.keys(all).sort(), payloadHash);
      const by = { date, region: key.region, secret: key.secretAccessKey, service: 's3' };
      expect(signatureOver(canonical, by)).toBe(signature);
    },
  );

  const request = { method: 'PUT', url: new URL('http://127.0.0.1:9000/evidence/a/b?versionId=x%20y'), headers: { 'content-md5': 'x' } };
  const verify = async (change: (wire: { headers: Record<string, string>; body: Buffer; target: string }) => object) => {
    const body = Buffer.from('content');
    const headers = await signRequest(key, { ...request, body }, at);
    const wire = { method: 'PUT', target: '/evidence/a/b?versionId=x%20y', headers, body };
    const verifier = { region: key.region, service: 's3', nowMs: Date.parse(at), secretOf: () => key.secretAccessKey };
    return signatureFault({ ...wire, ...change(wire) }, verifier);
  };

  it.each([
    { what: 'as it was signed', change: () => ({}), fault: undefined },
    { what: 'with another body', change: () => ({ body: Buffer.from('changed') }), fault: 'XAmzContentSHA256Mismatch' },
    { what: 'for another object', change: () => ({ target: '/evidence/a/c?versionId=x%20y' }), fault: 'SignatureDoesNotMatch' },
    { what: 'for another version', change: () => ({ target: '/evidence/a/b?versionId=z' }), fault: 'SignatureDoesNotMatch' },
    {
      what: 'at another host',
      change: ({ headers }: { headers: Record<string, string> }) => ({ headers: { ...headers, host: 'elsewhere' } }),
      fault: 'SignatureDoesNotMatch',
    },
    {
      what: 'with a header that is not signed',
      change: ({ headers }: { headers: Record<string, string> }) => ({ headers: { ...headers, 'x-amz-acl': 'public-read' } }),
      fault: 'AccessDenied',
    },
  ])('holds for a request $what: $fault', async ({ change, fault }) => {
    expect(await verify(change)).toBe(fault);
  });
});
