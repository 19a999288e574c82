/** One element of DER (X.690): its tag octet, its content, and where the next one begins. Tags above 30 and lengths above four octets do not occur in what is read here. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** The whole element, tag and length included. */
  readonly whole: Buffer;
  readonly end: number;
}

export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  explicit0: 0xa0,
  explicit3: 0xa3,
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
  const end = start + length;
  return { tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end), end };
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

/** The element, when it is of that tag. Throws a RangeError. */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag !== tag) throw new RangeError(`an element of tag ${tag} is missing`);
  return element;
}

/** The elements of a SEQUENCE. Throws a RangeError. */
export function sequenceOf(element: DerElement | undefined): readonly DerElement[] {
  return childrenOf(expectTag(element, derTags.sequence));
}

/** An object identifier by the hex of its content, as all of them are written here. Throws a RangeError. */
export function oidOf(element: DerElement | undefined): string {
  return expectTag(element, derTags.oid).content.toString('hex');
}
