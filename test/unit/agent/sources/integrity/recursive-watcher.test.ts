import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recursiveWatcher } from '../../../../../agent/sources/integrity/recursive-watcher.ts';
import type { TreeWatcher } from '../../../../../agent/sources/integrity/tree-watcher.ts';
import { makeFolder, removeFolder } from '../../../../support/agent/spool-fixture.ts';

let folder: string;
let watcher: TreeWatcher;
let hints: string[];

beforeEach(() => {
  folder = fs.realpathSync(makeFolder());
  hints = [];
});

afterEach(async () => {
  await watcher.close();
  removeFolder(folder);
});

async function watch(...bases: string[]): Promise<void> {
  watcher = recursiveWatcher(20)(bases, (file) => file.endsWith('.tmp'), {
    onHint: (file) => void hints.push(file),
    onMissed: () => void hints.push('missed'),
    onError: (cause) => void hints.push(String(cause)),
  });
  await watcher.ready;
}

test('it tells of what happens at any depth, and not of what is left out', async () => {
  fs.mkdirSync(path.join(folder, 'a/b'), { recursive: true });
  await watch(folder);
  fs.writeFileSync(path.join(folder, 'a/b/left-out.tmp'), '');
  fs.writeFileSync(path.join(folder, 'a/b/c.txt'), '');
  await expect.poll(() => hints).toContain(path.join(folder, 'a/b/c.txt'));
  expect(hints).not.toContain(path.join(folder, 'a/b/left-out.tmp'));
});

test('a base that is made later is found, and what happens in it then is told', async () => {
  const base = path.join(folder, 'later');
  await watch(base);
  fs.mkdirSync(base);
  await expect.poll(() => hints).toContain(base);
  fs.writeFileSync(path.join(base, 'file'), '');
  await expect.poll(() => hints).toContain(path.join(base, 'file'));
});
