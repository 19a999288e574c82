import { refuse } from '../kernel/index.ts';

/** Looked up among the report's own files as it stands: nothing of it ever reaches a file system. */
export function reportFilePath({ params }: { readonly params: Readonly<Record<string, unknown>> }): string {
  const segments: unknown = params['path'];
  const path = Array.isArray(segments) ? segments.join('/') : '';
  return path.includes('\0') ? refuseUnknownFile() : path; // PostgreSQL takes no U+0000 in a text
}

export function refuseUnknownFile(): never {
  return refuse('not-found', {
    detail: 'The report has no such file.',
    next: 'manifest.json lists its files; those under log/ are in the bundle.',
  });
}
