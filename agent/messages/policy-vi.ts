/** Những gì tác nhân nói về chính sách, bằng tiếng Việt. */
import type { PolicyMessages } from './policy-en.ts';

export const policyVi: PolicyMessages = {
  fits: (file) => `${file}: máy này sẽ nhận.`,
  refused: (file, reason) => `${file}: máy này sẽ từ chối: ${reason}`,
};
