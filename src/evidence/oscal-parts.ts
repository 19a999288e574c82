import type { ReportDocument } from './report-document.ts';
import { uuidV5 } from './uuid-v5.ts';

/** Where the names of our own properties come from. */
const NS = 'https://rollcall.example/ns/oscal';

export type Ids = (name: string) => string;

/** Ids by name, each the same for the same version of a report. */
export function idsWithin({ reportId, version }: Pick<ReportDocument, 'reportId' | 'version'>): Ids {
  return (name) => uuidV5(`${reportId}/${version}/${name}`);
}

/** A list under its name, or nothing: an empty list is not valid OSCAL. */
export function present(name: string, list: readonly object[]): object {
  return list.length === 0 ? {} : { [name]: list };
}

/** A list whose items are made as they are written. */
export function listed<T>(items: readonly T[], made: (item: T) => object): Iterable<object> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield made(item);
    },
  };
}

/** A property of our own. */
export function prop(name: string, value: string | number): { readonly name: string; readonly ns: string; readonly value: string } {
  return { name, ns: NS, value: String(value) };
}
