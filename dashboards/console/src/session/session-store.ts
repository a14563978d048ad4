/**
 * Who is signed in. Invariant: when a session ends, by whatever way, nothing that it showed stays in the browser; the address
 * does, so that who signs in again is where they were. Without a line to the server the session there ends when there is one.
 */
import { createApi } from '../api/client.ts';
import { ApiError, createHttp, type Refused } from '../api/http.ts';
import { uploadWithProgress } from '../api/xhr-upload.ts';
import type { Accepted, Go, Invited, Me } from '../api/types.ts';
import { forgetSetting, keepSettings, readSetting, writeSetting } from '../ui/settings.ts';
import { languageStore } from '../i18n/language-store.ts';
import { createStore } from '../ui/store.ts';
import { keepDraftsOf } from './drafts.ts';
import { tellLostRights } from './lost-rights.ts';
import { proveAgain } from './step-up-store.ts';

export type Session =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable'; readonly error: unknown }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'signed-in'; readonly me: Me };

export const sessionStore = createStore<Session>({ kind: 'loading' });

/** The password just used to sign in, kept in memory only until it has been replaced. */
let signInPassword: string | null = null;

/** When the person last showed on this page who they are; the server takes it for five minutes. */
let provedMs = Number.NEGATIVE_INFINITY;
const proofMs = 4 * 60_000;

/** The server speaks English; who reads Vietnamese is told by the reason. */
async function inWords(refused: Refused): Promise<string | undefined> {
  if (languageStore.get() === 'en') return undefined;
  try {
    const { refusalText } = await import('../i18n/refusals.ts');
    return refusalText(refused);
  } catch (cause) {
    // The line is cut: the server's words are better than none.
    console.error(cause);
    return undefined;
  }
}

/** For the `*-api.ts` of each room. */
export const http = createHttp({
  inWords,
  fetch: (input, init) => window.fetch(input, init),
  onSignedOut() {
    const session = sessionStore.get();
    if (session.kind === 'signed-in') {
      signInPassword = null;
      sessionStore.set({ kind: 'expired' });
    } else if (session.kind === 'loading') sessionStore.set({ kind: 'signed-out' });
  },
  onPasswordRequired() {
    const session = sessionStore.get();
    if (session.kind === 'signed-in' && !session.me.mustChangePassword) {
      sessionStore.set({ kind: 'signed-in', me: { ...session.me, mustChangePassword: true } });
    }
  },
  proveAgain,
  upload: uploadWithProgress,
});

export const api = createApi(http);

let lastMe: Me | null = null;

// What was typed waits for the same person, not for the next.
sessionStore.subscribe(() => {
  const session = sessionStore.get();
  if (session.kind === 'signed-in') {
    keepDraftsOf(session.me.username);
    tellLostRights(lastMe, session.me);
    lastMe = session.me;
  }
  if (session.kind === 'signed-out') {
    keepDraftsOf(null);
    lastMe = null;
  }
});

/** Asks the server who we are; run at start and after "try again". */
export async function loadSession(): Promise<void> {
  sessionStore.set({ kind: 'loading' });
  try {
    if (readSetting('leaving') !== null) await leave(() => api.logout());
    sessionStore.set({ kind: 'signed-in', me: await api.me() });
  } catch (error) {
    if (sessionStore.get().kind === 'loading') sessionStore.set({ kind: 'unreachable', error });
  }
}

/** Signs in. @throws ApiError for the form to show. */
export async function signIn(username: string, password: string, code?: string): Promise<void> {
  const me = await api.login({ username, password, ...(code === undefined ? {} : { code }) });
  signInPassword = me.mustChangePassword ? password : null;
  provedMs = Date.now();
  // The server ended the session that this browser held before.
  forgetSetting('leaving');
  if (!me.mustChangePassword) writeSetting('returning', 'yes');
  sessionStore.set({ kind: 'signed-in', me });
}

/** Ends the session at the server, whose answer empties the browser's storage: choices of looks are put back. */
async function leave(end: () => Promise<Go | void>): Promise<string | null> {
  try {
    const go = await keepSettings(end);
    forgetSetting('leaving');
    return go?.url ?? null;
  } catch (error) {
    // Whom the server does not know any more is signed out.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
    forgetSetting('leaving');
    return null;
  }
}

/**
 * Signs out. Nothing stays on the page, whatever the server says.
 * @throws ApiError when the server does not hear of it: it is told at the next start of the console
 */
export async function signOut(): Promise<void> {
  const session = sessionStore.get();
  const atProvider = session.kind === 'signed-in' && session.me.method === 'oidc';
  signInPassword = null;
  writeSetting('leaving', 'yes');
  sessionStore.set({ kind: 'loading' });
  try {
    const url = await leave(() => (atProvider ? api.logoutAtProvider() : api.logout()));
    if (url !== null) window.location.assign(url);
  } finally {
    sessionStore.set({ kind: 'signed-out' });
  }
}

/** The password typed at sign-in a moment ago, if the page was not reloaded since. */
export function rememberedPassword(): string | null {
  return signInPassword;
}

/** Whether the person signed in on this page a moment ago, so that the server asks for no other proof. */
export function hasJustSignedIn(): boolean {
  return Date.now() - provedMs < proofMs;
}

/** Whose account an invitation is for. @throws ApiError not-found for one that is used or has ended */
export const lookAtInvitation = (invitation: string, signal: AbortSignal) =>
  http.change<Invited>('POST', '/invitations/look', { invitation }, { signal });

/** Sets the password of an account that one was invited to. @throws ApiError for the form to show */
export const acceptInvitation = (invitation: string, password: string) =>
  http.change<Accepted>('POST', '/invitations/accept', { invitation, password });

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
