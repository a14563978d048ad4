/** A folder that stands in for a host's file system. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hostAt, type Host } from '../../../../agent/host/host.ts';
import type { ProgramResult } from '../../../../agent/host/run-program.ts';

export interface HostFolder extends Host {
  put(file: string, text: string): void;
  link(file: string, target: string): void;
  remove(): void;
}

/** @param programs what programs say on standard output, by name or by name and arguments */
export function hostFolder(programs: Readonly<Record<string, string | ProgramResult>> = {}): HostFolder {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-host-'));
  const put = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  return {
    ...hostAt(root),
    run: (name, args) => {
      const said = programs[[name, ...args].join(' ')] ?? programs[name];
      if (said === undefined) return Promise.resolve({ kind: 'absent' });
      if (typeof said !== 'string') return Promise.resolve(said);
      return Promise.resolve({ kind: 'ended', code: 0, stdout: said, stderr: '', truncated: false });
    },
    put,
    link: (file, target) => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.symlinkSync(target, path.join(root, file));
    },
    remove: () => fs.rmSync(root, { recursive: true }),
  };
}
