import { readdirSync } from 'node:fs';

/**
 * The room's tests as one file, for mutation testing alone: jest sets up an environment and loads what is tested anew for each file, which costs
 * more than all tests of this room do. Those that go through every state or account are left out: 400,000 verdicts for each of hundreds of
 * mutants are hours. So the score is the least that it can be.
 */
const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.ts') && !name.startsWith('every-'));

for (const file of files) await import(`./${file}`);
