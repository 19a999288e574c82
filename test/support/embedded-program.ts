import { startEmbeddedDatabase } from '../../src/platform/index.ts';

// Starts the embedded database of a directory, says its address, and stays until it is killed or its input ends.
const [dataDirectory = ''] = process.argv.slice(2);
try {
  const embedded = await startEmbeddedDatabase({ dataDirectory });
  process.stdout.write(`${JSON.stringify({ ownerUrl: embedded.ownerUrl, serverUrl: embedded.serverUrl })}\n`);
  process.stdin.resume();
  process.stdin.on('end', () => void embedded.stop());
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
