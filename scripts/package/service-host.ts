/** vonggac-agent.exe: the service host of Windows, from agent/service/windows; the same bytes of the same sources. */
import fs from 'node:fs';
import path from 'node:path';
import { SERVICE } from './agent-folder.ts';
import { runTool, type Tool } from './run-tool.ts';
import { C_COMPILER, C_FLAGS } from './windows-c.ts';

export const HOST_TOOLS: readonly Tool[] = [
  C_COMPILER,
  'x86_64-w64-mingw32-windres',
  'x86_64-w64-mingw32-windmc',
];

/** @param folder gets it; what it is made of on the way too. @returns the program */
export function makeServiceHost(folder: string, version: string): string {
  const numbers = version.split(/[.+-]/).filter((part) => /^\d+$/.test(part));
  const cwd = path.join(folder, 'host');
  fs.cpSync(path.join(SERVICE, 'windows'), cwd, { recursive: true });
  runTool('x86_64-w64-mingw32-windmc', ['-C', '65001', '-h', '.', '-r', '.', 'messages.mc'], { cwd });
  const defines = [
    `-DVONGGAC_VERSION="\\"${version}\\""`,
    `-DVONGGAC_VERSION_NUMBERS=${[...numbers, '0', '0', '0', '0'].slice(0, 4).join(',')}`,
  ];
  runTool('x86_64-w64-mingw32-windres', [...defines, 'vonggac-agent.rc', '-O', 'coff', '-o', 'resources.o'], {
    cwd,
  });
  const sources = fs
    .readdirSync(cwd)
    .filter((name) => name.endsWith('.c'))
    .toSorted();
  runTool(
    C_COMPILER,
    [
      ...C_FLAGS,
      '-municode',
      '-o',
      'vonggac-agent.exe',
      ...sources,
      'resources.o',
      '-ladvapi32',
      '-lshell32',
    ],
    { cwd },
  );
  return path.join(cwd, 'vonggac-agent.exe');
}
