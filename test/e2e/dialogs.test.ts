/**
 * Every dialog, by keyboard: what opens one says so (`aria-haspopup="dialog"`), so each is found on its page. Focus begins on
 * the first field or on the button that does nothing, nothing stands in anybody's way, Escape closes, and the focus is
 * where it was.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeDialogThings } from '../../scripts/stage/dialog-things.ts';
import { eachDialog, type OpenableDialog } from '../../scripts/stage/dialogs.ts';
import { allBarriers } from './support/barriers.ts';
import { journey } from './support/journey.ts';

/** Of those that must be among the opened: some of each room, so that what stops finding them is noticed. */
const AMONG = [
  'assign-form',
  'attest-form',
  'bulk-form',
  'bulk-response',
  'case-close-form',
  'case-edit-form',
  'case-form',
  'case-merge-form',
  'case-split-form',
  'close-form',
  'create-join-token',
  'dossier-form',
  'edit-person',
  'exception-form',
  'gap-form',
  'handover-form',
  'hunt-save-form',
  'hunt-schedule-form',
  'incident-form',
  'indicator-form',
  'invite-person',
  'move-hosts',
  'questionnaire',
  'report-amend-form',
  'report-lock-form',
  'report-sent-form',
  'request-form',
  'response-approve',
  'response-request',
  'revoke-hosts',
  'rule-save-form',
  'rule-scope-form',
  'rule-state-form',
  'told-form',
];

/** What the focus is on: whether in the dialog, on a field, in its head, on what sends it. */
const FOCUS = `(() => {
  const at = document.activeElement;
  const dialog = document.querySelector('dialog[open]');
  return {
    inside: dialog?.contains(at) ?? false,
    field: at.matches('input, select, textarea'),
    head: at.closest('.vg-dialog-head') !== null,
    sends: at.matches('[type="submit"]'),
    fields: [...(dialog?.querySelectorAll('input, select, textarea') ?? [])].some((one) => !one.disabled && one.checkVisibility()),
    others: [...(dialog?.querySelectorAll('.vg-form-actions button:not([type="submit"])') ?? [])].length,
    wide: (dialog?.getBoundingClientRect().right ?? 0) > document.documentElement.clientWidth,
    form: dialog?.querySelector('[data-testid]')?.getAttribute('data-testid') ?? '',
  };
})()`;
const focusSchema = z.object({
  inside: z.boolean(),
  field: z.boolean(),
  head: z.boolean(),
  sends: z.boolean(),
  fields: z.boolean(),
  others: z.number(),
  wide: z.boolean(),
  form: z.string(),
});

const focusOf = async (page: Page) => focusSchema.parse(await page.evaluate(FOCUS));

/** What is wrong with this dialog. @returns the name of its form too */
async function tryDialog(page: Page, { open, isBack }: OpenableDialog) {
  await open();
  const dialog = page.locator('dialog[open]');
  await dialog.waitFor();
  await dialog.locator('.vg-loading').first().waitFor({ state: 'detached' });
  const focus = await focusOf(page);
  const faults: string[] = [];
  if (!focus.inside) faults.push('focus is not inside');
  if (focus.fields && !focus.field) faults.push('focus does not begin on a field');
  if (!focus.fields && focus.others > 0 && (focus.head || focus.sends))
    faults.push('focus is not on the safe button');
  if (focus.wide) faults.push('is wider than the window');
  for (const { text } of await allBarriers(page, 'dialog[open]')) faults.push(text);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  if (!(await isBack()))
    faults.push(
      `focus is not given back: ${String(await page.evaluate('document.activeElement.outerHTML.slice(0, 120)'))}`,
    );
  return { form: focus.form, faults };
}

journey('every dialog', ({ as, url, agency }) => {
  test('opens and closes by keyboard, begins on its first field and has no barrier', async () => {
    const things = await makeDialogThings(url(), agency().id);
    // A control without a plan has none to read.
    const page = await as('admin', '/', { allowed: [404] });
    const opened = new Set<string>();
    const faults: Record<string, string[]> = {};
    await eachDialog(page, url(), things, async (dialog) => {
      const found = await tryDialog(page, dialog);
      opened.add(found.form);
      if (found.faults.length > 0) faults[dialog.name] = found.faults;
    });
    expect(faults).toEqual({});
    expect(AMONG.filter((form) => !opened.has(form))).toEqual([]);
  }, 400_000);
});
