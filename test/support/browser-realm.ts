import { createContext, runInContext } from 'node:vm';
import { bundleForBrowser } from '../../build-page.mjs';

/** The platform that browsers share with Node.js, and nothing of Node.js itself. */
const web = { TextDecoder, TextEncoder, atob, btoa };

/** Runs a script where it finds that platform, what is handed in, and nothing else; gives what the script leaves in `exported`. */
export function runForBrowser(script: string, scope: object = {}): unknown {
  const context = createContext({ ...web, ...scope });
  runInContext(script, context);
  return runInContext('exported', context) as unknown;
}

/** The exports of a module as the page has them: bundled with what stands in for Node.js, and run without it. */
export async function importForBrowser<Exports>(entryPoint: string): Promise<Exports> {
  const { script } = await bundleForBrowser(entryPoint);
  return runForBrowser(script) as Exports;
}
