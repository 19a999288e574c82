import type { Buffer as KernelBuffer } from './buffer.browser.ts';

// What the verifier's rooms find beside the language and the platform: `tsc -p tsconfig.browser.json` reads them without Node's types.
declare global {
  type Buffer = KernelBuffer;
  const Buffer: typeof KernelBuffer;
}
