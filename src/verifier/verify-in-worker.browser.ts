import { browserUnpacking } from './browser-unpacking.browser.ts';
import { type NamedFile, printOutcome, runVerification, type VerifyOrder, type VerifyOutcome } from './run-verification.ts';
import { parseSampleOrder } from './sample-report.ts';

/** What the page asks its worker for: files as the reader chose them, texts as the reader typed them. */
export interface PageOrder {
  readonly bundle: File;
  readonly vkeys: readonly string[];
  readonly prev: string;
  readonly tsaCa: File | undefined;
  readonly witnesses: readonly string[];
  readonly anchors: readonly File[];
  readonly sample: { readonly seed: string; readonly size: string };
  readonly recompute: boolean;
}

/** What the worker tells of it. */
export type PageMessage =
  /** How much of the bundle has been read, of how much; parts that are read twice count once. */
  | { readonly kind: 'progress'; readonly read: number; readonly size: number }
  | { readonly kind: 'done'; readonly outcome: VerifyOutcome; readonly lines: readonly string[] }
  /** The verifier itself broke, which says nothing about the bundle. */
  | { readonly kind: 'broken'; readonly message: string };

/** The parts of a worker's scope that are used here. */
interface WorkerScope {
  addEventListener(kind: 'message', listener: (event: { readonly data: PageOrder }) => void): void;
  postMessage(message: PageMessage): void;
}

/** Answers the page's order: in a worker, so that the page stays usable, and a long bundle can be stopped. */
export function serveOrders(scope: WorkerScope): void {
  const tell = (message: PageMessage) => scope.postMessage(message); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  scope.addEventListener('message', ({ data }) => {
    verify(data, tell).then(tell, (error: unknown) =>
      tell({ kind: 'broken', message: error instanceof Error ? error.message : String(error) }),
    );
  });
}

async function verify(order: PageOrder, tell: (message: PageMessage) => void): Promise<PageMessage> {
  const disk = new Disk();
  const { anchors, bundle, prev, recompute, sample, tsaCa, vkeys, witnesses } = order;
  const asked: VerifyOrder = {
    vkeys,
    recompute,
    witnesses,
    proofs: [], // a page writes no files
    bundle: disk.open(bundle, reading(bundle.size, tell)),
    prev: prev.trim() === '' ? undefined : pasted('the checkpoint that was pasted', prev),
    tsaCa: tsaCa && disk.open(tsaCa),
    anchors: anchors.map((anchor) => disk.open(anchor)),
    sample: sample.seed === '' ? undefined : parseSampleOrder(`${sample.seed}:${sample.size}`),
  };
  const outcome = await disk.outcomeOf(() => runVerification(asked, browserUnpacking));
  return { kind: 'done', outcome, lines: printOutcome(outcome) };
}

/** Files that are read in pieces. One that cannot be read any more is no proof against the bundle, and must not be shown as one. */
class Disk {
  #failure: string | undefined;

  open(file: File, onRead: (at: number, length: number) => void = () => undefined): NamedFile {
    return {
      name: file.name,
      size: file.size,
      read: async (at, length) => {
        const bytes = await this.#bytesOf(file, at, length);
        onRead(at, bytes.byteLength);
        return Buffer.from(bytes, 0, bytes.byteLength);
      },
    };
  }

  /** What the work comes to, unless a file failed it. */
  async outcomeOf(work: () => Promise<VerifyOutcome>): Promise<VerifyOutcome> {
    try {
      const outcome = await work();
      if (this.#failure === undefined) return outcome;
    } catch (error) {
      if (this.#failure === undefined) throw error;
    }
    return { kind: 'unusable', because: this.#failure };
  }

  async #bytesOf(file: File, at: number, length: number): Promise<ArrayBuffer> {
    try {
      return await file.slice(at, at + length).arrayBuffer();
    } catch (error) {
      this.#failure = `${file.name} cannot be read any more: ${error instanceof Error ? error.message : String(error)}`;
      throw error;
    }
  }
}

/** A text as a file of its own, ended as such files are. */
function pasted(name: string, text: string): NamedFile {
  const bytes = Buffer.from(`${text.trim()}\n`, 'utf8');
  return { name, size: bytes.length, read: (at, length) => Promise.resolve(bytes.subarray(at, at + length)) };
}

/** Steps in which progress is told. */
const STEPS = 200;

function reading(size: number, tell: (message: PageMessage) => void): (at: number, length: number) => void {
  const seen = new Set<number>();
  let [read, told] = [0, 0];
  return (at, length) => {
    if (seen.has(at)) return;
    seen.add(at);
    read = Math.min(size, read + length);
    if (read - told < size / STEPS) return;
    told = read;
    tell({ kind: 'progress', read, size });
  };
}
