/** What applications call the levels of their lines, in one set of names. */
const LEVELS: Readonly<Record<string, string>> = {
  trace: 'trace',
  fine: 'debug',
  finer: 'debug',
  finest: 'trace',
  debug: 'debug',
  config: 'info',
  info: 'info',
  information: 'info',
  notice: 'notice',
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  error: 'error',
  severe: 'error',
  fatal: 'fatal',
  crit: 'critical',
  critical: 'critical',
  alert: 'alert',
  emerg: 'emergency',
  panic: 'fatal',
};

/** The level a word names; undefined when it names none. */
export function levelOf(word: string): string | undefined {
  return Object.hasOwn(LEVELS, word.toLowerCase()) ? LEVELS[word.toLowerCase()] : undefined;
}
