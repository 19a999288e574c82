/**
 * Works through the items with so many workers at a time. The first error stops the others before their next item, and
 * is thrown once all have come to rest.
 */
export async function inParallel<T>(items: Iterable<T>, workers: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  let stopped = false;
  const worker = async () => {
    for (let next = queue.next(); next.done !== true && !stopped; next = queue.next()) {
      try {
        await work(next.value);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
