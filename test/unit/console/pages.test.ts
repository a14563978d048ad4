/** The list of pages for browser tests and pictures: every route of the console is in it, each under a name of its own. */
import { describe, expect, test } from 'vitest';
import { consolePages, OPENED, stagePages } from '../../../scripts/stage/pages.ts';

const things = { alertId: 'a1', caseId: 'c1', hostId: 'h1', ruleId: 'r1', systemId: 1 };
const declared = await consolePages();

describe('pages on the stage', () => {
  test('are all that the rooms declare', () => {
    expect(declared.length).toBeGreaterThan(30);
    const addresses = stagePages(declared, things).map(({ address }) => address);
    const missing = declared.filter(({ path }) => {
      const pattern = path.replaceAll(/\/:\w+\?/gu, '(/[^/]+)?').replaceAll(/:\w+/gu, '[^/]+');
      return !addresses.some((address) => new RegExp(`^${pattern}$`, 'u').test(address));
    });
    expect(missing).toEqual([]);
  });

  test('have names of their own, fit for files', () => {
    const names = stagePages(declared, things).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/u.test(name))).toEqual([]);
  });

  test('that need something to open are asked for by name when it is missing', () => {
    const strange = { path: '/strange/:id/look', guide: null };
    expect(() => stagePages([...declared, strange], things)).toThrow('OPENED lacks /strange/:id/look');
  });

  test('opened are of routes that there are', () => {
    const routes = new Set(declared.map(({ path }) => path));
    expect(OPENED.filter(({ route }) => !routes.has(route))).toEqual([]);
  });
});
