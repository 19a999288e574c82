import { DomainError, MINUTE_MS, refuse } from '../kernel/index.ts';
import { errorCode, type OutboundHttp, type ReadResponse } from '../platform/index.ts';
import { ROSTER_FILE_LIMIT } from './import-roster.ts';
import type { SealedSource } from './set-source.ts';

/** A file of hundreds of megabytes from a slow HR system. */
const PULL_TIMEOUT_MS = 5 * MINUTE_MS;

/** The file that lies where HR puts it. Throws DomainError `outbound-refused` where nothing can be had that may be one. */
export async function fetchRoster(outbound: OutboundHttp, { url, authorization }: SealedSource): Promise<Buffer> {
  const answer = await asked(
    outbound.fetch(url, {
      headers: { accept: 'text/csv', ...(authorization === null ? {} : { authorization }) },
      timeoutMs: PULL_TIMEOUT_MS,
      maxBytes: ROSTER_FILE_LIMIT,
    }),
  );
  if (answer.status !== 200) refuse('outbound-refused', { detail: `HR's server answered ${answer.status}.` });
  if (/html/i.test(answer.headers.get('content-type') ?? '')) {
    refuse('outbound-refused', { detail: "HR's server answered with a page, which most likely asks somebody to sign in." });
  }
  return answer.bytes;
}

/** What came of a request; a socket that failed is HR's to mend, as a refusal is. */
async function asked(request: Promise<ReadResponse>): Promise<ReadResponse> {
  try {
    return await request;
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof DomainError || code === undefined || !/^[A-Z_]+$/.test(code)) throw error;
    return refuse('outbound-refused', { detail: `HR's server could not be reached, or its answer not be read (${code}).` });
  }
}
