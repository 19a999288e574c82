import { badRequest } from './graph-error.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** A kind of directory object as Graph shows it. */
export interface ResourceType<T> {
  /** The type's name in `@odata.type` and in messages, such as `microsoft.graph.user`. */
  readonly name: string;
  /** What a request without $select gets. */
  readonly defaults: readonly string[];
  properties(object: T): Properties;
}

/**
 * The selected properties of an object; null ones stay, unselected ones are absent. Selecting what the type does not
 * have is an error, so that a misspelt $select is noticed.
 */
export function project<T>(type: ResourceType<T>, object: T, select: readonly string[] | undefined): Properties {
  const all = type.properties(object);
  const projected: Record<string, unknown> = {};
  for (const name of select ?? type.defaults) {
    if (!Object.hasOwn(all, name)) throw badRequest(`Could not find a property named '${name}' on type '${type.name}'.`);
    projected[name] = all[name];
  }
  return projected;
}
