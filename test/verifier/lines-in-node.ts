import { nodeUnpacking, zipInMemory } from '../../src/verifier/index.ts';
import { type NamedFile, printOutcome, runVerification } from '../../src/verifier/run-verification.ts';
import { parseSampleOrder } from '../../src/verifier/sample-report.ts';
import type { FilledForm } from './verifier-page.ts';

/** What verify.mjs prints for what a form of the page holds. */
export async function linesInNode({
  anchors = [],
  prev,
  recompute = false,
  sample,
  tsaCa,
  vkeys = [],
  witnesses = [],
  ...form
}: FilledForm): Promise<readonly string[]> {
  const order = {
    vkeys,
    witnesses,
    recompute,
    proofs: [],
    bundle: named('bundle.zip', form.bundle as Uint8Array),
    prev: prev === undefined ? undefined : named('prev', Buffer.from(prev)),
    tsaCa: tsaCa === undefined ? undefined : named('roots.pem', Buffer.from(tsaCa)),
    anchors: anchors.map((anchor, index) => named(`anchor-${index}.zip`, anchor)),
    sample: sample && parseSampleOrder(`${sample.seed}:${sample.size}`),
  };
  return printOutcome(await runVerification(order, nodeUnpacking));
}

function named(name: string, bytes: Uint8Array): NamedFile {
  return { name, ...zipInMemory(bytes) };
}
