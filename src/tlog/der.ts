/** One element of DER (X.690): its tag octet, its content, and where the next one begins. Tags above 30 and lengths above four octets do not occur in what is read here. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly end: number;
}

export const derTags = {
  integer: 0x02,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  generalizedTime: 0x18,
  explicit0: 0xa0,
} as const;

const LONG_FORM = 0x80;
const MAX_LENGTH_OCTETS = 4;

/** The element that begins at an offset. Throws a RangeError for what is cut off or not DER. */
export function readDer(bytes: Buffer, at = 0): DerElement {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new RangeError('the DER is cut off');
  const lengthOctets = first < LONG_FORM ? 0 : first - LONG_FORM;
  if (lengthOctets > MAX_LENGTH_OCTETS || first === LONG_FORM) throw new RangeError('the DER has an impossible length');
  const start = at + 2 + lengthOctets;
  if (start > bytes.length) throw new RangeError('the DER is cut off');
  const length = lengthOctets === 0 ? first : bytes.readUIntBE(at + 2, lengthOctets);
  if (start + length > bytes.length) throw new RangeError('the DER is cut off');
  return { tag, content: bytes.subarray(start, start + length), end: start + length };
}

/** The elements inside one. Throws a RangeError. */
export function childrenOf({ content }: Pick<DerElement, 'content'>): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let at = 0; at < content.length; ) {
    const child = readDer(content, at);
    children.push(child);
    at = child.end;
  }
  return children;
}
