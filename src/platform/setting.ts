/** Something that an operator can set. */
export interface Setting<Value> {
  readonly name: string;
  /** What it does, for `.env.example` and the operator's page. */
  readonly about: string;
  readonly example: string;
  /** What a value must look like, for the complaint about one that does not. */
  readonly form: string;
  /** Undefined for a value that is not of that form. */
  readonly parse: (text: string) => Value | undefined;
}

export const setting = <Value>(definition: Setting<Value>): Setting<Value> => definition;

export function wholeNumber(text: string, min: number, max: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}
