import { isObject, type JsonObject } from './json-shape.ts';

/** What a table has to call whoever acted, and people who are named by their ids; nothing where the report does not say, or it was erased. */
export interface NamesInTables {
  readonly actor: (id: string) => string;
  readonly person: (id: string) => string;
}

/** By `actors` and `names`, which reports of earlier formats have not. */
export function namesInTables({ actors, names }: JsonObject): NamesInTables {
  const of = (list: unknown, key: (each: JsonObject) => string) =>
    new Map(
      (Array.isArray(list) ? list : [])
        .filter(isObject)
        .map((each) => [key(each), typeof each['name'] === 'string' ? each['name'] : ''] as const),
    );
  const byActor = of(actors, ({ actor }) => String(actor));
  const byThing = of(names, ({ id, kind }) => `${String(kind)} ${String(id)}`);
  return { actor: (id) => byActor.get(id) ?? '', person: (id) => byThing.get(`person ${id}`) ?? '' };
}
