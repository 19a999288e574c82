import type PDFDocument from 'pdfkit';

/** The number of a sheet, and how far down on another it is to be written. */
export interface ReferredSheet {
  readonly number: number;
  readonly y: number;
}

/** Places of a document that links lead to, and where their sheets are asked for. */
export interface Places {
  /** Lets links lead to where the next content will stand. */
  arrive(id: string): void;
  /** Asks on the present sheet, at this height, on which sheet the place is that is known by an id. */
  refer(id: string, y: number): void;
  /** What was asked on a sheet, counted from 1, once every place is known; a place that never came is left out. */
  askedOn(sheet: number): readonly ReferredSheet[];
}

/** `present`: the number of the present sheet; `left`: where content begins, in points. */
export function openPlaces(
  pdf: InstanceType<typeof PDFDocument>,
  { left, present }: { readonly left: number; readonly present: () => number },
): Places {
  const arrivals = new Map<string, number>();
  const asked: { readonly sheet: number; readonly id: string; readonly y: number }[] = [];
  return {
    arrive: (id) => {
      arrivals.set(id, present());
      pdf.addNamedDestination(id, 'XYZ', left, pdf.y, null);
    },
    refer: (id, y) => {
      asked.push({ sheet: present(), id, y });
    },
    askedOn: (sheet) =>
      asked.flatMap((each) => {
        const number = arrivals.get(each.id);
        return each.sheet === sheet && number !== undefined ? [{ number, y: each.y }] : [];
      }),
  };
}
