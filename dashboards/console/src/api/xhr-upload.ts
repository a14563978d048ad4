/** Sends a body and tells how much of it has gone, which fetch cannot; the answer is as fetch gives it. */
import type { OnProgress } from './http.ts';

/** @throws DOMException AbortError; TypeError when the server is not reached, as fetch does */
export function uploadWithProgress(
  url: string,
  init: RequestInit,
  onProgress: OnProgress,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(init.method ?? 'POST', url);
    for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener('load', () => {
      const headers = new Headers();
      for (const line of request.getAllResponseHeaders().trim().split(/\r\n/u)) {
        const at = line.indexOf(':');
        if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
      }
      const { status, statusText, responseText } = request;
      // Answers of these have no body.
      const body = status === 204 || status === 205 || status === 304 ? null : responseText;
      resolve(new Response(body, { status, statusText, headers }));
    });
    request.addEventListener('error', () => reject(new TypeError('the server was not reached')));
    request.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    request.send(init.body instanceof Blob ? init.body : null);
  });
}
