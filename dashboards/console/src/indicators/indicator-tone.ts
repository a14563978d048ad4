/** How the states of an indicator look. */
import type { Tone } from '../ui/badge.tsx';
import type { standings } from './indicators-api.ts';

export const indicatorTone: Readonly<Record<(typeof standings)[number], Tone>> = {
  active: 'good',
  throttled: 'warn',
  expired: 'quiet',
  retired: 'quiet',
};
