import { ScimError } from '../scim-protocol/index.ts';
import type { ScimRequest } from './scim-request.ts';

/** The ETag of a version of a resource (RFC 7644 §3.14): weak, since the bytes of an answer depend on what it shows. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** Which versions a condition names; `any` for `*`, undefined where there is no condition. */
export type Versions = readonly number[] | 'any' | undefined;

/** The versions of If-Match. An ETag that is none of ours matches nothing. */
export function ifMatch({ headers }: ScimRequest): Versions {
  return readVersions(headers['if-match']);
}

/** Whether If-None-Match names the version: the client has it, and 304 is the answer. */
export function isKnownToClient({ headers }: ScimRequest, version: number): boolean {
  return meets(readVersions(headers['if-none-match']), version);
}

/** Throws `preconditionFailed` unless the request's If-Match, where it has one, names the version. */
export function requireMatch(request: ScimRequest, version: number): void {
  const wanted = ifMatch(request);
  if (wanted !== undefined && !meets(wanted, version)) throw changedMeanwhile();
}

export function changedMeanwhile(): ScimError {
  return new ScimError(
    'preconditionFailed',
    'The resource is no longer at the version that If-Match names; read it again and repeat the change.',
  );
}

function meets(versions: Versions, version: number): boolean {
  return versions === 'any' || versions?.includes(version) === true;
}

function readVersions(header: string | undefined): Versions {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  // RFC 7644 uses weak ETags with If-Match, so the two comparisons of RFC 9110 §8.8.3.2 are one here.
  return header.split(',').flatMap((tag) => {
    const version = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}
