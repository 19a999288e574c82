import { crc32, deflateRawSync } from 'node:zlib';
import { type CraftedEntry, craftZip } from './crafted-zip.ts';

/** A ZIP that two programs would read differently, or that is to hurt whoever unpacks it. */
export interface ZipTrick {
  readonly trick: string;
  /** The trick between honest entries: on those of a bundle it must be found as well. */
  readonly zip: (before: readonly CraftedEntry[], after: readonly CraftedEntry[]) => Buffer;
  readonly says: RegExp;
}

/** Short, and in ASCII. */
function shownName(name: string): string {
  const escaped = JSON.stringify(name.slice(0, 20)).replaceAll(/[^ -~]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `\`${escaped.slice(1, -1)}${name.length > 20 ? '…' : ''}\``;
}

type Put = readonly CraftedEntry[];
const huge = { bytes: 8 * 1024 * 1024 * 190 };
const mebibytes = (n: number) => Buffer.alloc(n * 1024 * 1024);
const added =
  (...entries: readonly CraftedEntry[]) =>
  (before: Put, after: Put) =>
    craftZip([...before, ...entries, ...after]);
const named = (name: string): ZipTrick => ({
  trick: `the name ${shownName(name)}`,
  zip: added({ name }),
  says: /is not a name that a bundle may hold$/,
});

const names = ['../escape', '/etc/passwd', 'a/../../b', 'a\\b', 'C:\\x', 'a//b', './a', '.hidden', 'a\u0000b', 'tab\tname', 'report.jsоn'];
const windowsNames = ['aux.txt', 'log/NUL', 'dot.', 'trailing '];

export const zipTricks: readonly ZipTrick[] = [
  ...[...names, ...windowsNames, 'x'.repeat(201), 'name\u202Egnp.exe'].map(named),
  {
    trick: 'a name that is there twice',
    zip: added({ name: 'same', content: Buffer.from('1') }, { name: 'same', content: Buffer.from('2') }),
    says: /^same is in the ZIP more than once$/,
  },
  {
    trick: 'names that differ in capitals alone',
    zip: added({ name: 'Same' }, { name: 'sAME' }),
    says: /^sAME and Same are one file where capitals do not count$/,
  },
  {
    trick: 'a file and a folder of one name',
    zip: added({ name: 'both' }, { name: 'both/inside' }),
    says: /^both\/inside makes a file and a folder of one name$/,
  },
  {
    trick: 'a folder and a file of one name',
    zip: added({ name: 'both/inside' }, { name: 'BOTH' }),
    says: /^BOTH makes a file and a folder of one name$/,
  },
  { trick: 'a link', zip: added({ name: 'link', mode: 0o120777 }), says: /^"link" is a link or a device/ },
  { trick: 'a device', zip: added({ name: 'device', mode: 0o020666 }), says: /^"device" is a link or a device/ },
  {
    trick: 'a folder with data in it',
    zip: added({ name: 'folder/', mode: 0o40755, method: 0 }),
    says: /^"folder\/" is a folder that holds data$/,
  },
  {
    trick: 'another name before the data',
    zip: added({ name: 'honest', local: { name: 'hidden' } }),
    says: /^"honest" has one name in the directory/,
  },
  {
    trick: 'another size before the data',
    zip: added({ name: 'honest', local: { bytes: 3 } }),
    says: /^"honest" has one size in the directory/,
  },
  {
    trick: 'another checksum before the data',
    zip: added({ name: 'honest', local: { crc: 3 } }),
    says: /^"honest" has one checksum in the directory/,
  },
  {
    trick: 'another way of packing before the data',
    zip: added({ name: 'honest', local: { method: 0 } }),
    says: /^"honest" has one way of packing in the directory/,
  },
  {
    trick: 'another size behind the data',
    zip: added({ name: 'honest', isStreamed: true, descriptor: { bytes: 3 } }),
    says: /^"honest" has other sizes behind its data/,
  },
  {
    trick: 'a size behind data that is not packed',
    zip: added({ name: 'honest', method: 0, isStreamed: true }),
    says: /^"honest" is not packed and has its size behind it/,
  },
  {
    trick: 'a second name in an extra field',
    zip: added({ name: 'honest', extra: Buffer.from([0x75, 0x70, 0x02, 0x00, 1, 1]) }),
    says: /^"honest" carries a field that may give it another name/,
  },
  {
    trick: 'a field that ends beyond its own end',
    zip: added({ name: 'honest', extra: Buffer.from([0x55, 0x54, 0xff, 0x00]) }),
    says: /^"honest" carries a field/,
  },
  {
    trick: 'sizes of ZIP64',
    zip: added({ name: 'honest', central: { bytes: 0xffff_ffff } }),
    says: /^"honest" has its sizes in ZIP64/,
  },
  {
    trick: 'a ZIP64 directory',
    zip: (before, after) => craftZip([...before, ...after], { between: Buffer.concat([Buffer.from('PK\u0006\u0007'), Buffer.alloc(16)]) }),
    says: /^20 bytes stand between the directory of the ZIP and its end/,
  },
  { trick: 'encrypted data', zip: added({ name: 'honest', flags: 0x1 }), says: /^"honest" is encrypted$/ },
  { trick: 'patched data', zip: added({ name: 'honest', flags: 0x20 }), says: /^"honest" is packed in a way/ },
  { trick: 'a method that is not known', zip: added({ name: 'honest', method: 9 }), says: /^"honest" is packed by method 9/ },
  {
    trick: 'stored data of two sizes',
    zip: added({ name: 'honest', method: 0, central: { bytes: 3 }, local: { bytes: 3 } }),
    says: /^"honest" is not packed, and yet has two sizes$/,
  },
  {
    trick: 'one entry within the data of another',
    zip: (before, after) => {
      const inner = craftZip([{ name: 'inner', method: 0 }]).subarray(0, 30 + 'inner'.length + 'content'.length);
      const outer: CraftedEntry = { name: 'outer', method: 0, content: inner };
      const at = craftZip([...before]).indexOf(Buffer.from('PK\u0001\u0002')) + 30 + 'outer'.length;
      const listed: CraftedEntry = { name: 'inner', method: 0, offset: before.length === 0 ? 35 : at };
      return craftZip([...before, outer, listed, ...after]);
    },
    says: /^inner overlaps another file in the ZIP$/,
  },
  {
    trick: 'an entry that is nowhere',
    zip: added({ name: 'lost', offset: 0x7fff_ffff }),
    says: /^"lost" is not where the directory of the ZIP says$/,
  },
  {
    trick: 'bytes before its first file',
    zip: ([first, ...before], after) =>
      craftZip([...(first === undefined ? [] : [{ ...first, before: Buffer.from('#!/bin/sh\n') }]), ...before, ...after]),
    says: /^10 bytes that belong to no file stand before /,
  },
  {
    trick: 'bytes between its files',
    zip: added({ name: 'honest', before: Buffer.from('another ZIP') }),
    says: /^11 bytes that belong to no file stand before honest in the ZIP$/,
  },
  {
    trick: 'bytes behind the data of a file',
    zip: added({ name: 'honest', packed: Buffer.concat([deflateRawSync(Buffer.from('content')), Buffer.from('more')]) }),
    says: /^honest cannot be unpacked: bytes stand behind its data/,
  },
  {
    trick: 'bytes behind its end',
    zip: (before, after) => craftZip([...before, ...after], { behind: Buffer.from('more') }),
    says: /^4 bytes stand behind the end of the ZIP$/,
  },
  {
    trick: 'a comment',
    zip: (before, after) => craftZip([...before, ...after], { comment: () => Buffer.from('see also') }),
    says: /^the ZIP has a comment of 8 bytes/,
  },
  {
    trick: 'a second ZIP in its comment',
    zip: (before, after) => craftZip([...before, ...after], { comment: (at) => craftZip([{ name: 'other' }], { base: at }) }),
    says: /^\d+ bytes that belong to no file stand before other in the ZIP$/,
  },
  {
    trick: 'a part of several',
    zip: (before, after) => craftZip([...before, ...after], { disk: 1 }),
    says: /^the ZIP says that it is one part of several$/,
  },
  {
    trick: 'a directory that is longer than it says',
    zip: (before, after) => craftZip([...before, ...after], { count: before.length + after.length - 1 }),
    says: /^the directory of the ZIP is longer or shorter/,
  },
  {
    trick: 'a file that unpacks to more than it says',
    zip: added({ name: 'bomb', packed: deflateRawSync(mebibytes(8)), content: Buffer.alloc(10) }),
    says: /^bomb cannot be unpacked: it is larger than the ZIP says$/,
  },
  {
    trick: 'a file that unpacks to less than it says',
    zip: added({ name: 'short', central: { bytes: 9 }, local: { bytes: 9 } }),
    says: /^short cannot be unpacked: it is smaller than the ZIP says$/,
  },
  {
    trick: 'a file that unpacks to something else than its checksum',
    zip: added({ name: 'other', central: { crc: crc32('else') }, local: { crc: crc32('else') } }),
    says: /^other cannot be unpacked: its checksum is not the one in the ZIP$/,
  },
  {
    trick: 'a file that is a thousand times its packed size',
    zip: added({ name: 'bomb', content: mebibytes(8) }),
    says: /^"bomb" is left out: it unpacks to more than 200 times its packed size$/,
  },
  {
    trick: 'files of more than four gigabytes in all',
    zip: added(...['a', 'b', 'c'].map((name) => ({ name, packed: mebibytes(8), central: huge, local: huge }))),
    says: /^c is left out: unpacked, the bundle takes more than 4294967295 bytes$/,
  },
  {
    trick: 'broken data',
    zip: added({ name: 'broken', packed: Buffer.from('no deflate') }),
    says: /^broken cannot be unpacked: its data in the ZIP is broken$/,
  },
];
