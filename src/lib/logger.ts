import { pino } from 'pino';

/** Constant message, variables in fields. error = someone must act; warn = we cope; info = something changed. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** JSON lines on stderr, one an event; under systemd they reach the journal with their priority. */
export function createLogger(options: { readonly level: string; readonly underSystemd: boolean }): Logger {
  const stream = {
    write(line: string) {
      process.stderr.write(options.underSystemd ? `${priority(line)}${line}` : line);
    },
  };
  const log = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}

/** `<3>` and the like (sd-daemon(3)), by pino's level number in the line. */
function priority(line: string): string {
  const level = Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 30);
  if (level >= 50) return '<3>';
  if (level >= 40) return '<4>';
  return level >= 30 ? '<6>' : '<7>';
}
