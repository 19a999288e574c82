import { extname } from 'node:path/posix';
import { styleSourceOf } from './style-source.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.sh': 'text/plain; charset=utf-8',
};

/**
 * The headers of a report's file for a browser. What was sealed years ago is shown under today's rules: nothing of it runs
 * or loads anything, and no cache keeps the personal data in it.
 */
export function servedHeaders(path: string, content: Buffer): Readonly<Record<string, string>> {
  const mediaType = mediaTypes[extname(path)] ?? 'application/octet-stream';
  const style = mediaType.startsWith('text/html') ? styleSourceOf(content.toString('utf8')) : "'none'";
  return {
    'content-type': mediaType,
    'content-security-policy': `default-src 'none'; style-src ${style}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox`,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
