/** JSON that somebody else wrote, within the size that a file of indicators may have. */
import { IndicatorFileError, INDICATOR_LIMITS } from './indicator.ts';

/** @throws IndicatorFileError */
export function parseJson(text: string): unknown {
  if (text.length > INDICATOR_LIMITS.fileBytesMax)
    throw new IndicatorFileError(
      `the file has more than ${INDICATOR_LIMITS.fileBytesMax} characters: split it`,
    );
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new IndicatorFileError(`no JSON (${why.slice(0, 200)}): is the file whole?`, { cause: error });
  }
}
