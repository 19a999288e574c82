/** What hooks make before the tests of a file run. Throws an Error before that. */
export function there<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('it is there while tests run');
  return thing;
}
