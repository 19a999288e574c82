import { bulkReference, resolveReferences } from './bulk-reference.ts';
import type { BulkOperation } from './parse-bulk.ts';

/** The index of the operation that creates what each bulkId stands for: the first POST that has it. */
export function creatorsOf(operations: readonly BulkOperation[]): ReadonlyMap<string, number> {
  const creators = new Map<string, number>();
  for (const [index, { bulkId, method }] of operations.entries()) {
    if (method === 'POST' && bulkId !== undefined && !creators.has(bulkId)) creators.set(bulkId, index);
  }
  return creators;
}

/**
 * In which order operations are carried out, by their indexes: as they stand, but that what an operation refers to is created
 * before it (RFC 7644 §3.7.2). Where two refer to one another, the one that stands first comes last (§3.7.1).
 */
export function orderOperations(operations: readonly BulkOperation[], creators: ReadonlyMap<string, number>): readonly number[] {
  const placed = new Set<number>();
  const visited = new Set<number>();
  const visit = (index: number) => {
    if (visited.has(index)) return;
    visited.add(index);
    const operation = operations[index];
    for (const bulkId of operation === undefined ? [] : referencesOf(operation)) {
      const creator = creators.get(bulkId);
      if (creator !== undefined) visit(creator);
    }
    placed.add(index);
  };
  for (const index of operations.keys()) visit(index);
  return [...placed];
}

function referencesOf({ path, data }: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (bulkId: string) => {
    found.add(bulkId);
    return undefined;
  };
  resolveReferences(data, note);
  for (const segment of path.split('/')) {
    const bulkId = bulkReference(segment);
    if (bulkId !== undefined) found.add(bulkId);
  }
  return found;
}
