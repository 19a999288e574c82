import { File } from 'node:buffer';
import { buildPage } from '../../build-page.mjs';
import type { VerifyOutcome } from '../../src/verifier/run-verification.ts';
import { runForBrowser } from '../support/browser-realm.ts';

/** What the page's form holds when it is sent. */
export interface FilledForm {
  readonly bundle: Uint8Array | File;
  readonly vkeys?: readonly string[];
  readonly prev?: string;
  readonly tsaCa?: string;
  readonly witnesses?: readonly string[];
  readonly anchors?: readonly Uint8Array[];
  readonly sample?: { readonly seed: string; readonly size: string };
  readonly recompute?: boolean;
}

export type Told =
  | { readonly kind: 'progress'; readonly read: number; readonly size: number }
  | { readonly kind: 'done'; readonly outcome: VerifyOutcome; readonly lines: readonly string[] }
  | { readonly kind: 'broken'; readonly message: string };

type Listener = (event: { readonly data: object }) => void;

export const page = await buildPage();

const listeners: Listener[] = [];
let hear: (message: Told) => void = () => undefined;

/** The script of the page, run once as in its worker: it takes one order after another. */
runForBrowser(page.script, {
  addEventListener: (_kind: string, listener: Listener) => void listeners.push(listener),
  postMessage: (message: Told) => hear(structuredClone(message)),
});

/** All that the page's worker tells of an order; one order at a time. */
export async function toldInPage(form: FilledForm): Promise<readonly Told[]> {
  const told: Told[] = [];
  await new Promise<void>((resolve) => {
    hear = (message) => {
      told.push(message);
      if (message.kind !== 'progress') resolve();
    };
    for (const listener of listeners) listener({ data: orderOf(form) });
  });
  return told;
}

/** The lines with which the page's verification ends; throws for one that broke. */
export async function linesInPage(form: FilledForm): Promise<readonly string[]> {
  const end = (await toldInPage(form)).at(-1);
  if (end?.kind !== 'done') throw new Error(`the page ended with ${JSON.stringify(end)}`);
  return end.lines;
}

function orderOf({ anchors = [], bundle, prev = '', recompute = false, sample, tsaCa, vkeys = [], witnesses = [] }: FilledForm): object {
  return {
    bundle: bundle instanceof File ? bundle : new File([bundle], 'bundle.zip'),
    vkeys,
    witnesses,
    prev,
    tsaCa: tsaCa === undefined ? undefined : new File([tsaCa], 'roots.pem'),
    anchors: anchors.map((anchor, index) => new File([anchor], `anchor-${index}.zip`)),
    sample: sample ?? { seed: '', size: '' },
    recompute,
  };
}
