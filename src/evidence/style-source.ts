import { createHash } from 'node:crypto';

/** How a Content-Security-Policy names one inline style and no other (CSP 3 §2.3.1 hash-source). */
export function styleSource(css: string): string {
  return `'sha256-${createHash('sha256').update(css, 'utf8').digest('base64')}'`;
}

/** The source of a page's own style, the first in it; `'none'` for a page without. */
export function styleSourceOf(page: string): string {
  const css = /<style>([^<]*)<\/style>/.exec(page)?.[1];
  return css === undefined ? "'none'" : styleSource(css);
}
