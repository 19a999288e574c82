import type { AdministrationClient } from '../../src/app/demo/administration-client.ts';

/** Who makes what the rows need. */
export interface Makers {
  readonly owner: AdministrationClient;
  readonly client: AdministrationClient;
  readonly workspaceId: string;
}

export function present<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('the story left out what the rows need');
  return value;
}
