import { setImmediate as othersTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type PDFDocument from 'pdfkit';

const deflated = promisify(deflate);

/** Objects of one object stream, and characters of them: so many are read and packed in a millisecond. */
const MAX_OBJECTS = 200;
const MAX_CHARACTERS = 64 * 1024;

const OBJECT_BEGINS = /^(\d+) 0 obj$/;
const FREE = 0;
const AT_OFFSET = 1;
const IN_OBJECT_STREAM = 2;
const ENTRY_BYTES = 7;

/** Entries of the cross-reference stream that are made before others have their turn. */
const ENTRIES_PER_TURN = 20_000;

/** What pdfkit 0.20 writes with; its types do not name it. */
interface Writing {
  _write(data: string | Uint8Array): void;
  _finalize(): void;
  /** Bytes that are written. */
  readonly _offset: number;
  /** By number of object, from 1 on: where it begins. */
  readonly _offsets: readonly (number | null)[];
  readonly _root: object;
  readonly _info: object;
  readonly _id: Uint8Array;
  ref(data: object): { readonly id: number; end(chunk?: Uint8Array): void };
  push(chunk: null): boolean;
}

interface Place {
  readonly stream: number;
  readonly index: number;
}

/**
 * Has a document write every object that is no stream into compressed object streams, and where they all are into a cross-reference stream
 * (ISO 32000-1 §7.5.7, §7.5.8). A tagged report has hundreds of thousands of small objects, one for each cell: as pdfkit writes them by itself
 * they are three quarters of the file, and their table is written in one go while everybody waits. What is returned writes the end of the file,
 * once the document has been ended.
 */
export function packObjects(document: InstanceType<typeof PDFDocument>): () => Promise<void> {
  const pdf = document as unknown as Writing;
  const write = pdf._write.bind(pdf);
  const places: Place[] = [];
  let packed: { readonly id: number; readonly text: string }[] = [];
  let characters = 0;
  let begun: { readonly id: number; readonly line: string; dictionary?: string | Uint8Array } | undefined;

  const flush = () => {
    if (packed.length === 0) return;
    const objects = packed;
    packed = [];
    characters = 0;
    const { head, body } = objectStream(objects);
    const ref = pdf.ref({ Type: 'ObjStm', N: objects.length, First: head.length });
    for (const [index, { id }] of objects.entries()) places[id] = { stream: ref.id, index };
    ref.end(Buffer.from(head + body, 'latin1'));
  };
  const pack = (id: number, text: string) => {
    packed.push({ id, text });
    characters += text.length;
    if (packed.length >= MAX_OBJECTS || characters >= MAX_CHARACTERS) flush();
  };
  pdf._write = (data) => {
    const [, id] = (begun === undefined && typeof data === 'string' && OBJECT_BEGINS.exec(data)) || [];
    if (id !== undefined) begun = { id: Number(id), line: `${id} 0 obj` };
    else if (begun === undefined) write(data);
    else if (begun.dictionary === undefined) begun.dictionary = data;
    else {
      const { id: number, line, dictionary } = begun;
      begun = undefined;
      if (data === 'endobj' && typeof dictionary === 'string') return pack(number, dictionary);
      for (const part of [line, dictionary, data]) write(part);
    }
  };
  pdf._finalize = () => undefined;
  return async () => {
    flush();
    await writeReferences(pdf, places, write);
  };
}

/** Numbers and offsets of the objects, and the objects. */
function objectStream(objects: readonly { readonly id: number; readonly text: string }[]) {
  const offsets: string[] = [];
  let body = '';
  for (const { id, text } of objects) {
    offsets.push(`${id} ${body.length}`);
    body += `${text}\n`;
  }
  return { head: `${offsets.join(' ')}\n`, body };
}

/** The end of the file: where each object is, with what a reader begins with. */
async function writeReferences(pdf: Writing, places: readonly (Place | undefined)[], write: Writing['_write']): Promise<void> {
  const count = pdf._offsets.length + 2; // number 0, and the stream itself
  const entries = Buffer.alloc(count * ENTRY_BYTES);
  const put = (id: number, kind: number, field: number, last: number) => {
    entries.writeUInt8(kind, id * ENTRY_BYTES);
    entries.writeUInt32BE(field, id * ENTRY_BYTES + 1);
    entries.writeUInt16BE(last, id * ENTRY_BYTES + 5);
  };
  put(0, FREE, 0, 0xffff);
  for (const [index, offset] of [...pdf._offsets, pdf._offset].entries()) {
    if (index % ENTRIES_PER_TURN === 0) await othersTurn();
    const place = places[index + 1];
    if (place === undefined) put(index + 1, AT_OFFSET, offset ?? 0, 0);
    else put(index + 1, IN_OBJECT_STREAM, place.stream, place.index);
  }
  const at = pdf._offset;
  const trailer = { Root: pdf._root, Info: pdf._info, ID: [pdf._id, pdf._id] };
  const packed = await deflated(entries);
  pdf.ref({ Type: 'XRef', Size: count, W: [1, 4, 2], ...trailer, Filter: 'FlateDecode' }).end(packed);
  for (const line of ['startxref', String(at), '%%EOF']) write(line);
  pdf.push(null);
}
