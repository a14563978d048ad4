import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, test } from 'vitest';
import {
  BatchRefusedError,
  BatchUnknownError,
  StoreUnavailableError,
} from '../../../collector/store/store.ts';
import { isUnreachable, toInsertError, toReadError } from '../../../collector/store/store-error.ts';

function answer(code: number, message = 'any words'): ClickHouseError {
  return new ClickHouseError({ code: String(code), message, type: 'NAME' });
}

function errno(code: string): Error {
  return Object.assign(new Error('any words'), { code });
}

describe('a failed insert', () => {
  test.each([
    ['data that cannot be read', answer(33), BatchRefusedError],
    ['a broken constraint', answer(469), BatchRefusedError],
    ['a body that is too large', answer(290), BatchRefusedError],
    ['a full disk', answer(243), StoreUnavailableError],
    ['a failed write', answer(75), StoreUnavailableError],
    ['no memory', answer(241), StoreUnavailableError],
    ['too many parts', answer(252), StoreUnavailableError],
    ['a missing table', answer(60), StoreUnavailableError],
    ['a wrong password', answer(516), StoreUnavailableError],
    ['a time-out inside the engine', answer(159), BatchUnknownError],
    ['a cancelled statement', answer(394), BatchUnknownError],
    ['an engine that shuts down', answer(236), BatchUnknownError],
    ['a code never heard of', answer(99_999), BatchUnknownError],
    ['an engine that is not there', errno('ECONNREFUSED'), StoreUnavailableError],
    ['a socket that is not there', errno('ENOENT'), StoreUnavailableError],
    ['a line that was cut', errno('ECONNRESET'), BatchUnknownError],
    ['a line that was cut while sending', errno('EPIPE'), BatchUnknownError],
    ['a time-out of the client', new Error('Timeout error.'), BatchUnknownError],
    ['something thrown that is no error', 'oops', BatchUnknownError],
  ])('%s', (_what, error, kind) => {
    const result = toInsertError(error, 7);
    expect(result).toBeInstanceOf(kind);
    expect(result.cause).toBe(error);
  });

  test('is judged by its code, whatever the words say', () => {
    expect(toInsertError(answer(99_999, 'Code: 33. CANNOT_READ_ALL_DATA ENOSPC'), 7)).toBeInstanceOf(
      BatchUnknownError,
    );
    expect(toInsertError(answer(243, 'Cannot parse input'), 7)).toBeInstanceOf(StoreUnavailableError);
  });

  test('that was judged before stays as it is', () => {
    const judged = new BatchRefusedError('row 3');
    expect(toInsertError(judged, 7)).toBe(judged);
  });
});

describe('a failed read', () => {
  test('says when the store is away, and is itself otherwise', () => {
    expect(toReadError(errno('ECONNRESET'))).toBeInstanceOf(StoreUnavailableError);
    expect(toReadError(answer(202))).toBeInstanceOf(StoreUnavailableError);
    const slow = answer(159);
    expect(toReadError(slow)).toBe(slow);
  });

  test('is worth another try only when the store did not answer', () => {
    expect(isUnreachable(toReadError(errno('ECONNREFUSED')))).toBe(true);
    expect(isUnreachable(toReadError(answer(241)))).toBe(false);
    expect(isUnreachable(new Error('x'))).toBe(false);
  });
});
