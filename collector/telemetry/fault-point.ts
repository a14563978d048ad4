/**
 * Named points of the delivery steps at which a test can kill the process, as `kill -9` would.
 * Invariant: without the setting VONGGAC_FAULT a passing costs one comparison and changes nothing.
 */
interface Armed {
  name: string;
  /** Passings still to come, the fatal one included. */
  left: number;
}

/** `name` kills at the first passing, `name:3` at the third. */
function parse(setting: string | undefined): Armed | undefined {
  if (setting === undefined || setting === '') return undefined;
  const match = /^(.+?)(?::([1-9]\d{0,8}))?$/.exec(setting);
  if (match?.[1] === undefined) return undefined;
  return { name: match[1], left: Number(match[2] ?? 1) };
}

const armed = parse(process.env['VONGGAC_FAULT']);

/** Kills this process with SIGKILL when VONGGAC_FAULT names this point and its turn has come. */
export function faultPoint(name: string): void {
  if (armed === undefined || armed.name !== name) return;
  armed.left -= 1;
  if (armed.left === 0) process.kill(process.pid, 'SIGKILL');
}
