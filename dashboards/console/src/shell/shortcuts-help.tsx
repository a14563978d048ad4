/** The keys of the console, on "?". */
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Dialog } from '../ui/dialog.tsx';

const keys: readonly (readonly [keys: readonly string[], does: LabelKey])[] = [
  [['j', '↓'], 'keys.down'],
  [['k', '↑'], 'keys.up'],
  [['Enter'], 'keys.open'],
  [['e'], 'keys.acknowledge'],
  [['i'], 'keys.begin'],
  [['m'], 'keys.mine'],
  [['s'], 'keys.assign'],
  [['c'], 'keys.close'],
  [['r'], 'keys.reopen'],
  [['n'], 'keys.showNew'],
  [['/'], 'keys.search'],
  [['Esc'], 'keys.escape'],
  [['v'], 'keys.views'],
  [['x'], 'keys.select'],
  [['b'], 'keys.bulk'],
  [['Ctrl', 'K'], 'keys.palette'],
  [['g'], 'keys.jump'],
  [['?'], 'keys.help'],
];

export default function ShortcutsHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t('menu.keys')} onClose={onClose}>
      <dl className="vg-keys">
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
