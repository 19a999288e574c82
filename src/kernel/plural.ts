/** A count and what is counted, as a sentence says it: `1 row`, `2 rows`; `many` where it is no plain plural. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
