import { readFileSync } from 'node:fs';
import { type CommandIo, UsageError } from './command.ts';

/** What an option's address looks like. */
const examples: Readonly<Record<string, string>> = { '--url': 'https://rollcall.example.com/api/v1/workspaces/ID' };

/** The address of another server that an option gives: https, unless it is this machine or `isInsecure`. Throws UsageError. */
export function addressFrom(option: string, text: string | undefined, isInsecure: boolean): string {
  if (text === undefined) throw new UsageError(`${option} is needed`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UsageError(
      `${option} takes an address such as ${examples[option] ?? 'https://scim.example.com/scim/v2'}, without a user in it`,
    );
  }
  if (url.protocol === 'http:' && !isInsecure && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new UsageError(`${option} must be https: over http the token can be read on the way. --insecure allows it all the same`);
  }
  return text;
}

/** The token of the options `--token` and `--token-file`, or of the environment. Throws UsageError. */
export function tokenFrom(
  values: { readonly token?: string | undefined; readonly 'token-file'?: string | undefined },
  io: CommandIo,
  variable: string,
): string {
  const file = values['token-file'];
  const token = values.token ?? (file === undefined ? io.environment[variable] : readToken(file));
  if (token === undefined || token === '') throw new UsageError(`a token is needed: --token, --token-file or ${variable}`);
  // Whatever else would go into a header, and a header that cannot be sent would be shown in the error.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new UsageError('the token holds a space or a character that no header can carry');
  return token;
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`the file with the token cannot be read: ${error instanceof Error ? error.message : file}`);
  }
}
