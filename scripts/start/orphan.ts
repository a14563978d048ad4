/**
 * Notices that `npm` has gone without a word (killed outright). Most shells that npm runs a script through stay and
 * outlive it, so then their parent is looked at too; other ancestors may go, as a terminal does, and do not matter.
 */
import { readFileSync } from 'node:fs';

export interface ProcessFacts {
  name: string;
  parent: number;
}

const SHELL = /^(?:sh|dash|bash|ash|busybox|zsh|ksh)$/;

/** @returns undefined when the process has ended, or this system does not tell. */
export function processFacts(pid: number): ProcessFacts | undefined {
  try {
    // `pid (name) state ppid ...`; the name may hold anything, parentheses too.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    return {
      name: stat.slice(stat.indexOf('(') + 1, end),
      parent: Number(stat.slice(end + 2).split(' ')[1]),
    };
  } catch {
    // No such process, or no /proc: nothing is known, which the caller is told.
    return undefined;
  }
}

export interface StarterOptions {
  /** This process's own parent, asked anew each time. */
  parent: () => number;
  facts: (pid: number) => ProcessFacts | undefined;
  everyMs: number;
}

/**
 * Calls `onOrphan` once when npm, or the shell between, is no longer there.
 * @returns stops looking.
 */
export function watchStarters(onOrphan: () => void, options: StarterOptions): () => void {
  const starter = options.parent();
  const first = options.facts(starter);
  const throughShell = first !== undefined && SHELL.test(first.name);
  const isThere = (): boolean =>
    options.parent() === starter && (!throughShell || options.facts(starter)?.parent === first.parent);
  const timer = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    onOrphan();
  }, options.everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
