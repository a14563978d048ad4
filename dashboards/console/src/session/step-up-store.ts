/** A request that waits until the person has proved again who they are; one dialog for however many wait. */
import { createStore } from '../ui/store.ts';

export type Waiting = { readonly finish: (proved: boolean) => void };

/** What the dialog answers; null: nothing waits. */
export const stepUpStore = createStore<Waiting | null>(null);

let pending: Promise<boolean> | null = null;

/** Opens the dialog. @returns whether the person proved it */
export function proveAgain(): Promise<boolean> {
  pending ??= new Promise<boolean>((resolve) => {
    stepUpStore.set({
      finish(proved) {
        pending = null;
        stepUpStore.set(null);
        resolve(proved);
      },
    });
  });
  return pending;
}
