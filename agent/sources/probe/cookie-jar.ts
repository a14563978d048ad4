/** Cookies for the length of one look: without them, portals that set one and redirect would do so for ever. */
const COOKIES_MAX = 20;
const CHARS_MAX = 2_048;

export class CookieJar {
  readonly #hosts = new Map<string, Map<string, string>>();

  /** @param lines as in Set-Cookie. Each stays with the host that set it, whatever domain it names. */
  take(host: string, lines: readonly string[]): void {
    const cookies = this.#hosts.get(host) ?? new Map<string, string>();
    for (const line of lines.slice(0, COOKIES_MAX)) {
      const [, name, value] = /^([^=;\s]+)=([^;]*)/.exec(line) ?? [];
      if (name === undefined || value === undefined || line.length > CHARS_MAX) continue;
      if (cookies.has(name) || cookies.size < COOKIES_MAX) cookies.set(name, value.trim());
    }
    this.#hosts.set(host, cookies);
  }

  /** Empty when there are none. */
  header(host: string): string {
    const pairs = [...(this.#hosts.get(host) ?? [])].map(([name, value]) => `${name}=${value}`);
    return pairs.join('; ').replace(/[^\x20-\x7e]/g, '');
  }
}
