/** Next steps of a hand-over as people type them. Pure. */

/** Lines such as `VG-2026-0012: wait for the agency`. */
export function readSteps(text: string): { case: string; text: string }[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(VG-\d{4}-\d+)\s*[:=]\s*(.+)$/iu.exec(line);
    return found === null ? [] : [{ case: (found[1] ?? '').toUpperCase(), text: (found[2] ?? '').trim() }];
  });
}
