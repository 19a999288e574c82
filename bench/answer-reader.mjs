const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_LINE = Buffer.from('\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * Takes the bytes of one connection as they come and gives each answer when it is whole. It knows just enough of HTTP/1.1 for
 * that: a length in the head or chunks without trailers (RFC 9112 §6, §7.1). Bytes of a body are kept as they came and put
 * together once, so that an answer of megabytes costs no more than its length.
 */
export function createAnswerReader() {
  let unread = NOTHING; // never bytes of a body, but for what belongs to a chunk's line
  let answer;

  const take = (length) => {
    const taken = unread.subarray(0, length);
    unread = unread.subarray(length);
    return taken;
  };

  /** The size line of the next chunk, after the line end of the chunk before; false while it is not whole. */
  const beginChunk = () => {
    const start = answer.pieces.length === 0 ? 0 : END_OF_LINE.length;
    const end = unread.indexOf(END_OF_LINE, start);
    if (end < 0) return false;
    const size = Number.parseInt(unread.latin1Slice(start, end), 16);
    if (Number.isNaN(size)) throw new Error('a chunk of an answer has no size');
    const length = end + END_OF_LINE.length + (size === 0 ? END_OF_LINE.length : 0); // an empty line ends the last chunk
    if (unread.length < length) return false;
    take(length);
    answer.missing = size;
    answer.isLastPiece = size === 0;
    return true;
  };

  const takeBody = () => {
    for (;;) {
      if (answer.missing > 0 && unread.length > 0) {
        const piece = take(answer.missing);
        answer.missing -= piece.length;
        answer.pieces.push(piece);
      }
      if (answer.missing > 0) return undefined;
      if (answer.isLastPiece) return answer;
      if (!beginChunk()) return undefined;
    }
  };

  /** `{ status, body }`, the body as a Buffer; undefined while some of the answer is missing. */
  return (bytes) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    if (answer === undefined) {
      const headEnd = unread.indexOf(END_OF_HEAD);
      if (headEnd < 0) return undefined;
      answer = readHead(take(headEnd + END_OF_HEAD.length).latin1Slice(0, headEnd));
    }
    if (takeBody() === undefined) return undefined;
    const { status, pieces } = answer;
    answer = undefined;
    return { status, body: pieces.length === 1 ? pieces[0] : Buffer.concat(pieces) };
  };
}

function readHead(head) {
  const status = Number(head.slice(9, 12));
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return { status, pieces: [], missing: 0, isLastPiece: false };
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined && status !== 204 && status !== 304) throw new Error(`an answer with status ${status} tells no length`);
  return { status, pieces: [], missing: Number(length ?? 0), isLastPiece: true };
}
