/**
 * verifier: checks an evidence bundle offline, without trusting whoever made it.
 * Pure, but for main.ts, which reads the file, and node-unpacking.ts; imports the formats and the decision table, nothing that writes evidence.
 * main.ts is bundled into verify.mjs and runs with node alone, page.browser.ts into verify.html, where x.browser.ts stands for x.ts in every room; app comes in here to take bundles apart.
 */
export { type BundleFiles, readWhole } from './bundle-files.ts';
export { nodeUnpacking, zipInMemory } from './node-unpacking.ts';
export { openZip } from './open-zip.ts';
export { type Verification, verifyBundle } from './verify-bundle.ts';
