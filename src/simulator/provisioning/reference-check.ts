import type { Run } from './run.ts';
import { filterQuery, findResources } from './scim-client.ts';

/** One resource's reference to another, by their ids at the target. */
interface Reference {
  readonly from: string;
  readonly attribute: 'manager' | 'members';
  readonly to: string;
}

/**
 * The question that goes before each change of a reference, so that nothing is loaded to answer it. In which order Entra
 * writes the two terms is not documented (entra-scim-client §1.2).
 */
export async function holdsReference(run: Run, { from, attribute, to }: Reference): Promise<boolean> {
  const terms = [
    ['id', from],
    [attribute, to],
  ] as const;
  const query = `${filterQuery(...(run.job.settings.referenceFirst ? terms.toReversed() : terms))}&attributes=id`;
  const path = attribute === 'manager' ? '/Users' : '/Groups';
  return (await findResources(run.client, { step: attribute, path, query })).length > 0;
}
