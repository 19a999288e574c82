/**
 * Whether an import is HR's word on everybody, in SQL of a row of `roster_import`: a file or push of changes alone says nothing of anybody else, unless it
 * came with HR's word that nobody else has changed.
 */
export function speaksOfEverybody(made: string): string {
  return `(not ${made}.partial or ${made}.else_unchanged)`;
}
