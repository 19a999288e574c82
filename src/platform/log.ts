import winston from 'winston';

/** Fields of an event: identifiers, counts, durations. Never a token, a secret or personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Events by name, with fields; `debug` is off unless asked for. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A log on stderr: one JSON object per line for machines, one readable line for a terminal. */
export function createLog(options: { readonly level: LogLevel; readonly format: 'json' | 'text' }): Log {
  const { combine, timestamp, json, printf } = winston.format;
  const readable = printf(({ timestamp: at, level, message, ...fields }) => {
    const tail = Object.entries(fields).map(([name, value]) => ` ${name}=${String(value)}`);
    return `${String(at)} ${level.padEnd(5)} ${String(message)}${tail.join('')}`;
  });
  const logger = winston.createLogger({
    silent: options.level === 'silent',
    level: options.level === 'silent' ? 'error' : options.level,
    format: combine(timestamp(), options.format === 'json' ? json() : readable),
    transports: [new winston.transports.Console({ stderrLevels: ['debug', 'info', 'warn', 'error'] })],
  });
  return {
    debug: (event, fields) => void logger.debug(event, fields),
    info: (event, fields) => void logger.info(event, fields),
    warn: (event, fields) => void logger.warn(event, fields),
    error: (event, fields) => void logger.error(event, fields),
  };
}

/**
 * An error as log fields: its class, its code and the first line of what it says, never a stack.
 * A database's detail is left out, since it quotes the row.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: 'thrown value is not an error' };
  const code = 'code' in error ? String(error.code) : undefined;
  return { error: error.name, code, reason: error.message.split('\n')[0] };
}
