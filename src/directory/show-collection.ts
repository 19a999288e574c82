import { type AccessSource, accessSourceTable } from './access-source.ts';
import { type CollectedFacts, collectedFacts } from './collected-facts.ts';
import type { Collection } from './collection-read-model.ts';
import { graphFailures } from './graph-failure.ts';

/** What is collected where we are let, in words: what it gives, what it takes, why it is missing and since when. */
export function shownCollection(collection: Collection) {
  const { gives, needs } = describe(collection.facts);
  const { because, collectedAt, missedSince } = collection;
  if (because === null) return { ...collection, gives, needs, detail: `Collected: ${gives}.` };
  const since = missedSince === null ? '' : ` since ${missedSince}`;
  const stands = collectedAt === null ? '' : ` What was collected at ${collectedAt} stands.`;
  return { ...collection, gives, needs, detail: `Not collected${since}: ${gives}. ${reasonOf(because, needs)}${stands}` };
}

function describe(facts: CollectedFacts | AccessSource): { readonly gives: string; readonly needs: string } {
  return isAccessSource(facts)
    ? { gives: accessSourceTable[facts].gives, needs: accessSourceTable[facts].permission }
    : collectedFacts[facts];
}

function isAccessSource(facts: CollectedFacts | AccessSource): facts is AccessSource {
  return facts in accessSourceTable;
}

/** What it takes is said only where that may be what is missing: nothing is granted against throttling. */
function reasonOf(because: NonNullable<Collection['because']>, needs: string): string {
  if (because === 'permission-missing') return `It takes ${needs}, which is not granted.`;
  const { detail } = graphFailures[because];
  return because === 'access-denied' || because === 'licence-missing' || because === 'permission-unknown'
    ? `${detail} It takes ${needs}.`
    : detail;
}
