/** Who stands for the packages: `--maintainer`, else the author in package.json; an address only where somebody gave one. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PackageError } from './run-tool.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** `NAME` or `NAME <ADDRESS>`, of one line. */
const FORM = /^(?<name>[^<>\r\n]{1,100}?)(?:\s*<(?<address>[^<>@\s]+@[^<>@\s]+)>)?$/u;

export interface Maintainer {
  /** For Debian. */
  text: string;
  /** The name in ASCII, for installers of Windows, whose texts have one code page. */
  asciiName: string;
}

/** @throws PackageError for what is no name */
export function maintainerOf(given: string | undefined): Maintainer {
  const { author } = z
    .object({ author: z.string() })
    .parse(JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
  const { name, address } = FORM.exec((given ?? author).trim())?.groups ?? {};
  if (name === undefined || name === '')
    throw new PackageError(`--maintainer is "${given ?? author}": write NAME or NAME <ADDRESS>`);
  return {
    text: address === undefined ? name : `${name} <${address}>`,
    asciiName: inAscii(name),
  };
}

function inAscii(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replaceAll(/[^ -~]/g, '');
}
