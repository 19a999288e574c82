import { collectedFacts } from './collected-facts.ts';
import type { Collection } from './collection-store.ts';
import { graphFailures } from './graph-failure.ts';

/** What is collected where we are let, in words: what it gives, what it takes, and why it is missing. */
export function shownCollection(collection: Collection) {
  const { gives, needs } = collectedFacts[collection.facts];
  const { because } = collection;
  const detail = because === null ? `Collected: ${gives}.` : `Not collected: ${gives}. ${reasonOf(because, needs)}`;
  return { ...collection, gives, needs, detail };
}

function reasonOf(because: NonNullable<Collection['because']>, needs: string): string {
  return because === 'permission-missing'
    ? `It takes ${needs}, which is not granted.`
    : `${graphFailures[because].detail} It takes ${needs}.`;
}
