import { childrenOf, type DerElement, derTags, expectTag, oidOf, sequenceOf } from './der.ts';

/** What a CMS SignedData (RFC 5652 §5.1) with one signer holds. Object identifiers are the hex of their content. */
export interface SignedData {
  readonly contentType: string;
  readonly content: Buffer;
  /** Certificates that came along, in DER. Anybody can put some there. */
  readonly certificates: readonly Buffer[];
  /** As they are signed: a SET, and not under the tag that they travel with (RFC 5652 §5.4). */
  readonly signedAttributes: Buffer;
  /** The values of the signed attributes, by type; one that is there twice is there not at all. */
  readonly attributes: ReadonlyMap<string, DerElement>;
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Buffer;
}

export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters: DerElement | undefined;
}

const SIGNED_DATA = '2a864886f70d010702';

/** Reads a ContentInfo that holds a SignedData. Throws a RangeError for anything else, and for other than one signer. */
export function readSignedData(contentInfo: DerElement | undefined): SignedData {
  const [type, wrapped] = sequenceOf(contentInfo);
  if (oidOf(type) !== SIGNED_DATA) throw new RangeError('this is no signed data');
  const [, , encapsulated, ...more] = sequenceOf(childrenOf(expectTag(wrapped, derTags.explicit0))[0]);
  const [contentType, content] = sequenceOf(encapsulated);
  const [signer, ...others] = childrenOf(expectTag(more.at(-1), derTags.set));
  if (others.length > 0) throw new RangeError('there is more than one signer');
  const certificates = more.find(({ tag }) => tag === derTags.explicit0);
  return {
    contentType: oidOf(contentType),
    content: expectTag(childrenOf(expectTag(content, derTags.explicit0))[0], derTags.octetString).content,
    certificates: certificates === undefined ? [] : childrenOf(certificates).map(({ whole }) => whole),
    ...readSigner(signer),
  };
}

/** SignerInfo: version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature. Whom `sid` names is said, signed, by an attribute, too. */
function readSigner(signer: DerElement | undefined) {
  const [, , digestAlgorithm, signedAttributes, signatureAlgorithm, signature] = sequenceOf(signer);
  const { content } = expectTag(signedAttributes, derTags.explicit0);
  const whole = Buffer.from(signedAttributes?.whole ?? []);
  whole.writeUInt8(derTags.set, 0);
  return {
    signedAttributes: whole,
    attributes: attributesIn(content),
    digestAlgorithm: readAlgorithm(digestAlgorithm).oid,
    signatureAlgorithm: readAlgorithm(signatureAlgorithm),
    signature: expectTag(signature, derTags.octetString).content,
  };
}

function attributesIn(content: Buffer): ReadonlyMap<string, DerElement> {
  const attributes = childrenOf({ content }).map((attribute) => {
    const [type, values] = sequenceOf(attribute);
    const [value, ...others] = childrenOf(expectTag(values, derTags.set));
    return { type: oidOf(type), value: others.length > 0 ? undefined : value };
  });
  const once = attributes.filter(({ type }) => attributes.filter((each) => each.type === type).length === 1);
  return new Map(once.flatMap(({ type, value }) => (value === undefined ? [] : [[type, value] as const])));
}

/** AlgorithmIdentifier (RFC 5280 §4.1.1.2). Throws a RangeError. */
export function readAlgorithm(element: DerElement | undefined): AlgorithmIdentifier {
  const [oid, parameters] = sequenceOf(element);
  return { oid: oidOf(oid), parameters };
}
