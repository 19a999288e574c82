import { parseSampleOrder } from './sample-report.ts';
import { showOutcome } from './show-outcome.browser.ts';
import type { PageMessage, PageOrder } from './verify-in-worker.browser.ts';

/** The elements of page.html, by their ids. */
interface Page {
  readonly form: HTMLFormElement;
  readonly bundle: HTMLInputElement;
  readonly vkeys: HTMLTextAreaElement;
  readonly prev: HTMLTextAreaElement;
  readonly witnesses: HTMLTextAreaElement;
  readonly tsaCa: HTMLInputElement;
  readonly anchors: HTMLInputElement;
  readonly seed: HTMLInputElement;
  readonly size: HTMLInputElement;
  readonly recompute: HTMLInputElement;
  readonly verify: HTMLButtonElement;
  readonly stop: HTMLButtonElement;
  readonly progress: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly reading: HTMLElement;
  /** A live region: what stands in it is read out. */
  readonly status: HTMLElement;
  readonly outcome: HTMLElement;
}

const MEGABYTE = 1_000_000;

/** Makes the page answer: a bundle that is chosen or dropped is verified in a worker, one at a time. */
export function showPage(document: Document): void {
  const page = pageOf(document);
  const source = document.currentScript?.textContent ?? '';
  let worker: Worker | undefined;
  const end = (): void => {
    worker?.terminate();
    worker = undefined;
    if (page.progress.contains(document.activeElement)) page.verify.focus(); // what is hidden would lose it
    page.progress.hidden = true;
  };
  const begin = (order: PageOrder): void => {
    end();
    page.outcome.replaceChildren();
    worker = startWorker(source);
    worker.addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
      if (data.kind === 'progress') return showProgress(page, data.read, data.size);
      end();
      showEnd(page, order, data);
    });
    worker.addEventListener('error', () => {
      end();
      page.status.textContent =
        'Nothing was checked: this browser does not let the page start its worker. Use another browser, or rollcall verify.';
    });
    worker.postMessage(order); // oxlint-disable-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    showProgress(page, 0, order.bundle.size);
    page.progress.hidden = false;
    page.status.textContent = `Verifying ${order.bundle.name}.`;
  };
  page.form.addEventListener('submit', (event) => {
    event.preventDefault();
    const order = orderFrom(page);
    if (typeof order === 'string') page.status.textContent = order;
    else begin(order);
  });
  page.stop.addEventListener('click', () => {
    end();
    page.status.textContent = 'Stopped: nothing was decided about the bundle.';
  });
  takeDrops(document, page);
}

function pageOf(document: Document): Page {
  const byId = (id: string): HTMLElement => {
    const element = document.getElementById(id);
    if (element === null) throw new Error(`the page has no ${id}`);
    return element;
  };
  const ids = ['form', 'bundle', 'vkeys', 'prev', 'tsaCa', 'witnesses', 'anchors', 'seed', 'size', 'recompute', 'verify', 'stop'];
  const shown = ['progress', 'bar', 'reading', 'status', 'outcome'];
  return Object.fromEntries([...ids, ...shown].map((id) => [id, byId(id)])) as unknown as Page;
}

/** The page's own text once more, as a worker: nothing is loaded from anywhere. */
function startWorker(source: string): Worker {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  return worker;
}

/** What the form asks for, or a sentence that says what is wrong with it. */
function orderFrom(page: Page): PageOrder | string {
  const bundle = page.bundle.files?.[0];
  if (bundle === undefined) return 'Choose a bundle first.';
  const sample = { seed: page.seed.value, size: page.size.value };
  if (sample.seed !== '' && parseSampleOrder(`${sample.seed}:${sample.size}`) === undefined)
    return 'The size of the sample is no number from 1 to 999999.';
  return {
    bundle,
    vkeys: linesIn(page.vkeys),
    witnesses: linesIn(page.witnesses),
    prev: page.prev.value,
    tsaCa: page.tsaCa.files?.[0],
    anchors: [...(page.anchors.files ?? [])],
    sample,
    recompute: page.recompute.checked,
  };
}

function linesIn({ value }: HTMLTextAreaElement): readonly string[] {
  const lines = value.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

/** A bundle may be dropped anywhere on the page. */
function takeDrops(document: Document, page: Page): void {
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    const files = event.dataTransfer?.files;
    if (files?.length !== 1) {
      page.status.textContent = 'Drop one file: the ZIP of a bundle.';
      return;
    }
    page.bundle.files = files;
    page.form.requestSubmit();
  });
}

function showProgress(page: Page, read: number, size: number): void {
  page.bar.max = size;
  page.bar.value = read;
  const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
  page.reading.textContent =
    read < size ? `${megabytes(read)} of ${megabytes(size)} MB read` : `${megabytes(size)} MB read; the rest is computing`;
}

function showEnd(page: Page, order: PageOrder, message: Exclude<PageMessage, { kind: 'progress' }>): void {
  if (message.kind === 'broken') {
    page.status.textContent = `The verification itself broke, which says nothing about the bundle: ${message.message}. Use rollcall verify.`;
    return;
  }
  const { outcome } = message;
  page.status.textContent = `${order.bundle.name}: ${outcome.kind === 'unusable' ? 'nothing was checked' : outcome.telling.verdict}.`;
  page.outcome.replaceChildren(...showOutcome(outcome, message.lines));
}
