/**
 * A room of the console: its place in the rail and its pages. The declarations are small and come with the shell; the pages
 * are chunks of their own. A page's address is in `path` (`:name` parts become `params`, a trailing `?` lets one be missing).
 */
import type { ComponentType } from 'react';
import type { Permission } from '../api/types.ts';
import type { Words } from '../i18n/messages.ts';
import type { Params } from '../router/location.ts';
import type { IconName } from './icons.tsx';

export type PageProps = { readonly params: Params };

export type AreaPage = {
  readonly path: string;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** Title of the window, and of the tab. */
  readonly label: Words;
  /** Whether it is a tab of its room; `path` without parameters is where it leads. */
  readonly tab?: boolean;
  /** Which tab is lit on a page that is none: the path of that tab. */
  readonly under?: string;
  /** The chapter about it, `slug#chapter`; null: it is a guide itself. */
  readonly guide?: string | null;
  /** Who lacks this sees neither tab nor page. */
  readonly needs?: Permission;
};

export type Area = {
  readonly name: string;
  readonly icon: IconName;
  readonly label: Words;
  /** The key after `g` that leads here. */
  readonly key: string;
  /** It has no place in the rail. */
  readonly hidden?: boolean;
  readonly pages: readonly AreaPage[];
};
