/** Refusals of the server in Vietnamese: every reason and code that it knows has words, and none is English. */
import { describe, expect, test } from 'vitest';
import { API_ERRORS, REFUSALS } from '../../../collector/api/errors.ts';
import { refusals, refusalText } from '../../../dashboards/console/src/i18n/refusals.ts';

const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/iu;

describe('refusals in Vietnamese', () => {
  const known = [...Object.keys(API_ERRORS), ...Object.keys(REFUSALS)];

  test('are there for every reason of the server', () => {
    expect(known.filter((reason) => refusals[reason] === undefined)).toEqual([]);
  });

  test('are of reasons that the server has', () => {
    expect(Object.keys(refusals).filter((reason) => !known.includes(reason))).toEqual([]);
  });

  test('are Vietnamese sentences in composed form', () => {
    const odd = Object.values(refusals).filter(
      (text) =>
        text === undefined || !VIETNAMESE.test(text) || text !== text.normalize('NFC') || !text.endsWith('.'),
    );
    expect(odd).toEqual([]);
  });

  test('go by the reason, then by the code', () => {
    const message = 'that report was begun before: 1';
    expect(refusalText({ code: 'conflict', reason: 'report-exists', message })).toBe(
      'Báo cáo này đã được bắt đầu.',
    );
    expect(refusalText({ code: 'conflict', reason: 'made-tomorrow', message })).toBe(refusals['conflict']);
    expect(refusalText({ code: 'made-tomorrow', message })).toBeUndefined();
  });

  test('say what is wrong with a value', () => {
    const of = (message: string) => refusalText({ code: 'bad-request', field: 'name', message });
    expect(of('Too small: expected string to have >=1 characters')).toBe('chưa điền');
    expect(of('Too big: expected number to be <=300')).toBe('lớn nhất là 300');
    expect(of('something else')).toBe('giá trị chưa đúng dạng');
  });
});
