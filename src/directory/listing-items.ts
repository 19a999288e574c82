import { GraphFailure } from './graph-failure.ts';
import { asObject, type JsonObject, listAt } from './json-shape.ts';

/** What a listing lists. A listing without a `value` is no empty listing (I8): throws GraphFailure `unexpected-answer`. */
export function itemsOf(body: JsonObject): readonly JsonObject[] {
  if (!Array.isArray(body['value'])) throw new GraphFailure('unexpected-answer', { said: 'no-value' });
  return listAt(body, 'value').map(itemOf);
}

/** Throws GraphFailure `unexpected-answer` for anything but a JSON object. */
export function itemOf(value: unknown): JsonObject {
  const item = asObject(value);
  if (item === undefined) throw new GraphFailure('unexpected-answer', { said: 'item-is-no-object' });
  return item;
}
