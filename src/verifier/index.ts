/**
 * verifier: checks an evidence bundle offline, without trusting whoever made it.
 * Pure; imports the formats and the decision table, nothing that writes evidence. main.ts, which reads the file, is
 * bundled into verify.mjs and runs with node alone; app comes in here to take bundles apart.
 */
export { type Inflate, readZip } from './read-zip.ts';
export { type Verification, verifyBundle } from './verify-bundle.ts';
