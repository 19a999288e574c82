import type { Anchor, AnchorKind, AnchorSchedule } from '../ledger/index.ts';
import { type Html, html, join } from './html.ts';
import { shownInstant } from './shown-instant.ts';

/** Anchors that the page of a link lists: the first of all bind the seal closest, and each later one proves less of it. */
export const MAX_ANCHORS = 200;

/** The anchors since a report was sealed, and the places that have none yet. */
export interface AnchorsSince {
  /** In the order in which they were made. */
  readonly made: readonly Anchor[];
  /** The ledger has more than are listed. */
  readonly isCut: boolean;
  readonly awaited: readonly AnchorSchedule[];
}

/** What an anchor of each kind is, in words. */
const kinds: Readonly<Record<AnchorKind, string>> = {
  rfc3161: 'a time stamp by an authority (RFC 3161)',
  file: 'a checkpoint kept in a directory outside',
  webhook: 'a checkpoint that the auditor’s server took',
  witness: 'a checkpoint that a witness cosigned',
  bucket: 'a checkpoint in a bucket that lets nobody take it away',
  meta: 'a checkpoint in the meta-log, which others sign',
};

/** Every anchor with its kind, when it was made and how it stands: the reader chooses whom to believe. */
export function anchorList(path: string, { made, isCut, awaited }: AnchorsSince): Html {
  const items = [...made.map((anchor) => madeItem(path, anchor)), ...awaited.map(awaitedItem)];
  const none =
    made.length === 0
      ? html`<p>No anchor yet: nobody outside has signed or kept a checkpoint since the report was sealed. Look again later.</p>`
      : null;
  const cut = isCut
    ? html`<p>These are the first ${made.length} since the seal; there are later ones, each of which proves less of it.</p>`
    : null;
  return html`${none}${
    items.length === 0
      ? null
      : html`<ul>
${join(items)}
</ul>`
  }${cut}`;
}

function madeItem(path: string, anchor: Anchor): Html {
  const { attestedAt, anchoredAt, kind, size } = anchor;
  const when = attestedAt === null ? html`${shownInstant(anchoredAt)} by our clock` : html`${shownInstant(attestedAt)} by theirs`;
  return html`<li><a href="${path}/anchors/${anchor.id}">${kinds[kind]}</a>${named(anchor)}, ${when}, over ${size} records: ${stateOf(anchor)}</li>`;
}

/** A witness by the name in its key, an authority by its address; where else a checkpoint lies is the operator's matter. */
function named({ kind, place }: Pick<Anchor, 'kind' | 'place'>): Html | null {
  if (kind === 'witness') return html` <code>${place.split('+')[0] ?? ''}</code>`;
  return kind === 'rfc3161' ? html` <code>${place}</code>` : null;
}

function stateOf({ kind, objectKey, retainUntil, signature, versionId }: Anchor): Html {
  if (kind === 'bucket') {
    const locked = retainUntil === null ? html`not locked` : html`locked until ${shownInstant(retainUntil)}`;
    return html`<code>${objectKey}</code> in version <code>${versionId}</code>, ${locked}`;
  }
  if (kind === 'meta') return html`it proves something once somebody outside has signed the meta-log`;
  if (signature === null) return html`nobody signs it; compare it with what lies there`;
  return signature === 'verified' ? html`its signature was verified here; verify it yourself` : html`its signature was not checked here`;
}

function awaitedItem({ kind, lastProblem, lastTriedAt, nextAt, place }: AnchorSchedule): Html {
  const tried =
    lastTriedAt === null ? null : html`, last tried ${shownInstant(lastTriedAt)}${lastProblem === null ? null : ', which failed'}`;
  return html`<li>None yet since the seal: ${kinds[kind]}${named({ kind, place })}${tried}, to be tried ${shownInstant(nextAt)}</li>`;
}
