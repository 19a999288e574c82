import type { Ask } from './ask.ts';

export interface RefusalRow extends Ask {
  readonly name: string;
  readonly status: number;
  /** The end of the problem's `type`. */
  readonly code: string;
}

export const NOBODY = '00000000-0000-4000-8000-00000000dead';
export const digest = 'f'.repeat(64);
export const period = { kind: 'interim', periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-04-01T00:00:00Z' };
export const csv = (text: string) => ({ type: 'text/csv', text });

export const invalid = { status: 400, code: 'invalid-request' } as const;
export const conflict = { status: 409, code: 'conflict' } as const;
export const signInFailed = { status: 403, code: 'sign-in-failed' } as const;
