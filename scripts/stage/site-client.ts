/** Speaks to the API as a person's browser does: the session cookie, the same origin, the collector's own certificate. */
import https from 'node:https';

const answerCharsMax = 32_000_000;

export interface Answer {
  status: number;
  body: unknown;
}

type Body = readonly [type: string, text: string];

/** A signed-out person; `call` throws for answers that are not in the 200s. */
export class SiteClient {
  readonly #url: string;
  #cookie = '';

  /** @param url of the collector, such as `https://127.0.0.1:8443` */
  constructor(url: string) {
    this.#url = url;
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.call('POST', '/login', { username, password });
  }

  /** @param path below /api/v1 @throws Error with the server's words */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.#taken(
      method,
      path,
      body === undefined ? undefined : ['application/json', JSON.stringify(body)],
    );
  }

  /** The same with a text that is no JSON. */
  sendText(path: string, type: string, text: string): Promise<unknown> {
    return this.#taken('POST', path, [type, text]);
  }

  async #taken(method: string, path: string, body: Body | undefined): Promise<unknown> {
    const answer = await this.#ask(method, path, body);
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  #ask(method: string, path: string, body: Body | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const [type, text] = body ?? [];
      const request = https.request(
        `${this.#url}/api/v1${path}`,
        {
          method,
          rejectUnauthorized: false,
          agent: false,
          headers: {
            origin: this.#url,
            'sec-fetch-site': 'same-origin',
            cookie: this.#cookie,
            ...(text === undefined
              ? {}
              : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
          },
        },
        (response) => {
          const set = response.headers['set-cookie'];
          if (set !== undefined) this.#cookie = set.map((line) => line.split(';')[0] ?? '').join('; ');
          let answer = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            answer += chunk;
            if (answer.length > answerCharsMax) request.destroy(new Error(`${path}: the answer is too long`));
          });
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              body: answer.startsWith('{') || answer.startsWith('[') ? JSON.parse(answer) : answer,
            });
          });
        },
      );
      request.on('error', reject);
      request.end(text);
    });
  }
}
