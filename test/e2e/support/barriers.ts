/** What stands in the way of people who use a keyboard, a screen reader or a narrow window. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** Which of axe's rules are asked. */
type Asked = { type: 'tag' | 'rule'; values: readonly string[] };
/** WCAG 2.2 AA. */
const ALL: Asked = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What changes of a page when its theme does. */
export const COLOURS: Asked = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What axe finds, each with the first places. @param within a selector; without one, the whole page */
export async function allBarriers(
  page: Page,
  within?: string,
  asked = ALL,
): Promise<{ impact: string; text: string }[]> {
  // Typed into the page's own world by the browser's tools, which the page's policy does not bind.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(`${AXE}; undefined`);
  const place = within === undefined ? 'document' : JSON.stringify(within);
  const found = violations.parse(
    await page.evaluate(`axe.run(${place}, { runOnly: ${JSON.stringify(asked)} }).then((r) => r.violations)`),
  );
  return found.map(({ id, impact, nodes }) => ({
    impact: impact ?? '',
    text: `${id}: ${nodes
      .slice(0, 3)
      .map(({ html }) => html.slice(0, 160))
      .join(' | ')}`,
  }));
}

/** Those that are serious or worse. */
export async function barriers(page: Page, asked = ALL): Promise<string[]> {
  return (await allBarriers(page, undefined, asked))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ text }) => text);
}

/** Pixels that the page is wider than its window. */
export async function overhang(page: Page): Promise<number> {
  return Number(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
  );
}
