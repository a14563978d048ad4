/**
 * Who is signed in. Invariant: when a session expires the page behind stays mounted (`expired`), so typed text and
 * the place are kept until the same person signs in again.
 */
import { createApi } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { writeSetting } from '../ui/settings.ts';
import { createStore } from '../ui/store.ts';

export type Session =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'expired'; readonly me: Me }
  | { readonly kind: 'signed-in'; readonly me: Me };

export const sessionStore = createStore<Session>({ kind: 'loading' });

/** The password just used to sign in, kept in memory only until it has been replaced. */
let signInPassword: string | null = null;

export const api = createApi({
  fetch: (input, init) => window.fetch(input, init),
  onSignedOut() {
    const session = sessionStore.get();
    if (session.kind === 'signed-in') sessionStore.set({ kind: 'expired', me: session.me });
    else if (session.kind === 'loading') sessionStore.set({ kind: 'signed-out' });
  },
  onPasswordRequired() {
    const session = sessionStore.get();
    if (session.kind === 'signed-in' && !session.me.mustChangePassword) {
      sessionStore.set({ kind: 'signed-in', me: { ...session.me, mustChangePassword: true } });
    }
  },
});

/** Asks the server who we are; run at start and after "try again". */
export async function loadSession(): Promise<void> {
  sessionStore.set({ kind: 'loading' });
  try {
    sessionStore.set({ kind: 'signed-in', me: await api.me() });
  } catch (error) {
    if (sessionStore.get().kind === 'loading') sessionStore.set({ kind: 'unreachable', error });
  }
}

/** Signs in. @throws ApiError for the form to show. */
export async function signIn(username: string, password: string, code?: string): Promise<void> {
  const me = await api.login({ username, password, ...(code === undefined ? {} : { code }) });
  signInPassword = me.mustChangePassword ? password : null;
  if (!me.mustChangePassword) writeSetting('returning', 'yes');
  sessionStore.set({ kind: 'signed-in', me });
}

/** Signs out; the cookie is gone even when the server no longer knew the session. */
export async function signOut(): Promise<void> {
  const session = sessionStore.get();
  if (session.kind === 'signed-in' && session.me.method === 'oidc') {
    const { url } = await api.logoutAtProvider();
    if (url !== null) {
      window.location.assign(url);
      return;
    }
  } else await api.logout();
  signInPassword = null;
  sessionStore.set({ kind: 'signed-out' });
}

/** The password typed at sign-in a moment ago, if the page was not reloaded since. */
export function rememberedPassword(): string | null {
  return signInPassword;
}

/** The second factor is set, or gone: who we are is read again. */
export async function refreshMe(): Promise<void> {
  sessionStore.set({ kind: 'signed-in', me: await api.me() });
}

/** Replaces the password and reads the session again. @throws ApiError for the form to show. */
export async function changePassword(current: string, next: string): Promise<void> {
  await api.changePassword({ current, next });
  signInPassword = null;
  try {
    sessionStore.set({ kind: 'signed-in', me: await api.me() });
  } catch (error) {
    // A server that ends all sessions with the old password asks to sign in again: say so by the sign-in page.
    if (sessionStore.get().kind !== 'signed-in') return;
    throw error;
  }
}
