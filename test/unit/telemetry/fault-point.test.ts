import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

const MODULE = new URL('../../../collector/telemetry/fault-point.ts', import.meta.url).href;

/** Passes `points` in a process of its own and tells how it ended and which it survived. */
function pass(
  setting: string | undefined,
  points: readonly string[],
): { signal: string | null; survived: string[] } {
  const script = `
    import { writeSync } from 'node:fs';
    import { faultPoint } from ${JSON.stringify(MODULE)};
    for (const point of ${JSON.stringify(points)}) { faultPoint(point); writeSync(1, point + '\\n'); }`;
  const { VONGGAC_FAULT: _, ...env } = process.env;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: setting === undefined ? env : { ...env, VONGGAC_FAULT: setting },
    encoding: 'utf8',
  });
  return { signal: child.signal, survived: child.stdout.split('\n').filter((line) => line !== '') };
}

describe('a fault point', () => {
  test.each([
    ['nothing without the setting', undefined, null, ['a', 'b', 'a', 'a']],
    ['nothing with an empty setting', '', null, ['a', 'b', 'a', 'a']],
    ['nothing at points of other names', 'c', null, ['a', 'b', 'a', 'a']],
    ['at the first passing', 'a', 'SIGKILL', []],
    ['at the first passing of its name', 'b', 'SIGKILL', ['a']],
    ['at the passing asked for', 'a:3', 'SIGKILL', ['a', 'b', 'a']],
    ['nothing before the passing asked for', 'b:2', null, ['a', 'b', 'a', 'a']],
  ])('kills %s', (_what, setting, signal, survived) => {
    expect(pass(setting, ['a', 'b', 'a', 'a'])).toStrictEqual({ signal, survived });
  });
});
