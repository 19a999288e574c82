import { randomFillSync } from 'node:crypto';
import {
  type CanonicalObject,
  type CanonicalValue,
  canonicalJson,
  type Instant,
  type Interval,
  type LedgerRecordId,
  newId,
  type WorkspaceId,
} from '../kernel/index.ts';
import { digestReference, disclosureDigest } from '../tlog/index.ts';
import { logOrigin } from './log-origin.ts';
import type { RecordType } from './record-type.ts';
import { storableObject, storableValue } from './storable-value.ts';

/** Version of the leaf's format; a reader of evidence may know several. */
const LEAF_VERSION = 1;

/** The longest entry that C2SP tlog-tiles can carry (its length prefix has 16 bits). */
export const MAX_LEAF_BYTES = 65_535;

const SALT_BYTES = 16;

/** What a room has to say about a change, for the ledger. Nothing of it but `disclose` may hold personal data (I11). */
export interface RecordInput {
  readonly type: RecordType;
  readonly at: Instant;
  /** `owner:<uuid>`, `administrator:<uuid>`, `scim-credential:<uuid>`, `auditor-link:<uuid>` or `system`. */
  readonly actor: string;
  /** What the record is about; `id` is a random UUID of ours, never an id from outside. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** For something that was observed: between which two instants it became true. */
  readonly observed?: Interval;
  readonly before?: CanonicalObject;
  readonly after?: CanonicalObject;
  readonly detail?: CanonicalObject;
  /** `sha256:<hex>` of the raw payload that the change came in. */
  readonly raw?: string;
  /** Personal data by path: only its salted digest enters the leaf, so that it can be erased. */
  readonly disclose?: Readonly<Record<string, CanonicalValue>>;
}

interface LedgerRecord {
  readonly id: LedgerRecordId;
  readonly recordedAt: Instant;
  readonly type: RecordType;
  readonly subjectId: string;
  /** The exact bytes that are hashed into the tree. */
  readonly leaf: Buffer;
}

interface LedgerDisclosure {
  readonly digest: Buffer;
  readonly path: string;
  readonly salt: Buffer;
  readonly value: CanonicalValue;
}

/** The rows of one record: `ledger_record` and its `ledger_disclosure`s. */
export interface LedgerEntry {
  readonly record: LedgerRecord;
  readonly disclosures: readonly LedgerDisclosure[];
}

/**
 * The rows of a record, pure apart from the random id and salts: for a caller that inserts them in its own statement.
 * Throws a RangeError when the leaf would be longer than a log entry can be.
 */
export function ledgerEntry(workspaceId: WorkspaceId, input: RecordInput): LedgerEntry {
  const id = newId<'ledger-record'>(input.at);
  const disclosures = Object.entries(input.disclose ?? {}).map(([path, value]) => disclosureOf(path, storableValue(value)));
  const leaf = Buffer.from(canonicalJson(leafOf(workspaceId, { id, input, disclosures })), 'utf8');
  if (leaf.length > MAX_LEAF_BYTES) throw new RangeError(`a record of type ${input.type} takes ${leaf.length} bytes of ${MAX_LEAF_BYTES}`);
  return { record: { id, recordedAt: input.at, type: input.type, subjectId: input.subject.id, leaf }, disclosures };
}

function disclosureOf(path: string, value: CanonicalValue): LedgerDisclosure {
  const salt = newSalt();
  return { digest: disclosureDigest({ salt, path, value }), path, salt, value };
}

/** Random bytes for many salts at once: asking for each by itself costs more than hashing what it salts. */
const SALTS_PER_FILL = 256;
const salts = Buffer.allocUnsafe(SALTS_PER_FILL * SALT_BYTES);
let usedSalts = SALTS_PER_FILL;

function newSalt(): Buffer {
  if (usedSalts === SALTS_PER_FILL) {
    randomFillSync(salts);
    usedSalts = 0;
  }
  const start = usedSalts * SALT_BYTES;
  usedSalts += 1;
  return Buffer.from(salts.subarray(start, start + SALT_BYTES));
}

interface LeafParts {
  readonly id: LedgerRecordId;
  readonly input: RecordInput;
  readonly disclosures: readonly LedgerDisclosure[];
}

/**
 * A member that has nothing to say is left out, so that the same facts always make the same bytes. In the order of the canonical text, which is
 * written several times faster then.
 */
function leafOf(workspaceId: WorkspaceId, { id, input, disclosures }: LeafParts): CanonicalObject {
  return {
    actor: input.actor,
    ...(input.after && { after: storableObject(input.after) }),
    ...(input.before && { before: storableObject(input.before) }),
    ...(input.detail && { detail: storableObject(input.detail) }),
    ...(disclosures.length > 0 && {
      disclosures: Object.fromEntries(disclosures.map(({ path, digest }) => [path, digestReference(digest)])),
    }),
    id,
    log: logOrigin(workspaceId),
    ...(input.observed && { observed: { from: input.observed.from, to: input.observed.to } }),
    ...(input.raw !== undefined && { raw: input.raw }),
    recorded_at: input.at,
    subject: { id: input.subject.id, kind: input.subject.kind },
    type: input.type,
    v: LEAF_VERSION,
  };
}
