import { objectsOf } from './compare-sources.ts';
import type { JsonObject } from './json-shape.ts';
import type { ToldNames } from './told-names.ts';

/** Kinds of things whose records disclose what they are called; groups have none. */
const kinds: readonly unknown[] = ['person', 'account'];

/**
 * Of what the report names by an id alone, whose name no record tells, in a line each: nothing of a name that the values beside the records tell, or that is null, since it was erased. As
 * for people and accounts of findings it is no problem, since a name alone may have changed without a record.
 */
export function untoldNames({ names }: JsonObject, told: ToldNames): readonly string[] {
  const given = objectsOf(names, 'names').filter(({ kind, name }) => kinds.includes(kind) && name !== null);
  const renamed = given.filter((each) => told.of(each).size > 0 && !told.of(each).has(each['name']));
  const notShown = given.filter((each) => told.of(each).size === 0);
  return [
    ...lineOf(
      renamed,
      given,
      'people and accounts that are named by an id have another name than their records disclose, of which a change of that alone need not have been recorded',
    ),
    ...lineOf(notShown, given, 'people and accounts that are named by an id: no value is shown that says what they are called'),
  ];
}

function lineOf(those: readonly JsonObject[], given: readonly JsonObject[], said: string): readonly string[] {
  if (those.length === 0) return [];
  const ids = those.map(({ id, kind }) => `${String(kind)} ${String(id)}`);
  return [`${those.length} of ${given.length} ${said}: ${ids.slice(0, MOST_NAMED).join(', ')}${ids.length > MOST_NAMED ? ', …' : ''}`];
}

/** In a line. */
const MOST_NAMED = 10;
