import { describe, expect, it } from '@jest/globals';
import { createMemory } from '../../src/reconciliation/memory.ts';

function counting() {
  const read: string[] = [];
  const memory = createMemory<string>({ most: 5, weigh: (value) => value.length });
  const recall = (key: string, value = key) =>
    memory.recall(key, async () => {
      read.push(key);
      return value;
    });
  return { read, recall };
}

describe('what is remembered', () => {
  it('is read once', async () => {
    const { read, recall } = counting();
    expect([await recall('a'), await recall('a'), await recall('b')]).toEqual(['a', 'a', 'b']);
    expect(read).toEqual(['a', 'b']);
  });

  it('makes room for what comes later, the oldest first, and never weighs more than it may', async () => {
    const { read, recall } = counting();
    for (const key of ['aa', 'bb', 'cc', 'bb', 'cc', 'aa']) await recall(key);
    expect(read).toEqual(['aa', 'bb', 'cc', 'aa']);
  });

  it('is not what is too large for it', async () => {
    const { read, recall } = counting();
    for (const key of ['large!', 'large!']) await recall(key);
    expect(read).toEqual(['large!', 'large!']);
  });

  it('is nothing that could not be read', async () => {
    const memory = createMemory<number>({ most: 5, weigh: () => 1 });
    await expect(memory.recall('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await memory.recall('a', async () => 1)).toBe(1);
  });

  it('is what was read last, where two read at the same time', async () => {
    const memory = createMemory<number>({ most: 2, weigh: () => 1 });
    await Promise.all([memory.recall('a', async () => 1), memory.recall('a', async () => 2)]);
    expect(await memory.recall('a', async () => 3)).toBe(2);
    await memory.recall('b', async () => 4);
    expect(await memory.recall('a', async () => 5)).toBe(2);
  });
});
