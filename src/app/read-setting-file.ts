import { readFileSync } from 'node:fs';
import { errorCode } from '../platform/index.ts';

/** The text of a file that a setting names. Throws an Error that says which one, and why it cannot be read. */
export function readSettingFile(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read (${errorCode(error) ?? 'unknown'}): ${setting} names it`, { cause: error });
  }
}
