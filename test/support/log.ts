import type { Log, LogFields } from '../../src/platform/index.ts';

export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface RecordedEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly fields: LogFields;
}

/** A log that keeps what it was told, for tests of what is (and is not) logged. */
export function recordingLog(): Log & { readonly events: readonly RecordedEvent[] } {
  const events: RecordedEvent[] = [];
  const at =
    (level: RecordedEvent['level']) =>
    (event: string, fields: LogFields = {}) =>
      void events.push({ level, event, fields });
  return { events, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
