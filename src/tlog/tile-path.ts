import { TILE_WIDTH, type TileAddress } from './tile.ts';

/** What an address of a tiled log asks for: hashes of a level, or the entries themselves, as many as are wanted from the tile's first on. */
export interface TileRequest {
  readonly level: TileAddress['level'] | 'entries';
  readonly n: number;
  /** 256 for a full tile. */
  readonly width: number;
}

/** Levels 0 to 5 hold 2^48 entries; nobody can fill more. */
const PATH = /^(entries|[0-5])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** The request in a path below `/tile/` (C2SP tlog-tiles): `0/x001/234`, `1/000.p/17`, `entries/067`; undefined for what is none. */
export function parseTilePath(path: string): TileRequest | undefined {
  const [, level = '', index = '', partial] = PATH.exec(path) ?? [];
  if (level === '') return undefined;
  const n = Number(index.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const request: TileRequest = { level: level === 'entries' ? level : Number(level), n, width };
  return width <= TILE_WIDTH && tilePath(request) === path ? request : undefined;
}

/** The path of a tile, as it is written in one way only. */
export function tilePath({ level, n, width }: TileRequest): string {
  const groups: string[] = [];
  for (let rest = n; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(String(rest % 1000).padStart(3, '0'));
  const index = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${level}/${index}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** How many hashes (or entries) of a tile the tree of `size` leaves has: 0 to 256. */
export function widthOfTile({ level, n }: Pick<TileRequest, 'level' | 'n'>, size: number): number {
  const nodes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, nodes - n * TILE_WIDTH));
}

/** A bundle of entries: each with its length before it, in two octets, the higher first. Throws a RangeError for a longer one. */
export function entryBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}
