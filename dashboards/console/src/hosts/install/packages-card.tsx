/** Which packages the collector hands out, what lies beside them and is refused, and how to add more. */
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { Icon } from '../../shell/icons.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { EmptyState } from '../../ui/notices.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import type { OfferedPackage, PackageList } from './install-api.ts';
import { messages } from './install-messages.ts';
import { faultLabel, systemOf } from './install-words.ts';

const shaShown = 12;

export function PackagesCard({ list }: { readonly list: PackageList }) {
  const text = useText(messages);
  const { packages, refused, more, folder } = list;
  return (
    <section className="vg-card vg-packages" data-testid="packages">
      <h2>{text('install.packages')}</h2>
      {packages.length === 0 ? (
        <EmptyState title={text('install.noPackages')}>
          <p>{text('install.noPackagesText')}</p>
        </EmptyState>
      ) : (
        <Packages packages={packages} />
      )}
      {refused.length === 0 ? null : (
        <div className="vg-panel-section">
          <h3>{text('install.refused')}</h3>
          <ul data-testid="packages-refused">
            {refused.map(({ name, why }) => (
              <li key={name}>
                <code>
                  <LineText value={name} />
                </code>{' '}
                — {text(faultLabel[why])}
              </li>
            ))}
          </ul>
        </div>
      )}
      {more === 0 ? null : <p className="vg-hint">{text('install.more', { n: more })}</p>}
      <details open={packages.length === 0}>
        <summary>{text('install.addPackages')}</summary>
        <AddPackages folder={folder} />
      </details>
    </section>
  );
}

function AddPackages({ folder }: { readonly folder: string | null }) {
  const text = useText(messages);
  return (
    <ol className="vg-install-steps">
      <li>
        {text('install.addMake')} <code>{'npm run package'}</code>
      </li>
      {folder === null ? (
        <li>{text('install.addAsk')}</li>
      ) : (
        <li>
          {text('install.addPut')}
          <span className="vg-line">
            <code data-testid="packages-folder">
              <LineText value={folder} />
            </code>
            <CopyButton value={folder} label={text('install.copyFolder')} />
          </span>
        </li>
      )}
      <li>{text('install.addNames')}</li>
    </ol>
  );
}

function Packages({ packages }: { readonly packages: readonly OfferedPackage[] }) {
  const text = useText(messages);
  const { number } = useI18n();
  const size = useFileSize();
  const copy = useCopy();
  const columns: readonly Column<OfferedPackage>[] = [
    {
      key: 'name',
      label: text('install.package'),
      cell: ({ name, path }) => (
        <a href={path} download={name}>
          <LineText value={name} />
        </a>
      ),
    },
    { key: 'for', label: text('install.for'), width: '150px', needs: 'medium', cell: systemOf },
    {
      key: 'version',
      label: text('install.version'),
      width: '96px',
      needs: 'narrow',
      cell: ({ version }) => version,
    },
    {
      key: 'size',
      label: text('install.size'),
      width: '96px',
      numeric: true,
      cell: ({ bytes }) => size(bytes),
    },
    {
      key: 'sha',
      label: text('install.sha256'),
      width: '168px',
      needs: 'medium',
      cell: ({ name, sha256 }) => (
        <span className="vg-install-sha" title={sha256}>
          <code>{`${sha256.slice(0, shaShown)}…`}</code>
          <button
            type="button"
            className="vg-icon-button"
            aria-label={text('install.copySha', { name })}
            onClick={() => void copy(sha256)}
          >
            <Icon name="copy" />
          </button>
        </span>
      ),
    },
    {
      key: 'downloads',
      label: text('install.downloads'),
      width: '90px',
      numeric: true,
      needs: 'wide',
      cell: ({ downloads }) => number(downloads),
    },
    {
      key: 'last',
      label: text('install.lastDownload'),
      width: '176px',
      needs: 'wide',
      cell: ({ downloadedAt }) => (downloadedAt === null ? '—' : <AbsoluteTime iso={downloadedAt} />),
    },
  ];
  return (
    <DataTable
      caption={text('install.packagesCaption')}
      columns={columns}
      rows={packages}
      keyOf={({ name }) => name}
      testId="package-row"
      dataOf={({ kind }) => ({ 'data-kind': kind })}
    />
  );
}
