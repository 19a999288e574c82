import { createHash } from 'node:crypto';

/** The namespace of the names that we give to parts of exports; any UUID will do, as long as it stays. */
const NAMESPACE = Buffer.from('b3a9d2c46f1e4c7d8a52917f0e6d3b18', 'hex');

/** A name-based UUID (RFC 9562 §5.5): the same name is always the same UUID, so an export is the same bytes each time. */
export function uuidV5(name: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
