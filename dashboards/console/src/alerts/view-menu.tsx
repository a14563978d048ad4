/**
 * Kept filters of alerts: choose one, see whether the page still shows what it says, save, rename, share, begin with, delete. The chosen
 * one stands in the address beside the filters, so that a link carries both.
 */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Dropdown from 'antd/es/dropdown';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { Icon } from '../shell/icons.tsx';
import { useHotkeys } from '../shell/hotkeys.ts';
import { useMayAct } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { useAction, type Done } from '../ui/use-action.ts';
import type { AlertFilters } from './alert-filters.ts';
import { filtersOfKept, isAsKept, keptFilter } from './alert-view-filter.ts';
import {
  beginWith,
  changeView,
  dropView,
  keepView,
  useKeptViews,
  viewsKey,
  type KeptView,
} from './alert-views-api.ts';
import { messages } from './view-messages.ts';

const ViewDialog = lazy(() => import('./view-dialog.tsx'));

const menuClass = 'vg-view-menu';
const framesMax = 60;

/** Keys go to a menu as soon as it stands at its place: focused before, the page would scroll to where it is measured. */
function useMenuFocus(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    let frames = 0;
    let frame = 0;
    const look = () => {
      const item = document.querySelector<HTMLElement>(
        `.${menuClass} [role="menuitem"]:not([aria-disabled="true"])`,
      );
      const top = item?.getBoundingClientRect().top ?? -1;
      frames += 1;
      if (item !== null && top >= 0 && top < window.innerHeight) item.focus({ preventScroll: true });
      else if (frames < framesMax) frame = requestAnimationFrame(look);
    };
    frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [open]);
}

type Props = {
  readonly filters: AlertFilters;
  /** Id of the chosen one; '' none. */
  readonly chosenId: string;
  readonly onChoose: (id: string, filters: AlertFilters) => void;
};

