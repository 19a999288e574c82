import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_ROOT,
  emptyFrontier,
  extendFrontier,
  type Frontier,
  leafHash,
  nodeHash,
  nodesOfTile,
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
  { size: 4, root: 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7' },
  { size: 5, root: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4' },
  { size: 6, root: '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef' },
  { size: 7, root: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c' },
  { size: 8, root: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328' },
];

/** Proofs that Certificate Transparency publishes for that tree; `of` is the leaf's index, or the older tree's size. */
const referenceProofs = [
  { kind: 'inclusion', of: 0, size: 1, proof: [] },
  {
    kind: 'inclusion',
    of: 0,
    size: 8,
    proof: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    kind: 'inclusion',
    of: 5,
    size: 8,
    proof: [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  { kind: 'inclusion', of: 2, size: 3, proof: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
  {
    kind: 'inclusion',
    of: 1,
    size: 5,
    proof: [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
  { kind: 'consistency', of: 1, size: 1, proof: [] },
  {
    kind: 'consistency',
    of: 1,
    size: 8,
    proof: [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  },
  {
    kind: 'consistency',
    of: 6,
    size: 8,
    proof: [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  },
  {
    kind: 'consistency',
    of: 2,
    size: 5,
    proof: [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  },
];

const referenceLeaves = referenceEntries.map((hex) => leafHash(Buffer.from(hex, 'hex')));

function treeOf(size: number): { readonly leaves: readonly Buffer[]; readonly frontier: Frontier } {
  const leaves = Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
  return { leaves, frontier: extendFrontier(emptyFrontier, leaves) };
}

/** Every shape of tree up to twice a tile's half and a little more: 130 leaves and all below. */
const sizes = Array.from({ length: 131 }, (_, size) => size);
/** Each perfect node is hashed once: the trees of all sizes share them. */
const known = new Map<string, Uint8Array>();
const allLeaves = sizes.slice(1).map((size) => leafHash(Buffer.from(`entry ${size - 1}`)));
const readKnown = (node: PerfectNode): Uint8Array => {
  const key = `${node.level}/${node.index}`;
  const hash =
    known.get(key) ??
    (node.level === 0
      ? (allLeaves[node.index] ?? Buffer.alloc(0))
      : nodeHash(
          readKnown({ level: node.level - 1, index: 2 * node.index }),
          readKnown({ level: node.level - 1, index: 2 * node.index + 1 }),
        ));
  known.set(key, hash);
  return hash;
};
const frontiers = sizes.map((size) => treeOf(size).frontier);

describe('Merkle tree (RFC 6962 §2.1)', () => {
  it('has the hash of nothing as the root of no leaves', () => {
    expect(rootOf(emptyFrontier)).toEqual(EMPTY_ROOT);
  });

  it.each(referenceRoots)('has the reference root over $size leaves', ({ size, root }) => {
    expect(Buffer.from(rootOf(extendFrontier(emptyFrontier, referenceLeaves.slice(0, size)))).toString('hex')).toBe(root);
  });

  it.each(referenceProofs)('has the reference $kind proof of $of in $size', ({ kind, of, size, proof }) => {
    const plan = kind === 'inclusion' ? planInclusion(of, size) : planConsistency(of, size);
    const made = proofOf(plan, nodesOverLeaves(referenceLeaves));
    expect(made.map((hash) => Buffer.from(hash).toString('hex'))).toEqual(proof);
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
  it('prove every leaf of every tree up to 130 leaves, and only at its place', () => {
    const wrong: string[] = [];
    const another = leafHash(Buffer.from('another'));
    for (const size of sizes) {
      const { leaves, frontier } = treeOf(size);
      const root = rootOf(frontier);
      for (const [index, leaf] of leaves.entries()) {
        const proof = proofOf(planInclusion(index, size), readKnown);
        const claim = { index, size, root, leafHash: leaf };
        const holds =
          verifyInclusion(claim, proof) &&
          !verifyInclusion({ ...claim, leafHash: another }, proof) &&
          !verifyInclusion({ ...claim, index: index + 1 }, proof) &&
          !verifyInclusion(claim, [...proof, root]) &&
          !(proof.length > 0 && verifyInclusion(claim, proof.slice(1)));
        if (!holds) wrong.push(`${index} of ${size}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('refuses to plan a proof of a leaf that is not in the tree', () => {
    expect(() => planInclusion(5, 5)).toThrow(RangeError);
  });
});

describe('consistency proofs (RFC 6962 §2.1.2)', () => {
  it('prove every pair of trees up to 130 leaves, and no other pair', () => {
    const wrong: string[] = [];
    const stranger = leafHash(Buffer.from('x'));
    for (const size of sizes) {
      const frontier = frontiers[size] ?? emptyFrontier;
      const newer = { size, root: rootOf(frontier) };
      for (const olderSize of sizes.slice(0, size + 1)) {
        const older = { size: olderSize, root: rootOf(frontiers[olderSize] ?? emptyFrontier) };
        const proof = proofOf(planConsistency(olderSize, size), readKnown);
        const isEmpty = olderSize === 0; // every tree begins with the empty one, whatever its root
        const holds =
          verifyConsistency({ older, newer }, proof) &&
          !verifyConsistency({ older, newer }, [...proof, newer.root]) &&
          (isEmpty || !verifyConsistency({ older: { ...older, root: stranger }, newer }, proof)) &&
          (isEmpty || !verifyConsistency({ older, newer: { ...newer, root: stranger } }, proof));
        if (!holds) wrong.push(`${olderSize} in ${size}`);
      }
    }
    expect(wrong).toEqual([]);
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
        nodesOfTile(tiles.get(JSON.stringify(tileOf(node))) ?? Buffer.alloc(0))(node),
      );
      expect(verifyInclusion({ index, size, root, leafHash: leaves[index] ?? root }, proof)).toBe(true);
    }
  });

  it('give every node over their rows, in whatever order they are asked for, and none that a shorter row lacks', () => {
    const hashes = Array.from({ length: 512 }, (_, index) => leafHash(Buffer.from(String(index))));
    const overLeaves = nodesOverLeaves(hashes);
    const whole = nodesOfTile(Buffer.concat(hashes.slice(256)));
    const partial = nodesOfTile(Buffer.concat(hashes.slice(256, 256 + 200)));
    const nodes = Array.from({ length: TILE_HEIGHT }, (_, level) =>
      Array.from({ length: 2 ** (TILE_HEIGHT - level) }, (_each, n) => ({ level, index: 2 ** (TILE_HEIGHT - level) + n })),
    ).flat();
    for (const node of [...nodes, ...nodes.toReversed()]) {
      expect(whole(node)).toEqual(overLeaves(node));
      if ((node.index + 1) * 2 ** node.level <= 256 + 200) expect(partial(node)).toEqual(overLeaves(node));
      else expect(() => partial(node)).toThrow(RangeError);
    }
  });

  it('say so when they are too short', () => {
    expect(() => nodesOfTile(Buffer.alloc(64))({ level: 0, index: 2 })).toThrow(RangeError);
  });
});
