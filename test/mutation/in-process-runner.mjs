import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Script } from 'node:vm';
import { build } from 'esbuild';

/** Those that go through every state or account are left out: 400,000 verdicts for each of 1,500 mutants are hours. */
const isLeftOut = (name) => name.startsWith('every-');

/**
 * Runs the tests of `verdict` for Stryker within its own process. Jest makes an environment and loads jest, fast-check and the tests anew for
 * each mutant, which costs twenty times what the tests do. Here they and what they test are bundled and compiled once, and evaluated anew for
 * each mutant, so that nothing which one mutant did is left for the next; libraries are loaded once.
 */
class InProcessRunner {
  #script;
  #require = createRequire(resolve('package.json'));

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const tests = readdirSync('test/verdict').filter((name) => name.endsWith('.test.ts') && !isLeftOut(name));
    const { outputFiles } = await build({
      stdin: { contents: tests.map((name) => `import './test/verdict/${name}';`).join('\n'), resolveDir: process.cwd() },
      alias: { '@jest/globals': resolve('test/mutation/gather-tests.mjs') },
      bundle: true,
      format: 'cjs',
      packages: 'external',
      platform: 'node',
      target: 'node20',
      write: false,
    });
    this.#script = new Script(`(function (require) {${outputFiles[0].text}\n})`);
  }

  async dryRun() {
    const stryker = this.#begin({});
    const tests = [];
    for (const { id, run } of this.#load()) {
      stryker.currentTestId = id;
      const startedAt = performance.now();
      const failureMessage = await failureOf(run);
      tests.push({ id, name: id, timeSpentMs: performance.now() - startedAt, ...outcomeOf(failureMessage) });
    }
    return { status: 'complete', tests, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, hitLimit, testFilter }) {
    const stryker = this.#begin({ activeMutant: activeMutant.id, hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
    let nrOfTests = 0;
    const killed = (id, failureMessage) =>
      stryker.hitCount > hitLimit
        ? { status: 'timeout', reason: `more than ${hitLimit} hits` }
        : { status: 'killed', killedBy: [id], failureMessage, nrOfTests };
    let tests;
    try {
      tests = this.#load();
    } catch (error) {
      // What cannot even be loaded fails every test.
      return killed(testFilter?.[0] ?? 'load', String(error));
    }
    const asked = testFilter === undefined ? undefined : new Set(testFilter);
    for (const { id, run } of tests.filter((test) => asked?.has(test.id) ?? true)) {
      nrOfTests += 1;
      const failureMessage = await failureOf(run);
      if (failureMessage !== undefined) return killed(id, failureMessage);
    }
    return { status: 'survived', nrOfTests };
  }

  /** What the instrumented code finds, and writes to. */
  #begin(state) {
    globalThis.__stryker__ = state;
    return state;
  }

  #load() {
    this.#script.runInThisContext()(this.#require);
    return globalThis.rollcallTests;
  }
}

async function failureOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Stryker's numbers for a test that passed and one that failed. */
function outcomeOf(failureMessage) {
  return failureMessage === undefined ? { status: 0 } : { status: 1, failureMessage };
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
