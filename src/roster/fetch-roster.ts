import { DomainError, MINUTE_MS, refuse } from '../kernel/index.ts';
import { errorCode, type OutboundHttp, type ReadResponse } from '../platform/index.ts';
import { ROSTER_FILE_LIMIT } from './import-roster.ts';
import type { SealedSource } from './set-source.ts';

/** A file of hundreds of megabytes from a slow HR system. */
const PULL_TIMEOUT_MS = 5 * MINUTE_MS;

/** The file that lies where HR puts it. Throws DomainError `outbound-refused` where that may not be called, `outbound-failed` where nothing can be had that may be a file. */
export async function fetchRoster(outbound: OutboundHttp, { url, authorization }: SealedSource): Promise<Buffer> {
  const answer = await asked(
    outbound.fetch(url, {
      headers: { accept: 'text/csv', ...(authorization === null ? {} : { authorization }) },
      timeoutMs: PULL_TIMEOUT_MS,
      maxBytes: ROSTER_FILE_LIMIT,
    }),
  );
  if (answer.status !== 200) refuse('outbound-failed', { detail: `HR's server answered ${answer.status}.`, next: nextAfter(answer) });
  if (/html/i.test(answer.headers.get('content-type') ?? '')) {
    refuse('outbound-failed', {
      detail: "HR's server answered with a page, which most likely asks somebody to sign in.",
      next: 'Give the address at which a program is handed the file, and in "authorization" what lets it in.',
    });
  }
  return answer.bytes;
}

function nextAfter({ headers, status }: ReadResponse): string {
  if (status >= 300 && status < 400) {
    const to = originOf(headers.get('location'));
    return `Redirects are not followed${to === undefined ? '' : ` (this one leads to ${to})`}: give the address at which the file lies.`;
  }
  if (status === 401 || status === 403)
    return 'Give in "authorization" the whole header that lets us in, such as Bearer … or Basic …; it may have expired.';
  if (status === 404 || status === 410) return 'Ask whoever runs it at which address the file lies.';
  return 'Ask whoever runs it what is wrong, and try again.';
}

/** What follows it may hold a secret. */
function originOf(location: string | null): string | undefined {
  return location !== null && URL.canParse(location) ? new URL(location).origin : undefined;
}

/** What came of a request; a socket that failed is HR's to mend. */
async function asked(request: Promise<ReadResponse>): Promise<ReadResponse> {
  try {
    return await request;
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof DomainError || code === undefined || !/^[A-Z][A-Z\d_]+$/.test(code)) throw error;
    return refuse('outbound-failed', {
      detail: `HR's server could not be reached, or its answer not be read (${code}).`,
      next: 'Look whether the address is right, its server runs and its certificate is valid, and try again.',
    });
  }
}
