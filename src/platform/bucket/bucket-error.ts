/** Why a bucket did not do what was asked, in a sentence for whoever runs the server; no key, no secret, nothing that the bucket wrote. */
export class BucketError extends Error {
  override readonly name: string = 'BucketError';
}

/** The bucket, or something in it, is not held under object lock: it may be taken away, and proves nothing. */
export class BucketUnlockedError extends BucketError {
  override readonly name = 'BucketUnlockedError';
}

/** By the code of the error (S3 API, "Error responses"): what it means here, and what to do. */
const meanings: Readonly<Record<string, string>> = {
  AccessDenied: 'The bucket refuses this access key: it lacks one of the rights that docs/operations.md lists.',
  AuthorizationHeaderMalformed: 'The bucket lies in another region than ROLLCALL_BUCKET_REGION says.',
  InvalidAccessKeyId: 'The bucket does not know the access key in ROLLCALL_BUCKET_ACCESS_KEY_ID.',
  NoSuchBucket: 'There is no bucket of the name in ROLLCALL_BUCKET_NAME at this endpoint.',
  NoSuchVersion: 'A version that was put into the bucket is there no more.',
  RequestTimeTooSkewed: "This server's clock and the bucket's are too far apart: set this server's clock (NTP).",
  SignatureDoesNotMatch:
    'The bucket does not accept the signature: check the secret in ROLLCALL_BUCKET_SECRET_FILE, and ROLLCALL_BUCKET_REGION.',
};

/** What an answer that is no success comes to. `code` is the bucket's own word, shown where it is one. */
export function bucketFailure(status: number, code: string | undefined): BucketError {
  if (status >= 300 && status < 400) {
    return new BucketError(
      `The endpoint sends requests elsewhere (${status}), where nothing is sent: name the endpoint and the region of the bucket itself.`,
    );
  }
  const meaning = code === undefined ? undefined : meanings[code];
  const word = code !== undefined && /^[A-Za-z]{1,60}$/.test(code) ? ` (${code})` : '';
  return new BucketError(meaning ?? `The bucket answered ${status}${word}.`);
}
