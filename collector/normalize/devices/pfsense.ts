/**
 * Who signs in to pfSense's and OPNsense's web administration and changes something there: `php-fpm` of the former and
 * `audit` of the latter write it with the page's path before it. Both tags are other programs' elsewhere.
 */
import { logSources, put, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putText } from '../put-more.ts';

const SOURCES = logSources({ product: 'pfsense', service: 'webgui' });

const PAGE = /^(\/[\w./-]{1,128}): /;
const SIGN_IN =
  /^(Successful (?:webConfigurator )?login|(?:webConfigurator|Web GUI) authentication error|User logged out) for (?:user )?'(.{0,256})' from:? ([0-9A-Fa-f:.]{2,45})/s;
/** pfSense: who, where from, by which database of users, and what was done. */
const CHANGE = /^Configuration Change: (.{1,256})@([0-9A-Fa-f:.]{2,45})(?: \([^)]{1,64}\))?: (.*)/s;
/** OPNsense names the page behind. A change that the device made of itself has no address. */
const SAVED = /^user (.{1,256})@([0-9A-Fa-f:.]{2,45}) changed configuration to \S{1,256} in (\/\S{1,256})/s;

/** @returns false when the line is another program's */
export function readPfsense(event: NormalEvent, text: string): boolean {
  const page = PAGE.exec(text);
  const body = page === null ? text.trimStart() : text.slice(page[0].length);
  const signIn = SIGN_IN.exec(body);
  if (signIn !== null) {
    const [, words = '', user, address = ''] = signIn;
    put(event, 'event.action', actionOf(words));
    if (!words.startsWith('User')) {
      put(event, 'event.outcome', words.startsWith('Successful') ? 'success' : 'failure');
    }
    return settle(event, user, address);
  }
  const change = CHANGE.exec(body);
  if (change !== null) {
    putText(event, 'pfsense.page', page?.[1]);
    putText(event, 'event.reason', change[3]);
    put(event, 'event.action', 'configuration_changed');
    return settle(event, change[1], change[2] ?? '');
  }
  const saved = SAVED.exec(body);
  if (saved === null) return false;
  putText(event, 'pfsense.page', saved[3]);
  put(event, 'event.action', 'configuration_changed');
  return settle(event, saved[1], saved[2] ?? '');
}

function actionOf(words: string): string {
  if (words.startsWith('User')) return 'admin_logged_out';
  return words.startsWith('Successful') ? 'admin_login_succeeded' : 'admin_login_failed';
}

function settle(event: NormalEvent, user: string | undefined, address: string): true {
  event.logsources = SOURCES;
  putText(event, 'user.name', user);
  putSource(event, address);
  return true;
}
