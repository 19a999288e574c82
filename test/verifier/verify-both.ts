import { expect } from '@jest/globals';
import type { Verification } from '../../src/verifier/index.ts';
import { printVerification } from '../../src/verifier/print-verification.ts';
import { craftZip } from './crafted-zip.ts';
import { linesInPage } from './verifier-page.ts';
import { inPieces, verifyFiles } from './verify-files.ts';

type Files = ReadonlyMap<string, Buffer>;

/** What can be put into the page's form as it is. */
interface Given {
  readonly vkeys?: readonly string[];
  readonly kept?: string;
  readonly witnesses?: readonly string[];
  /** Anchors, unpacked. */
  readonly later?: readonly Files[];
  readonly recompute?: boolean;
}

/** What the verifier says of the files of a bundle, once the page has said the same of them, word for word. */
export async function verifyBoth(files: Files, { later = [], ...given }: Given = {}): Promise<Verification> {
  const verification = await verifyFiles(files, { ...given, later: later.map(inPieces) });
  const { kept = '', ...form } = given;
  const lines = await linesInPage({ ...form, bundle: zipOf(files), prev: kept, anchors: later.map(zipOf) });
  expect(lines).toEqual(printVerification(verification));
  return verification;
}

function zipOf(files: Files): Buffer {
  return craftZip([...files].map(([name, content]) => ({ name, content })));
}
