import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_ROOT,
  emptyFrontier,
  extendFrontier,
  type Frontier,
  leafHash,
  nodeHash,
  nodeInTile,
  nodesOverLeaves,
  type PerfectNode,
  planConsistency,
  planInclusion,
  proofOf,
  rootOf,
  TILE_HEIGHT,
  tileOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/tlog/index.ts';

/** The entries of the reference tree of Certificate Transparency (certificate-transparency-go, merkle tree test vectors). */
const referenceEntries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];

const referenceRoots = [
  { size: 1, root: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d' },
  { size: 2, root: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125' },
  { size: 3, root: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77' },
  { size: 8, root: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328' },
];

function treeOf(size: number): { readonly leaves: readonly Buffer[]; readonly frontier: Frontier } {
  const leaves = Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
  return { leaves, frontier: extendFrontier(emptyFrontier, leaves) };
}

const sizes = Array.from({ length: 65 }, (_, size) => size);

describe('Merkle tree (RFC 6962 §2.1)', () => {
  it('has the hash of nothing as the root of no leaves', () => {
    expect(rootOf(emptyFrontier)).toEqual(EMPTY_ROOT);
  });

  it.each(referenceRoots)('has the reference root over $size leaves', ({ size, root }) => {
    const leaves = referenceEntries.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(Buffer.from(rootOf(extendFrontier(emptyFrontier, leaves))).toString('hex')).toBe(root);
  });

  it('gives the same root however the leaves are divided into batches', () => {
    const { leaves, frontier } = treeOf(64);
    for (const cut of sizes.slice(0, 64)) {
      const grown = extendFrontier(extendFrontier(emptyFrontier, leaves.slice(0, cut)), leaves.slice(cut));
      expect(grown).toEqual(frontier);
    }
  });

  it('grows past 2^31 leaves without overflow', () => {
    const hash = leafHash(Buffer.from('x'));
    const nodes = Array.from({ length: 33 }, (_, index) => leafHash(Buffer.from(`subtree ${index}`)));
    const full: Frontier = { size: 2 ** 33 - 1, nodes };
    const seen: PerfectNode[] = [];
    const grown = extendFrontier(full, [hash], (node) => void seen.push(node));
    expect(grown.size).toBe(2 ** 33);
    expect(grown.nodes).toHaveLength(1);
    expect(seen.at(-1)).toEqual({ level: 33, index: 0 });
    expect(rootOf(grown)).toEqual(nodes.reduceRight((right, left) => nodeHash(left, right), hash));
  });
});

describe('inclusion proofs (RFC 6962 §2.1.1)', () => {
  it('prove every leaf of every tree up to 64 leaves, and only at its place', () => {
    for (const size of sizes) {
      const { leaves, frontier } = treeOf(size);
      const root = rootOf(frontier);
      const read = nodesOverLeaves(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const proof = proofOf(planInclusion(index, size), read);
        expect(verifyInclusion({ index, size, root, leafHash: leaf }, proof)).toBe(true);
        expect(verifyInclusion({ index, size, root, leafHash: leafHash(Buffer.from('another')) }, proof)).toBe(false);
        expect(verifyInclusion({ index: index + 1, size, root, leafHash: leaf }, proof)).toBe(false);
        expect(verifyInclusion({ index, size, root, leafHash: leaf }, [...proof, root])).toBe(false);
        expect(proof.length > 0 && verifyInclusion({ index, size, root, leafHash: leaf }, proof.slice(1))).toBe(false);
      }
    }
  });

  it('refuses to plan a proof of a leaf that is not in the tree', () => {
    expect(() => planInclusion(5, 5)).toThrow(RangeError);
  });
});

describe('consistency proofs (RFC 6962 §2.1.2)', () => {
  it('prove every pair of trees up to 64 leaves, and no other pair', () => {
    for (const size of sizes) {
      const { leaves, frontier } = treeOf(size);
      const newer = { size, root: rootOf(frontier) };
      const read = nodesOverLeaves(leaves);
      for (const olderSize of sizes.slice(0, size + 1)) {
        const older = { size: olderSize, root: rootOf(treeOf(olderSize).frontier) };
        const proof = proofOf(planConsistency(olderSize, size), read);
        expect(verifyConsistency({ older, newer }, proof)).toBe(true);
        expect(verifyConsistency({ older, newer }, [...proof, newer.root])).toBe(false);
        if (olderSize > 0) {
          expect(verifyConsistency({ older: { size: olderSize, root: leafHash(Buffer.from('x')) }, newer }, proof)).toBe(false);
          expect(verifyConsistency({ older, newer: { size, root: leafHash(Buffer.from('x')) } }, proof)).toBe(false);
        }
      }
    }
  });
});

describe('tiles (C2SP tlog-tiles)', () => {
  it('hold every node that proofs of a log of 70,000 leaves need', () => {
    const size = 70_000;
    const leaves = Array.from({ length: size }, (_, index) => leafHash(Buffer.from(String(index))));
    const rows = new Map<string, Uint8Array[]>();
    const frontier = extendFrontier(emptyFrontier, leaves, ({ level, index }, hash) => {
      if (level % TILE_HEIGHT !== 0) return;
      const key = JSON.stringify(tileOf({ level, index }));
      rows.set(key, [...(rows.get(key) ?? []), hash]);
    });
    const tiles = new Map([...rows].map(([key, hashes]) => [key, Buffer.concat(hashes)]));
    const root = rootOf(frontier);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, size - 1]) {
      const proof = proofOf(planInclusion(index, size), (node) =>
        nodeInTile(tiles.get(JSON.stringify(tileOf(node))) ?? Buffer.alloc(0), node),
      );
      expect(verifyInclusion({ index, size, root, leafHash: leaves[index] ?? root }, proof)).toBe(true);
    }
  });

  it('say so when they are too short', () => {
    expect(() => nodeInTile(Buffer.alloc(64), { level: 0, index: 2 })).toThrow(RangeError);
  });
});
