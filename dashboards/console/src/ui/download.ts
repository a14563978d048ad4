/** Saves an answer of the API as a file. Invariant: the file's name is the server's, cut to what file systems take. */
import { http } from '../session/session-store.ts';

const nameUnitsMax = 120;

/** The name in a Content-Disposition header; `fallback` where there is none. */
export function fileNameOf(header: string | null, fallback: string): string {
  const extended = /filename\*=UTF-8''([^;]+)/iu.exec(header ?? '')?.[1];
  const plain = /filename="([^"]*)"/iu.exec(header ?? '')?.[1];
  let name = plain ?? fallback;
  if (extended !== undefined) {
    try {
      name = decodeURIComponent(extended);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
    }
  }
  const clean = name.replace(/[\p{Cc}/\\:*?"<>|]+/gu, '_').slice(-nameUnitsMax);
  return clean === '' ? fallback : clean;
}

/**
 * @param path of the API, as for http.read
 * @throws ApiError
 */
export async function download(path: string, fallbackName: string, init: RequestInit = {}): Promise<void> {
  const response = await http.send(path, init);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = fileNameOf(response.headers.get('content-disposition'), fallbackName);
  link.click();
  // The browser has taken the bytes when the click is over; a moment more for slow disks.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
