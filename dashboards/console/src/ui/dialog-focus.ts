/**
 * Where the focus of a dialog begins, where a refusal takes it and where it goes afterwards. Invariants: it never begins on what acts; it is not
 * moved any more once the person has used the dialog; it is never lost to the page's body.
 */

const head = '.vg-dialog-head';
const fields = 'input:not([type="hidden"]), select, textarea';
const quietButtons = '.vg-form-actions button:not([type="submit"])';

const isUsable = (element: HTMLElement): boolean =>
  !element.matches(':disabled') && element.closest(head) === null && element.checkVisibility();

const firstOf = (dialog: HTMLElement, selector: string): HTMLElement | undefined =>
  [...dialog.querySelectorAll<HTMLElement>(selector)].find(isUsable);

/** Of choices that belong together the chosen one, which is where Tab goes too. */
function chosenOf(dialog: HTMLElement, field: HTMLElement): HTMLElement {
  if (!(field instanceof HTMLInputElement) || field.type !== 'radio') return field;
  const named = [...dialog.querySelectorAll<HTMLInputElement>('input[type="radio"]')];
  return named.find(({ name, checked }) => name === field.name && checked) ?? field;
}

/** Puts the focus on the first field. @returns whether there is one */
function onFirstField(dialog: HTMLElement): boolean {
  const field = firstOf(dialog, fields);
  if (field === undefined) return false;
  chosenOf(dialog, field).focus({ preventScroll: true });
  return true;
}

/**
 * Puts the focus on the first field, also when fields come later, as long as nobody has done anything yet; without one on
 * the button that does nothing. @returns ends the waiting
 */
export function followFirstField(dialog: HTMLElement): () => void {
  // A form inside may have chosen already.
  const chosen = document.activeElement;
  if (chosen instanceof HTMLElement && dialog.contains(chosen) && isUsable(chosen) && chosen.matches(fields))
    return () => undefined;
  if (onFirstField(dialog)) return () => undefined;
  firstOf(dialog, quietButtons)?.focus({ preventScroll: true });
  const look = new MutationObserver(() => {
    if (onFirstField(dialog)) stop();
  });
  const stop = () => {
    look.disconnect();
    dialog.removeEventListener('keydown', stop);
    dialog.removeEventListener('pointerdown', stop);
  };
  look.observe(dialog, { childList: true, subtree: true });
  dialog.addEventListener('keydown', stop);
  dialog.addEventListener('pointerdown', stop);
  return stop;
}

/** Opens what is folded around a field, so that it can be seen and have the focus. */
export function unfold(field: Element): void {
  for (
    let part = field.closest('details');
    part !== null;
    part = part.parentElement?.closest('details') ?? null
  )
    part.open = true;
}

/** After a refusal: to the first field that says what is wrong with it, else to the words below the form. */
export function showFault(form: HTMLElement): void {
  const field = form.querySelector<HTMLElement>('[aria-invalid="true"]:not(:disabled)');
  if (field === null) {
    form.querySelector('.vg-form-error:not(:empty)')?.scrollIntoView({ block: 'nearest' });
    return;
  }
  unfold(field);
  field.focus({ preventScroll: true });
  field.scrollIntoView({ block: 'center' });
}

/**
 * After the dialog is closed: the browser gives the focus back to what had it. Where that is gone (a row that was deleted)
 * the page's main part gets it, so that the next Tab does not begin at the top.
 */
export function keepFocus(): void {
  const now = document.activeElement;
  if (now === null || now === document.body || !now.checkVisibility())
    document.getElementById('main')?.focus({ preventScroll: true });
}