export function ViewMenu({ filters, chosenId, onChoose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const mayShare = useMayAct();
  const { data: views = [] } = useKeptViews();
  const action = useAction();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<'new' | 'rename' | null>(null);
  const chosen = views.find(({ id }) => id === chosenId);
  const isModified = chosen !== undefined && !isAsKept(filters, chosen.filter);
  const mayChange = chosen !== undefined && (chosen.shared ? mayShare : chosen.own);

  useMenuFocus(open);
  useHotkeys({
    v: (event) => {
      event.preventDefault();
      setOpen(true);
    },
  });

  const act = (work: () => Promise<Done>) =>
    void action.run(async () => {
      const done = await work();
      await client.invalidateQueries({ queryKey: viewsKey });
      return done;
    });

  const remove = (view: KeptView) =>
    act(async () => {
      await dropView(view.id);
      onChoose('', filters);
      const { name, filter, shared } = view;
      return {
        text: text('view.deleted', { name }),
        undo: async () => {
          const again = await keepView({ name, filter, shared });
          if (view.first) await beginWith(again.id);
          await client.invalidateQueries({ queryKey: viewsKey });
          onChoose(again.id, filters);
        },
        undone: text('view.restored', { name }),
      };
    });

  const acts: Readonly<Record<string, (view: KeptView) => void>> = {
    change: (view) =>
      act(async () => {
        const before = view.filter;
        const now = await changeView(view, { filter: keptFilter(filters) });
        return {
          text: text('view.saved', { name: view.name }),
          undo: async () => {
            await changeView(now, { filter: before });
            await client.invalidateQueries({ queryKey: viewsKey });
          },
        };
      }),
    reset: (view) => onChoose(view.id, filtersOfKept(view.filter)),
    rename: () => setDialog('rename'),
    share: (view) =>
      act(async () => {
        await changeView(view, { shared: true });
        return { text: text('view.isShared', { name: view.name }) };
      }),
    unshare: (view) =>
      act(async () => {
        await changeView(view, { shared: false });
        return { text: text('view.isOwn', { name: view.name }) };
      }),
    begin: (view) =>
      act(async () => {
        await beginWith(view.id);
        return { text: text('view.begun', { name: view.name }) };
      }),
    beginNot: () =>
      act(async () => {
        await beginWith(null);
        return { text: text('view.begunNot') };
      }),
    delete: remove,
  };

  const pick = (key: string) => {
    setOpen(false);
    // What was chosen goes with its menu: the focus would be lost.
    button.current?.focus({ preventScroll: true });
    if (key === 'new') {
      setDialog('new');
      return;
    }
    const view = views.find(({ id }) => key === `view:${id}`);
    if (view !== undefined) onChoose(view.id, filtersOfKept(view.filter));
    else if (chosen !== undefined) acts[key]?.(chosen);
  };

  const itemOf = (view: KeptView) => ({
    key: `view:${view.id}`,
    icon: view.id === chosenId ? <Icon name="check" /> : <span className="vg-icon" />,
    label: (
      <span data-testid="kept-view">
        <LineText value={view.name} />
        {view.first ? <span className="vg-muted"> · {text('view.first')}</span> : null}
        {view.own ? null : (
          <span className="vg-muted"> · {text('view.by', { who: visibleString(view.createdBy) })}</span>
        )}
      </span>
    ),
  });
  const groupOf = (key: string, label: string, of: readonly KeptView[]) =>
    of.length === 0 ? [] : [{ key, type: 'group' as const, label, children: of.map(itemOf) }];
  const empty = <span className="vg-icon" />;
  const one = (key: string, label: string, danger = false) => ({ key, label, danger, icon: empty });

  return (
    <>
      <Dropdown
        open={open}
        onOpenChange={setOpen}
        trigger={['click']}
        classNames={{ root: `vg-menu ${menuClass}` }}
        menu={{
          onClick: ({ key }) => pick(key),
          items: [
            ...groupOf(
              'own',
              text('view.own'),
              views.filter(({ shared }) => !shared),
            ),
            ...groupOf(
              'shared',
              text('view.shared'),
              views.filter(({ shared }) => shared),
            ),
            ...(views.length === 0
              ? [{ key: 'none', label: text('view.none'), disabled: true, icon: empty }]
              : []),
            { type: 'divider' },
            ...(chosen !== undefined && isModified && mayChange
              ? [one('change', text('view.saveChange', { name: visibleString(chosen.name) }))]
              : []),
            ...(isModified ? [one('reset', text('view.reset'))] : []),
            one('new', text('view.saveNew')),
            ...(chosen === undefined
              ? []
              : [
                  { type: 'divider' as const },
                  chosen.first ? one('beginNot', text('view.beginNot')) : one('begin', text('view.begin')),
                  ...(mayChange ? [one('rename', text('view.rename'))] : []),
                  ...(mayChange && !chosen.shared && mayShare ? [one('share', text('view.share'))] : []),
                  ...(chosen.shared && chosen.own && mayShare ? [one('unshare', text('view.unshare'))] : []),
                  ...(mayChange ? [one('delete', text('view.delete'), true)] : []),
                ]),
          ],
        }}
      >
        <Button
          ref={button}
          data-testid="view-menu"
          aria-haspopup="menu"
          aria-expanded={open}
          aria-label={
            chosen === undefined
              ? text('view.menu')
              : `${text('view.menuOf', { name: visibleString(chosen.name) })}${isModified ? `, ${text('view.modified')}` : ''}`
          }
        >
          <span className="vg-view-name">
            {chosen === undefined ? text('view.menu') : <LineText value={chosen.name} />}
          </span>
          {isModified ? <em className="vg-view-modified">{text('view.modified')}</em> : null}
        </Button>
      </Dropdown>
      {dialog === null ? null : (
        <Suspense fallback={null}>
          <ViewDialog
            filters={filters}
            view={dialog === 'rename' ? (chosen ?? null) : null}
            onKept={({ id }) => onChoose(id, filters)}
            onClose={() => setDialog(null)}
          />
        </Suspense>
      )}
    </>
  );
}
